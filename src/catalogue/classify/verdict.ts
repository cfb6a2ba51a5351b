/** What a program is told of a recording that was classified. */
import type { ClassifiedTrack } from './classify-tracks.js';
import { type Confusion, isConfusing } from './confusion.js';

/** Rounds what is printed. */
const rounded = (value: number): number => Number(value.toFixed(4));

/** The class of a recording with its votes, or a sentence why there is none; numbers have four decimals. */
export type Verdict =
  | { name: string; error: string }
  | {
      name: string;
      /** In seconds. */
      duration: number | null;
      class: string;
      snippets: number;
      votes: number;
      probability: number;
      margin: number;
      /** Share of the snippets that are for the class. */
      share: number;
      /** Null where the model does not know when a vote is confusing. */
      confusing: boolean | null;
      /** Mean probability by class. */
      probabilities: Record<string, number>;
      error: null;
      warning: string | null;
    };

/** The verdict on a recording. */
export function verdictOf(
  { name, duration, vote, error, warning }: ClassifiedTrack,
  labels: readonly string[],
  confusion: Confusion | null,
): Verdict {
  if (vote === null) return { name, error: error! };
  const { probabilities, ...counts } = vote;
  return {
    ...{ name, duration, ...counts, probability: rounded(vote.probability), margin: rounded(vote.margin) },
    share: rounded(vote.votes / vote.snippets),
    confusing: isConfusing(vote, confusion),
    probabilities: Object.fromEntries(labels.map((label, i) => [label, rounded(probabilities[i])])),
    error: null,
    warning,
  };
}
