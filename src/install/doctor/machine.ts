/** Checks of the machine: processors, memory and disk, within the limits of a container. */
import { readFile, statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { cacheFolder, engineFolder } from '../../base/package.js';
import { folderBytes } from '../download.js';
import { megabytes } from '../libraries.js';
import type { DoctorRow } from './report.js';

/** Processors that a container may use, from the text of `cpu.max` (cgroup v2): `"200000 100000"` is 2. */
export function quotaOf(cpuMax: string): number | null {
  const [quota, period] = cpuMax.trim().split(' ').map(Number);
  return quota > 0 && period > 0 ? quota / period : null;
}

/**
 * Looks at how many threads an operation may use.
 *
 * @returns the row
 */
export async function checkThreads(): Promise<DoctorRow> {
  const name = 'Threads';
  const threads = availableParallelism();
  const chosen = process.env.TF_NUM_INTRAOP_THREADS;
  const quota = quotaOf(await readFile('/sys/fs/cgroup/cpu.max', 'utf8').catch(() => ''));
  if (!chosen && quota !== null && quota < threads) {
    const wanted = Math.max(1, Math.floor(quota));
    return {
      name,
      status: 'warning',
      value: `${threads} processors, of which this container may use ${quota}`,
      advice: `Set TF_NUM_INTRAOP_THREADS=${wanted}: more threads than processors are slower.`,
    };
  }
  return {
    name,
    status: 'ok',
    value: chosen ? `${chosen} (TF_NUM_INTRAOP_THREADS), ${threads} processors` : `${threads}`,
  };
}

/** What the example configurations need at their peak. */
const ENOUGH_MEMORY = 4e9;

/** Memory as Node sees it; the functions that respect a container's limit came with Node 20.13 and 22. */
interface MemorySource {
  constrainedMemory?: () => number;
  availableMemory?: () => number;
}

/**
 * Looks at the memory, within a container's limit.
 *
 * @param source - the process
 * @returns the row
 */
export function checkMemory(source: MemorySource = process): DoctorRow {
  const limit = source.constrainedMemory?.() || Number.POSITIVE_INFINITY;
  const limited = limit < totalmem();
  const total = Math.min(limit, totalmem());
  const available = Math.min(source.availableMemory?.() ?? freemem(), total);
  const value = `${megabytes(available)} available of ${megabytes(total)}${limited ? ' (the limit of this container)' : ''}`;
  if (available >= ENOUGH_MEMORY) return { name: 'Memory', status: 'ok', value };
  const advice = 'Training may need up to 4 GB: close programs, or use a smaller training.batch_size.';
  return { name: 'Memory', status: 'warning', value, advice };
}

const ENOUGH_DISK = 3e9;

/**
 * Looks at the free space where results are written.
 *
 * @param folder - the folder that is written to
 * @returns the row
 */
export async function checkDisk(folder: string = process.cwd()): Promise<DoctorRow> {
  const disk = await statfs(folder);
  const free = disk.bavail * disk.bsize;
  const row = { name: 'Disk', value: `${megabytes(free)} free in ${folder}` };
  if (free >= ENOUGH_DISK) return { ...row, status: 'ok' };
  const advice =
    'The engine takes 1.2 GB while it is installed and features of a large corpus take more: free some space.';
  return { ...row, status: 'warning', advice };
}

/**
 * Looks at the cache that all checkouts share.
 *
 * @param cache - the cache folder
 * @returns the row
 */
export async function checkCache(cache: string = cacheFolder()): Promise<DoctorRow> {
  const [all, engine] = await Promise.all([folderBytes(cache), folderBytes(engineFolder(cache))]);
  const value = `${cache}: ${megabytes(all)}, of which ${megabytes(engine)} are engines`;
  return { name: 'Cache', status: 'ok', value: all === 0 ? `${cache}: empty` : value };
}
