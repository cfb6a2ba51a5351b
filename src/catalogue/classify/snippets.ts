/** Random snippets of a recording, drawn while it is decoded. */
import type { RandomGenerator } from '../../base/random.js';
import { Reservoir } from '../../base/reservoir.js';
import type { Windows } from '../../inputs/cutter.js';
import { type Input, type WindowBatch, windowSize } from '../../inputs/window.js';
import type { Predictor } from '../../models/predictor.js';
import { WINDOW_BATCH } from '../../models/window-means.js';
import { wordless } from '../../text/vocabulary.js';
import { type Vote, voteOf } from './vote.js';

/** A window that was drawn, by input. */
type Snippet = Record<string, Float32Array>;

/** Keeps `count` of a recording's windows; all of them where it has fewer. */
export class SnippetSample {
  private readonly sample: Reservoir<Snippet>;

  constructor(count: number, random: RandomGenerator) {
    this.sample = new Reservoir(count, random);
  }

  /** Takes the recording's next windows. */
  add(windows: Windows): void {
    for (let i = 0; i < windows.count; i++) this.sample.offer(() => snippetOf(windows, i));
  }

  /** Classifies what was kept, in the order of time. Texts are without words. */
  vote(predictor: Pick<Predictor, 'inputs' | 'labels' | 'predict'>): Vote {
    const { inputs, labels } = predictor;
    const snippets = this.sample.inOrder();
    const scores = new Float32Array(snippets.length * labels.length);
    for (let from = 0; from < snippets.length; from += WINDOW_BATCH) {
      const batch = batchOf(inputs.list, snippets.slice(from, from + WINDOW_BATCH));
      scores.set(predictor.predict(batch).scores, from * labels.length);
    }
    return voteOf(labels, scores);
  }
}

function snippetOf({ count, values }: Windows, index: number): Snippet {
  const own = Object.entries(values).map(([name, all]): [string, Float32Array] => [
    name,
    all.slice((index * all.length) / count, ((index + 1) * all.length) / count),
  ]);
  return Object.fromEntries(own);
}

function batchOf(inputs: readonly Input[], snippets: readonly Snippet[]): WindowBatch {
  const values = inputs.map((input): [string, Float32Array | Int32Array] => {
    const size = windowSize(input);
    const isText = input.source === 'text';
    const all = new (isText ? Int32Array : Float32Array)(snippets.length * size);
    for (const [i, snippet] of snippets.entries())
      all.set(isText ? wordless(size) : snippet[input.name], i * size);
    return [input.name, all];
  });
  return { count: snippets.length, values: Object.fromEntries(values) };
}
