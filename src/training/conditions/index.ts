/** Every change of a test condition, by its option in `evaluation.conditions`. Adding one is a file and a line here. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import type { InputEntry } from '../../inputs/schema.js';
import type { ConditionChange } from './change.js';
import { absent, excerpt, mp3, noise, pitch, tempo } from './inputs.js';
import { clips, shuffledLyrics } from './lyrics.js';

export const conditionChanges = {
  absent,
  noise,
  pitch,
  tempo,
  mp3,
  excerpt,
  shuffled_lyrics: shuffledLyrics,
  clips,
};

type Changes = typeof conditionChanges;
type Options = { [Name in keyof Changes]: Changes[Name]['option'] };
type Values = z.output<z.ZodObject<Options>>;

const options = Object.fromEntries(
  Object.entries(conditionChanges).map(([name, { option }]) => [name, option]),
) as Options;

export const conditionSchema = z
  .strictObject({
    name: z.string().min(1).optional().describe('In tables and plots; made of the rest when left out.'),
    ...options,
  })
  .refine(
    (condition) => changesOf(condition).length > 0,
    `a condition must change something: give ${Object.keys(options)
      .join(', ')
      .replace(/, (?=[^,]*$)/, ' or ')}`,
  );

/** A changed test condition with every option written out. */
export type TestCondition = z.output<typeof conditionSchema>;

/** The changes that a condition makes, each with its value, in the order of the registry. */
export function changesOf(condition: Values): { change: ConditionChange; value: unknown; words: string }[] {
  return Object.entries<ConditionChange>(conditionChanges).flatMap(([name, change]) => {
    const value = condition[name as keyof Changes];
    const words = change.words(value);
    return words === null ? [] : [{ change, value, words }];
  });
}

/** Whether any condition changes the samples. */
export const changeSound = (conditions: readonly TestCondition[]): boolean =>
  conditions.flatMap(changesOf).some(({ change }) => change.changesSound);

/** A condition in a few words: its name, or `without lyrics, white noise at 10 dB`. */
export function conditionName(condition: TestCondition): string {
  return (
    condition.name ??
    changesOf(condition)
      .map(({ words }) => words)
      .join(', ')
  );
}

/** Throws UsageError for a condition that a model's inputs cannot have; `key`: its place in the config. */
export function checkCondition(
  key: string,
  condition: TestCondition,
  taken: readonly InputEntry[],
  chunkSeconds: number,
): void {
  for (const { change, value } of changesOf(condition)) {
    const problem = change.problem?.(value, taken, chunkSeconds);
    if (problem) throw new UsageError(`${key}: ${problem}`);
  }
}
