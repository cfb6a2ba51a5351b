/**
 * When a vote counts as confusing: its margin is so small that mixes of two classes have such margins. The threshold is
 * stored beside a model; models without one give no such verdict.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { addChecksums, checkedBytes } from '../../base/checksums.js';
import { lineOf, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { parseJson } from '../../base/json.js';
import type { Vote } from './vote.js';

/** Name of the file in a model's folder. */
export const CONFUSION_FILE = 'confusion.json';

const FORMAT = 'polytag-confusion/1';

const confusionSchema = z.object({
  format: z.literal(FORMAT),
  /** Votes with a smaller margin are confusing. */
  margin: z.number(),
  /** Of the verdict, each half of the validation recordings by the threshold of the other; null where undefined. */
  precision: z.number().nullable(),
  recall: z.number().nullable(),
  /** What it was fitted on. */
  mixes: z.number(),
  recordings: z.number(),
  snippets: z.number(),
  seed: z.number(),
});

/** A fitted threshold with what is known of it. */
export type Confusion = Omit<z.output<typeof confusionSchema>, 'format'>;

/** Whether a vote is confusing; null where the model has no threshold. */
export const isConfusing = (vote: Pick<Vote, 'margin'>, confusion: Confusion | null): boolean | null =>
  confusion && vote.margin < confusion.margin;

/** A margin, and whether it is that of a mix. */
export interface KnownMargin {
  margin: number;
  isMix: boolean;
}

/** Verdicts under a threshold. */
export interface VerdictCounts {
  /** Mixes that are called confusing, all that are, and all mixes. */
  hits: number;
  called: number;
  mixes: number;
}

export function countVerdicts(margins: readonly KnownMargin[], threshold: number): VerdictCounts {
  const called = margins.filter(({ margin }) => margin < threshold);
  return {
    hits: called.filter(({ isMix }) => isMix).length,
    called: called.length,
    mixes: margins.filter(({ isMix }) => isMix).length,
  };
}

const f1 = ({ hits, called, mixes }: VerdictCounts): number => (2 * hits) / (called + mixes);

/** The threshold with the largest F1 of the verdict, halfway between two margins; the smallest of equals. */
export function fitMargin(margins: readonly KnownMargin[]): number {
  const values = [...new Set(margins.map(({ margin }) => margin))].sort((a, b) => a - b);
  const between = values.map((value, i) =>
    i + 1 < values.length ? (value + values[i + 1]) / 2 : value + 1e-9,
  );
  let best = between[0];
  let most = -1;
  for (const threshold of between) {
    const own = f1(countVerdicts(margins, threshold));
    if (own > most) [best, most] = [threshold, own];
  }
  return best;
}

/** Stores a threshold beside a model. */
export async function writeConfusion(modelFolder: string, confusion: Confusion): Promise<void> {
  const text = JSON.stringify({ format: FORMAT, ...confusion }, null, 2);
  await writeWhole(join(modelFolder, CONFUSION_FILE), `${text}\n`);
  await addChecksums(modelFolder, [CONFUSION_FILE]);
}

/** The threshold beside a model; null where there is none. Throws UsageError when it is damaged. */
export async function readConfusion(modelFolder: string): Promise<Confusion | null> {
  const path = join(modelFolder, CONFUSION_FILE);
  if (!(await exists(path))) return null;
  try {
    return parseJson((await checkedBytes(path)).toString('utf8'), confusionSchema);
  } catch (error) {
    throw new UsageError(`${path} is damaged (${lineOf(error)}); remove it, or fit it again.`);
  }
}
