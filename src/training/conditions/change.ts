/** The interface of a change that a test condition may make. */
import type { z } from 'zod';
import type { Example } from '../../data/dataset.js';
import type { InputEntry } from '../../inputs/schema.js';
import type { BatchOptions, TokenIds } from '../batches.js';

/** What a change may use: ids of the lyrics by input, the examples that are scored, and the run's seed. */
export interface ScoredSplit {
  tokenIds: TokenIds;
  examples: readonly Example[];
  seed: number;
}

/** One change of the test split. Its functions get only values that change something. */
export interface ConditionChange<Option extends z.ZodType = z.ZodType> {
  /** The option of `evaluation.conditions` with the member's name; its default changes nothing. */
  option: Option;
  /** The change in a few words, for tables and plots; null where the value changes nothing. */
  words(value: z.output<Option>): string | null;
  /**
   * Why the inputs of a model cannot have the change, and what to do, for after a config's key; null where they can.
   * The model takes chunks of `chunkSeconds`.
   */
  problem?(value: z.output<Option>, taken: readonly InputEntry[], chunkSeconds: number): string | null;
  /** Whether it changes the samples, from which features with frames are then computed. Default: false. */
  changesSound?: boolean;
  /** Options of the batches that the split is scored with. Default: unchanged. */
  batches?(value: z.output<Option>): BatchOptions;
  /** The lyrics that the model takes. Default: those of each example. */
  lyrics?(value: z.output<Option>, split: ScoredSplit): TokenIds;
  /** The examples that are scored. Default: all. */
  clips?(value: z.output<Option>, split: ScoredSplit): Example[];
}

/** Types a change's functions by its option. */
export const conditionChange = <Option extends z.ZodType>(
  change: ConditionChange<Option>,
): ConditionChange<Option> => change;

/** Whether an input is computed from a recording. */
export const isAudio = ({ kind }: InputEntry): boolean => kind.source === 'audio';
