/** From examples to a data set: the checks and the fingerprint at the end of every loader. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { Failure, UsageError } from '../base/errors.js';
import { type Dataset, type Example, SPLITS, type Split } from './dataset.js';

export interface Advice {
  /** Of one example: `clip`, `track`. */
  noun: string;
  /** The config key to blame for an empty split, and what to do about it. */
  emptySplit: [key: string, advice: string];
  /** The same for a class without a training example. */
  missingClass: [key: string, advice: string];
  /** The same for a number that does not vary in training. Default: the data set has no numbers. */
  constantTarget?: [key: string, advice: string];
}

/**
 * Completes a data set with its fingerprint. Throws a UsageError where a split, or a class in training, has no example.
 */
export function assembleDataset(parts: Omit<Dataset, 'fingerprint'>, advice: Advice): Dataset {
  const { examples, labels, folds } = parts;
  const splits = folds
    ? folds.map((fold) => examples.map(({ id }) => fold.get(id)!))
    : [examples.map(({ split }) => split)];
  for (const [fold, split] of splits.entries())
    requireLearnable(parts, split, splits.length > 1 ? ` of fold ${fold}` : '', advice);
  return {
    ...parts,
    notes: [...parts.notes, ...notesOnForms(examples, advice)],
    fingerprint: fingerprintOf(labels, examples, splits),
  };
}

/** Names that only a comparison in NFC finds. */
function notesOnForms(examples: readonly Example[], { noun }: Advice): string[] {
  const names = examples.flatMap(({ audio, lyrics }) => {
    const decomposed = [audio, lyrics].find(
      (path) => path !== null && basename(path) !== basename(path).normalize(),
    );
    return decomposed ? [decomposed] : [];
  });
  if (names.length === 0) return [];
  return [
    `The files of ${names.length} of ${examples.length} ${noun}s have names in decomposed Unicode (NFD), as older Macs write them; names are compared in NFC. The first is ${names[0]}.`,
  ];
}

function requireLearnable(
  { examples, labels, task, root }: Omit<Dataset, 'fingerprint'>,
  splitOf: readonly Split[],
  where: string,
  advice: Advice,
): void {
  const { noun, emptySplit, missingClass } = advice;
  for (const split of SPLITS)
    if (!splitOf.includes(split))
      throw new UsageError(
        `${emptySplit[0]}: the ${split} split${where} of ${root} has no ${noun}; ${emptySplit[1]}.`,
      );
  if (task === 'regression')
    requireVariation(
      labels,
      examples.filter((_, i) => splitOf[i] === 'train'),
      where,
      advice,
    );
  if (task !== 'classification') return;
  const learned = new Set<number>();
  for (const [i, { targets }] of examples.entries())
    if (splitOf[i] === 'train') learned.add(targets.indexOf(1));
  const missing = labels.find((_, label) => !learned.has(label));
  if (missing !== undefined)
    throw new UsageError(
      `${missingClass[0]}: no training ${noun}${where} has the class "${missing}", so it cannot be learned; ${missingClass[1]}.`,
    );
}

/** @throws UsageError when a number is the same in all training examples, or known for fewer than two */
function requireVariation(
  names: readonly string[],
  train: readonly Example[],
  where: string,
  { noun, constantTarget = ['data.target', 'give another column'] }: Advice,
): void {
  for (const [column, name] of names.entries()) {
    const known = train.map(({ targets }) => targets[column]).filter((value) => !Number.isNaN(value));
    if (known.some((value) => value !== known[0])) continue;
    const what =
      known.length === 0
        ? `has no number in any training ${noun}`
        : `is ${known[0]} in every training ${noun}`;
    throw new UsageError(
      `${constantTarget[0]}: "${name}" ${what}${where}, so there is nothing to learn; ${constantTarget[1]}.`,
    );
  }
}

function fingerprintOf(
  labels: readonly string[],
  examples: readonly Example[],
  splits: readonly Split[][],
): string {
  const hash = createHash('sha256').update(JSON.stringify(labels));
  for (const [i, { id, targets, pitch }] of examples.entries()) {
    hash
      .update(`${id} ${splits.map((split) => split[i]).join(' ')} `)
      // Numbers by their text: NaN has more than one form in bytes.
      .update(targets instanceof Uint8Array ? targets : `${targets.join(' ')} `);
    if (pitch) hash.update(`${pitch.times.join(' ')} ${pitch.hertz.join(' ')} `);
  }
  return hash.digest('hex');
}

/** Contents of a generated corpus' SYNTHETIC.json; null for any other folder, a Failure where it cannot be read. */
export async function syntheticStatement(root: string): Promise<string | null> {
  const path = join(root, 'SYNTHETIC.json');
  const text = await readFile(path, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return z.object({ statement: z.string() }).parse(JSON.parse(text)).statement;
  } catch {
    throw new Failure(`${path} must be a JSON object with a text "statement"; generate the corpus again.`);
  }
}
