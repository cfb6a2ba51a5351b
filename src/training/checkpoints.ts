/** Checkpoints: everything that training needs to continue as if it had never stopped, in one file. */
import { createHash } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure, messageOf } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import { epochSchema } from '../eval/stored.js';
import type { WeightValues } from '../models/parameters.js';
import { decodeSafetensors, encodeSafetensors } from '../models/safetensors.js';

const stateSchema = z.object({
  /** SHA-256 of what decides the weights: a checkpoint of another experiment is refused. */
  experiment: z.string(),
  /** SHA-256 of recordings and of texts as tokens; absent in checkpoints of earlier versions. */
  contents: z.object({ audio: z.string(), texts: z.string() }).optional(),
  /** Epoch that is under way, from 0, and how many of its steps are done. */
  epoch: z.number(),
  step: z.number(),
  optimizerSteps: z.number(),
  lossSum: z.number(),
  seconds: z.number(),
  best: z.object({ epoch: z.number(), score: z.number() }).nullable(),
  finished: z.boolean(),
  /** Of the averaged weights; absent where there are none. */
  average: z.object({ updates: z.number(), epochs: z.number() }).optional(),
  history: z.array(epochSchema),
});

/** The plain part of a checkpoint. */
export type TrainingState = z.output<typeof stateSchema>;

/** A checkpoint: the plain part, and four sets of tensors. */
export interface Checkpoint {
  state: TrainingState;
  weights: Map<string, WeightValues>;
  slots: Map<string, WeightValues>;
  /** The weights of the best epoch so far; empty before the first. */
  best: Map<string, WeightValues>;
  /** The averaged weights; empty where there are none. */
  average: Map<string, WeightValues>;
}

/** How many checkpoints are kept; the one before the last serves when the last is damaged. */
const KEPT = 2;

const FILE = /^epoch-(\d{4})-step-(\d{6})\.safetensors$/;

/** Left by a process that was killed while it wrote a checkpoint. */
const UNFINISHED = /^epoch-.*\.part$/;

/** SHA-256 of a checkpoint's content: a flipped bit in a weight is as bad as a cut file, and harder to see. */
function digestOf(state: string, tensors: ReadonlyMap<string, WeightValues>): string {
  const hash = createHash('sha256').update(state);
  for (const [name, { values }] of tensors)
    hash.update(name).update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest('hex');
}

const prefixed = (prefix: string, tensors: Map<string, WeightValues>): [string, WeightValues][] =>
  [...tensors].map(([name, values]) => [`${prefix}:${name}`, values]);

const part = (prefix: string, tensors: Map<string, WeightValues>): Map<string, WeightValues> =>
  new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(`${prefix}:`))
      .map(([name, values]) => [name.slice(prefix.length + 1), values]),
  );

/** Writes a checkpoint atomically, and removes older ones. Throws Failure when the disk is full. */
export async function writeCheckpoint(folder: string, checkpoint: Checkpoint): Promise<void> {
  const { state, weights, slots, best, average } = checkpoint;
  const name = `epoch-${String(state.epoch).padStart(4, '0')}-step-${String(state.step).padStart(6, '0')}.safetensors`;
  const tensors = new Map([
    ...prefixed('weight', weights),
    ...prefixed('slot', slots),
    ...prefixed('best', best),
    ...prefixed('average', average),
  ]);
  const text = JSON.stringify(state);
  const metadata = { state: text, sha256: digestOf(text, tensors) };
  await writeWhole(join(folder, name), encodeSafetensors(tensors, metadata));
  const files = await readdir(folder);
  const older = files.filter((file) => FILE.test(file)).sort();
  const superfluous = [...older.slice(0, -KEPT), ...files.filter((file) => UNFINISHED.test(file))];
  for (const file of superfluous) await rm(join(folder, file), { force: true });
}

/** Name of the newest checkpoint of a folder, whole or not; null where there is none. */
export const newestCheckpoint = async (folder: string): Promise<string | null> =>
  (await checkpointNames(folder))[0] ?? null;

/** Newest first. */
const checkpointNames = async (folder: string): Promise<string[]> =>
  (await readdir(folder).catch((): string[] => []))
    .filter((file) => FILE.test(file))
    .sort()
    .reverse();

/** The newest whole checkpoint of a folder, or null; `onDamage` receives a sentence for each damaged one. */
export async function readNewestCheckpoint(
  folder: string,
  onDamage: (note: string) => void,
): Promise<Checkpoint | null> {
  for (const name of await checkpointNames(folder)) {
    try {
      const { weights, metadata } = decodeSafetensors(await readFile(join(folder, name)));
      if (digestOf(metadata.state, weights) !== metadata.sha256)
        throw new Error('its content is not what was written');
      const state = stateSchema.parse(JSON.parse(metadata.state));
      return {
        state,
        weights: part('weight', weights),
        slots: part('slot', weights),
        best: part('best', weights),
        average: part('average', weights),
      };
    } catch (error) {
      onDamage(
        `The checkpoint ${name} is damaged (${messageOf(error).split('\n')[0]}); the one before it is used.`,
      );
    }
  }
  return null;
}

/** What a checkpoint may only be continued with. */
export type Origin = Pick<TrainingState, 'experiment' | 'contents'>;

/** Throws Failure when a checkpoint (null passes) is of another experiment, or the data's files have changed since. */
export function requireExperiment(
  folder: string,
  checkpoint: Checkpoint | null,
  { experiment, contents }: Origin,
): void {
  if (!checkpoint) return;
  const advice = 'run without --resume, or give another folder with --out';
  const { state } = checkpoint;
  if (state.experiment !== experiment)
    throw new Failure(
      `The checkpoints in ${folder} are of another experiment (config, data or engine differ); ${advice}.`,
    );
  const changed = (['audio', 'texts'] as const).find(
    (name) => state.contents && contents && state.contents[name] !== contents[name],
  );
  if (changed)
    throw new Failure(
      `The ${changed === 'audio' ? 'audio files' : 'words'} have changed since the checkpoints in ${folder} were written; put the earlier files back, ${advice}.`,
    );
}
