/** A model that tags whole recordings in memory, for the library and the browser. */
import { type CutOptions, WindowCutter, type Windows } from '../inputs/cutter.js';
import type { TextEncoder } from '../inputs/text-encoders.js';
import { type WindowBatch, windowSize } from '../inputs/window.js';
import { sungText } from '../text/sung-text.js';
import type { ClipAttention } from './attention.js';
import type { Prediction, Predictor } from './predictor.js';
import { WINDOW_BATCH, WindowMeans } from './window-means.js';

/** A recording, and its lyrics where the model takes them. */
export interface TaggerInput {
  /** Mono samples from -1 to 1. */
  samples: Float32Array;
  /** In Hz; any. */
  sampleRate: number;
  /** Plain text; without it, a model that takes lyrics gets those of an instrumental. */
  lyrics?: string;
}

/** A model's result for a recording. */
export interface TagResult {
  /** Every label with its score from 0 to 1, or every number of a regression, highest first. */
  tags: { label: string; score: number }[];
  /** Mean scores in the order of the model's labels. */
  scores: Float32Array;
  /** Mean of the representation before the output layer; null where the model has none. */
  embedding: Float32Array | null;
  /** Its hash code, packed in 32-bit words; null where the model has no hash layer. */
  code: Uint32Array | null;
  /** Scores over time: where each window begins in seconds, and its scores. */
  windows: { start: number; scores: Float32Array }[];
}

/** Scores windows elsewhere, as `Tagger.score` of the same model does. */
export type ScoreWindows = (batch: WindowBatch) => Promise<Prediction>;

/** Some windows, where they begin, and what is predicted of them. */
interface Scored {
  starts: number[];
  predicted: Prediction;
}

/** A model that tags recordings; dispose of it at the end. */
export class Tagger {
  constructor(
    private readonly predictor: Predictor,
    private readonly encoders: readonly TextEncoder[],
  ) {}

  get name(): string {
    return this.predictor.name;
  }

  get labels(): readonly string[] {
    return this.predictor.labels;
  }

  /** Form of the inputs: rates, windows and every setting of the features. */
  get settings(): Predictor['settings'] {
    return this.predictor.settings;
  }

  /** Scores a recording: means over its windows. */
  tag(input: TaggerInput): TagResult {
    const scored: Scored[] = [];
    for (const { batch, starts } of this.batches(input))
      scored.push({ starts, predicted: this.predictor.predict(batch) });
    return this.resultOf(scored);
  }

  /**
   * The result of `tag`, to the bit, with helpers that score their share of the windows at the same time, such as workers that
   * have loaded the same model. What a helper fails at is scored here.
   */
  async tagWith(input: TaggerInput, helpers: readonly ScoreWindows[]): Promise<TagResult> {
    const batches = [...this.batches(input)];
    const asked = batches.map(({ batch }, i) => {
      const helper = helpers[(i % (helpers.length + 1)) - 1];
      return helper ? helper(batch).catch(() => null) : null;
    });
    const scored: Scored[] = [];
    for (const [i, { batch, starts }] of batches.entries())
      if (!asked[i]) scored[i] = { starts, predicted: this.predictor.predict(batch) };
    for (const [i, { batch, starts }] of batches.entries())
      scored[i] ??= { starts, predicted: (await asked[i]) ?? this.predictor.predict(batch) };
    return this.resultOf(scored);
  }

  /** Scores windows, for a `tagWith` elsewhere. */
  score(batch: WindowBatch): Prediction {
    return this.predictor.predict(batch);
  }

  private resultOf(scored: readonly Scored[]): TagResult {
    const { labels, inputs } = this.predictor;
    const { sampleRate, hopLength } = inputs.grid;
    const recording = new WindowMeans(labels.length);
    const windows: TagResult['windows'] = [];
    for (const { starts, predicted } of scored)
      for (const [i, start] of starts.entries())
        windows.push({
          start: (start * hopLength) / sampleRate,
          scores: recording.add(predicted, i).slice(),
        });
    const { scores, embedding } = recording.means();
    const tags = labels.map((label, i) => ({ label, score: scores[i] })).sort((a, b) => b.score - a.score);
    const { hasher } = this.predictor;
    const code = hasher && embedding ? hasher.encode(embedding, 1) : null;
    return { tags, scores, embedding, code, windows };
  }

  /** The model's attention, by branch; empty for a model without attention. */
  attention(input: TaggerInput): ClipAttention[] {
    if (!this.predictor.attention) return [];
    const batches = [...this.batches(input, Number.POSITIVE_INFINITY)];
    return batches.flatMap(({ batch, starts }) => this.predictor.attention?.(batch, starts) ?? []);
  }

  /** Frees the weights. */
  dispose(): void {
    this.predictor.dispose();
  }

  private *batches(
    { samples, sampleRate, lyrics = '' }: TaggerInput,
    size = WINDOW_BATCH,
  ): Generator<{ batch: WindowBatch; starts: number[] }> {
    const { inputs, remainder } = this.predictor;
    const texts = Object.fromEntries(
      this.encoders.map(({ name, tokenizer, reading, encode }) => [
        name,
        encode(tokenizer.tokens(sungText(lyrics, reading).text)),
      ]),
    );
    const { count, starts, values } = cutWhole(
      { ...inputs, inputs: inputs.list, remainder },
      samples,
      sampleRate,
    );
    for (let from = 0; from < count; from += size) {
      const to = Math.min(count, from + size);
      const cut = inputs.list.map((input): [string, Float32Array | Int32Array] => {
        const width = windowSize(input);
        if (input.source === 'audio') return [input.name, values[input.name].slice(from * width, to * width)];
        const ids = new Int32Array((to - from) * width);
        for (let i = 0; i < to - from; i++) ids.set(texts[input.name], i * width);
        return [input.name, ids];
      });
      yield { batch: { count: to - from, values: Object.fromEntries(cut) }, starts: starts.slice(from, to) };
    }
  }
}

/** All windows of a recording; one of a text alone where the model takes no audio. */
function cutWhole(options: CutOptions, samples: Float32Array, sampleRate: number): Windows {
  if (options.inputs.every(({ source }) => source === 'text')) return { count: 1, starts: [0], values: {} };
  const cutter = new WindowCutter(options, sampleRate);
  const parts = [cutter.push(samples), cutter.finish()];
  const names = Object.keys(parts[0].values);
  const join = (name: string): Float32Array => {
    const [first, last] = parts.map(({ values }) => values[name]);
    const joined = new Float32Array(first.length + last.length);
    joined.set(first);
    joined.set(last, first.length);
    return joined;
  };
  return {
    count: parts[0].count + parts[1].count,
    starts: parts.flatMap(({ starts }) => starts),
    values: Object.fromEntries(names.map((name) => [name, join(name)])),
  };
}
