/** The test split scored again under changed conditions. */
import type { Example } from '../data/dataset.js';
import type { Metrics } from '../eval/metrics.js';
import type { Predictions } from '../eval/predictions.js';
import type { ConditionResult } from '../eval/run-report.js';
import { conditionName, type TestCondition } from '../eval/schema.js';
import { hasWords } from '../text/vocabulary.js';
import { type AugmentSettings, augmentSchema } from '../training/augment/schema.js';
import type { Batches } from '../training/batches.js';
import type { Prepared } from '../training/prepare.js';
import { withShuffledLyrics } from '../training/shuffled-lyrics.js';

/** Scores examples with the batches of a condition. */
export type Score = (batches: Batches, examples: Example[], progressLabel: string) => Promise<Predictions>;

/** Noise at one ratio for every chunk, in the form of an augmentation. */
function noiseOf({ noise }: TestCondition): AugmentSettings | null {
  if (!noise) return null;
  const { snr, colour } = noise;
  return augmentSchema.parse({ noise: { probability: 1, snr: [snr, snr], colours: [colour] } });
}

function batchesOf(condition: TestCondition, prepared: Prepared, examples: Example[], seed: number): Batches {
  const { absent, shuffled_lyrics: shuffled } = condition;
  const noise = noiseOf(condition);
  const tokenIds = Object.fromEntries(
    Object.entries(prepared.texts).map(([name, text]) => [
      name,
      shuffled ? withShuffledLyrics(text.tokenIds, examples, seed) : text.tokenIds,
    ]),
  );
  return prepared.batches.with(
    { absent, augment: noise, augmentsRecordings: noise !== null },
    seed,
    tokenIds,
  );
}

/** Examples of the data set whose lyrics have a word. */
function clipsOf({ clips }: TestCondition, { texts }: Prepared, examples: Example[]): Example[] {
  if (clips === 'all') return examples;
  const hasLyrics = ({ id, lyrics }: Example): boolean => {
    const encoded = Object.values(texts);
    // For a model without a text input, the file decides.
    return encoded.length > 0 ? encoded.some(({ tokenIds }) => hasWords(tokenIds.get(id)!)) : lyrics !== null;
  };
  return examples.filter((example) => hasLyrics(example) === (clips === 'with-lyrics'));
}

/**
 * Scores the test split under each condition of a config; metrics are null where no clip is left. The seed decides
 * noise and shuffled lyrics. Throws Interrupted when stopped.
 */
export async function scoreConditions(
  conditions: readonly TestCondition[],
  prepared: Prepared,
  examples: Example[],
  { seed, score, evaluate }: { seed: number; score: Score; evaluate: (predictions: Predictions) => Metrics },
): Promise<ConditionResult[]> {
  const results: ConditionResult[] = [];
  for (const condition of conditions) {
    const name = conditionName(condition);
    const clips = clipsOf(condition, prepared, examples);
    const metrics =
      clips.length === 0
        ? null
        : evaluate(await score(batchesOf(condition, prepared, examples, seed), clips, name));
    results.push({ name, condition, metrics });
  }
  return results;
}
