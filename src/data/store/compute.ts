/** Computes the features that a store lacks, in worker threads, and writes them as they come. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Interrupted } from '../../base/errors.js';
import { startProgress } from '../../base/progress.js';
import type { ShardEntry } from './encode-shard.js';
import type { Extracted } from './extract.js';
import { ExtractPool } from './extract-pool.js';
import { extractedFor, featureKey, type StoredFeatures } from './kinds.js';
import { type Location, writeShard } from './shard.js';
import { SizeNote } from './size-note.js';

/** A recording of a data set. */
export interface Recording {
  id: string;
  path: string;
  /** Names of the features that are wanted of it. Default: all. */
  features?: readonly string[];
}

/** Makes a feature's rows from those of another; dispose of it at the end. */
export interface RowMaker {
  embed(rows: Float32Array): Float32Array;
  dispose(): void;
}

/** What is computed, and where it is kept. */
export interface ComputeOptions {
  root: string;
  features: StoredFeatures;
  /** Opens the frozen model of a feature that is made by one; called once for each of which something is missing. */
  openEmbedder?: (name: string) => Promise<RowMaker>;
  /** Stops the work; finished results are kept. */
  signal?: AbortSignal;
  /** Receives a sentence for each rebuilt shard, and how much room many recordings will take. */
  onNote?: (note: string) => void;
}

/** A shard is written when its values reach this size, so that an interruption loses little. */
const SHARD_BYTES = 96 * 2 ** 20;

/** A recording whose features are wanted. */
export interface Job {
  recording: Recording;
  content: string;
  wanted: string[];
}

/** Runs the jobs in worker threads, writes shards as they fill, and returns the reasons of failed ones. */
export async function computeMissing(
  jobs: Job[],
  stored: Record<string, Map<string, Location>>,
  options: ComputeOptions,
): Promise<Map<string, string>> {
  const { root, features, signal, onNote } = options;
  const reasons = new Map<string, string>();
  if (jobs.length === 0) return reasons;
  const pending = {} as Record<string, ShardEntry[]>;
  for (const name of Object.keys(features)) pending[name] = [];
  const write = async (name: string, entries: ShardEntry[]): Promise<void> => {
    if (entries.length === 0) return;
    const key = featureKey(features[name]);
    const written = await writeShard(
      join(root, key),
      entries,
      `${key} ${JSON.stringify(features[name].settings)}`,
    );
    for (const [content, location] of written) stored[name].set(content, location);
  };
  const take = (name: string): ShardEntry[] => {
    const entries = pending[name];
    pending[name] = [];
    return entries;
  };
  const progress = startProgress('Preparing features', jobs.length, 'clips');
  let next = 0;
  let done = 0;
  // Writing is one chain, so that two workers never write the same kind's shard at once.
  let writing = Promise.resolve();
  /** Keeps values; when a shard is full, it is written while the next fills, once the one before is. */
  const keep = async (content: string, { values, errors }: Extracted): Promise<void> => {
    const full: string[] = [];
    for (const name of Object.keys(values)) {
      pending[name].push({ content, values: values[name], errors });
      const bytes = pending[name].reduce((sum, entry) => sum + entry.values.byteLength, 0);
      if (bytes >= SHARD_BYTES) full.push(name);
    }
    for (const name of full) {
      const before = writing;
      const entries = take(name);
      writing = before.then(() => write(name, entries));
      // Who keeps values next, or ends the work, learns of a failure.
      writing.catch(() => {});
      await before;
    }
  };
  const extracted = Object.fromEntries(
    Object.entries(features).map(([name, stored]) => [name, extractedFor(stored)]),
  );
  const makers = await openMakers(jobs, extracted, options);
  const pool = new ExtractPool(extracted, Math.min(availableParallelism(), jobs.length));
  const size = new SizeNote(jobs.length, root, (note) => onNote?.(note));
  const serve = async (): Promise<void> => {
    while (next < jobs.length && !signal?.aborted) {
      const { recording, content, wanted } = jobs[next++];
      const reply = await pool.extract(recording.path, wanted);
      if ('error' in reply) reasons.set(content, reply.error);
      else {
        for (const [name, maker] of makers)
          if (name in reply.values) reply.values[name] = maker.embed(reply.values[name]);
        await keep(content, reply);
      }
      progress.update(++done);
      await size.add('error' in reply ? [] : Object.values(reply.values));
    }
  };
  try {
    await Promise.all(Array.from({ length: pool.size }, serve));
    await writing;
  } finally {
    await pool.close();
    for (const maker of makers.values()) maker.dispose();
    progress.stop();
    await writing.catch(() => {});
    for (const name of Object.keys(pending)) await write(name, take(name));
  }
  if (signal?.aborted) {
    throw new Interrupted(
      `Stopped after ${done} of ${jobs.length} clips were prepared; what is done is kept, and the same command continues from there.`,
    );
  }
  return reasons;
}

/** What makes the rows of those wanted features that workers do not compute themselves. */
async function openMakers(
  jobs: readonly Job[],
  extracted: StoredFeatures,
  { features, openEmbedder }: ComputeOptions,
): Promise<Map<string, RowMaker>> {
  const wanted = new Set(jobs.flatMap((job) => job.wanted));
  const makers = new Map<string, RowMaker>();
  for (const name of wanted)
    if (extracted[name] !== features[name]) makers.set(name, await openEmbedder!(name));
  return makers;
}
