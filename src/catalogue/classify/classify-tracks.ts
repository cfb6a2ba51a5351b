/** Classifies recordings by a vote of random snippets. */

import { UsageError } from '../../base/errors.js';
import { loadedExtensions } from '../../base/extensions.js';
import { countText } from '../../base/format.js';
import { randomGenerator } from '../../base/random.js';
import { leastSeconds, padText } from '../../inputs/window.js';
import type { Predictor } from '../../models/predictor.js';
import type { NamedTrack } from '../links/open-links.js';
import { LENGTH_TOLERANCE } from '../tag/tag-tracks.js';
import { WindowPool } from '../tag/window-pool.js';
import { SnippetSample } from './snippets.js';
import type { Vote } from './vote.js';

/** A recording's outcome: a vote, or a sentence why there is none. */
export interface ClassifiedTrack {
  name: string;
  /** Its file; null where there is none. */
  path: string | null;
  /** In seconds. */
  duration: number | null;
  vote: Vote | null;
  error: string | null;
  /** What may make the vote worth less. */
  warning: string | null;
}

export interface ClassifyOptions {
  /** Most snippets of a recording. */
  snippets: number;
  /** Decides which; the same recording has the same ones under any name. */
  seed: number;
  signal?: AbortSignal;
}

/** The snippets of a recording under a seed. */
export const newSample = ({ snippets, seed }: Pick<ClassifyOptions, 'snippets' | 'seed'>): SnippetSample =>
  new SnippetSample(snippets, randomGenerator(seed, 'snippets'));

/** Throws UsageError for a model that is not a classifier of recordings. */
export function requireClassifier({ description, inputs }: Pick<Predictor, 'description' | 'inputs'>): void {
  const { name, task } = description;
  if (task !== 'classification')
    throw new UsageError(
      `The model ${name} predicts ${task === 'tagging' ? 'tags' : 'numbers'}, not classes; use "polytag tag", or a model of classes.`,
    );
  if (inputs.list.every(({ source }) => source === 'text'))
    throw new UsageError(`The model ${name} takes lyrics only and cannot classify recordings.`);
}

/**
 * Classifies recordings, in the order in which they are finished. One that cannot be decoded has an error. Throws
 * UsageError for a model that is not a classifier of recordings.
 */
export async function* classifyTracks(
  predictor: Predictor,
  tracks: AsyncIterable<NamedTrack> | Iterable<NamedTrack>,
  options: ClassifyOptions,
): AsyncGenerator<ClassifiedTrack, void> {
  requireClassifier(predictor);
  const { grid, list } = predictor.inputs;
  const least = leastSeconds(predictor.inputs);
  const cut = {
    inputs: predictor.description.inputs,
    names: list.filter(({ source }) => source === 'audio').map(({ name }) => name),
    remainder: predictor.remainder,
    extensions: loadedExtensions(),
  };
  const open = new Map<number, { name: string; path: string; sample: SnippetSample }>();
  const unopened: ClassifiedTrack[] = [];
  const nothing = { duration: null, vote: null, warning: null };
  const feed = async function* (): AsyncGenerator<string, void> {
    let number = 0;
    for await (const track of tracks) {
      if (options.signal?.aborted) return;
      if ('error' in track) {
        unopened.push({ ...nothing, name: track.name, path: null, error: track.error });
        continue;
      }
      open.set(number++, { name: track.name, path: track.path, sample: newSample(options) });
      yield track.path;
    }
  };
  const pool = new WindowPool();
  try {
    for await (const event of pool.decode(feed(), cut)) {
      yield* unopened.splice(0);
      const { name, path, sample } = open.get(event.track)!;
      if ('windows' in event) {
        sample.add(event.windows);
        continue;
      }
      // No thread was given a model.
      if ('scored' in event) continue;
      open.delete(event.track);
      if ('error' in event) {
        // A fetched file has a name that nobody gave it.
        yield { ...nothing, name, path, error: event.error.replaceAll(path, name) };
        continue;
      }
      const { duration, errors, isSilent } = event.end;
      const warnings = [
        ...(errors > 0 ? [`damaged: ${countText(errors, 'part')} could not be decoded`] : []),
        ...(duration < least - LENGTH_TOLERANCE
          ? [`shorter than what the model takes at once, ${padText(grid)}`]
          : []),
        ...(isSilent ? ['digital silence'] : []),
      ];
      const vote = sample.vote(predictor);
      yield { name, path, duration, vote, error: null, warning: warnings.join('; ') || null };
    }
    yield* unopened.splice(0);
  } finally {
    await pool.close();
  }
}
