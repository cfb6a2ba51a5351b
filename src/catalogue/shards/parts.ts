/** Divides a manifest into parts, independently of the number of shards. */
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { Manifest, ManifestTrack } from './manifest.js';

/** Consecutive tracks whose table is written whole or not at all. */
export interface Part {
  /** Its place, from 0. */
  number: number;
  tracks: ManifestTrack[];
}

/** Bytes of audio files of a part: about 15 minutes on two processors for MP3 of 192 kbit/s. */
export const PART_BYTES = 4e9;

/** Most tracks of a part, whatever their size. */
const PART_TRACKS = 20_000;

/** The parts of a manifest: as many tracks as fill a size, in order. */
export function partsOf({ tracks }: Manifest, bytes: number): Part[] {
  const parts: Part[] = [];
  let current: ManifestTrack[] = [];
  let size = 0;
  for (const track of tracks) {
    if (current.length > 0 && (size + track.bytes > bytes || current.length === PART_TRACKS)) {
      parts.push({ number: parts.length, tracks: current });
      current = [];
      size = 0;
    }
    current.push(track);
    size += track.bytes;
  }
  if (current.length > 0) parts.push({ number: parts.length, tracks: current });
  return parts;
}

/** A shard: which of how many. */
export interface Shard {
  /** From 0. */
  index: number;
  count: number;
}

/**
 * Reads a shard, `I/N` with I from 1, or without `text` from the scheduler's environment; 1/1 where there is neither.
 *
 * @param environment - Slurm's SLURM_ARRAY_TASK_ID, _MIN and _COUNT, or Kubernetes' JOB_COMPLETION_INDEX with `count`
 * @param count - number of shards where the environment does not give it
 * @throws UsageError for another form
 */
export function parseShard(
  text: string | undefined,
  environment: Record<string, string | undefined>,
  count?: number,
): Shard {
  const check = (index: number, of: number, what: string): Shard => {
    if (!Number.isInteger(index) || !Number.isInteger(of) || index < 0 || of < 1 || index >= of)
      throw new UsageError(`${what} is not a shard; write I/N with I from 1 to N, such as 3/16.`);
    return { index, count: of };
  };
  if (text !== undefined) {
    const match = /^(\d+)\/(\d+)$/.exec(text);
    return check(match ? Number(match[1]) - 1 : -1, Number(match?.[2] ?? 0), `--shard ${text}`);
  }
  const slurm = environment.SLURM_ARRAY_TASK_ID;
  if (slurm !== undefined) {
    const first = Number(environment.SLURM_ARRAY_TASK_MIN ?? 0);
    const of = count ?? Number(environment.SLURM_ARRAY_TASK_COUNT);
    return check(Number(slurm) - first, of, `SLURM_ARRAY_TASK_ID ${slurm} of ${of}`);
  }
  const job = environment.JOB_COMPLETION_INDEX;
  if (job !== undefined) {
    if (count === undefined)
      throw new UsageError(
        'JOB_COMPLETION_INDEX gives the shard but not the number of shards; give --shards N.',
      );
    return check(Number(job), count, `JOB_COMPLETION_INDEX ${job} of ${count}`);
  }
  return { index: 0, count: 1 };
}

/** The parts that a shard works on; over all shards, each part once. */
export function partsOfShard(parts: readonly Part[], { index, count }: Shard): Part[] {
  return parts.filter(({ number }) => number % count === index);
}

/** Paths of a part's table and of the file that marks it as done. */
export function partFiles(folder: string, number: number): { table: string; done: string } {
  const name = join(folder, `part-${String(number).padStart(6, '0')}`);
  return { table: `${name}.parquet`, done: `${name}.done.json` };
}
