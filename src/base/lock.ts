/**
 * A lock between processes. Its heartbeat is a thread, because a training step or a compiler may block the event loop
 * for minutes, in which proper-lockfile, whose heartbeat is a timer, would count the holder as dead; a holder on this
 * machine is looked up by its process id.
 */
import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { Interrupted, systemCode, UsageError } from './errors.js';
import { exists, explainWriteError, isAlive, makeFolder } from './files.js';

/** Who holds a lock. */
interface Holder {
  pid: number;
  host: string;
  id: string;
}

const HEARTBEAT_MS = 5_000;
/** A holder without a heartbeat for this long counts as dead (another machine's, or a reused process id). */
const STALE_MS = 60_000;
const POLL_MS = 200;

/** In its own thread, so that a computation that blocks the event loop for minutes does not look dead. */
const HEARTBEAT = `
const { workerData } = require('node:worker_threads');
const { utimes } = require('node:fs');
setInterval(() => {
  const now = new Date();
  // a missed heartbeat is not fatal.
  utimes(workerData.path, now, now, () => {});
}, workerData.every);
`;

/**
 * Runs `work` while holding a lock file; waits for another process that holds it (`onWait` is called once) and takes
 * over the lock of a dead one. Folders are made, and removed again where they stay empty. Throws Interrupted when the
 * signal ends the waiting, Failure when the lock file cannot be written.
 */
export async function withLock<T>(
  path: string,
  onWait: () => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  let waited = false;
  return underLock(
    path,
    async () => {
      if (signal?.aborted)
        throw new Interrupted('Stopped while another process was waited for; the same command starts again.');
      if (!waited) onWait();
      waited = true;
    },
    work,
  );
}

/**
 * Runs `work` while holding a lock file; throws UsageError when another live process holds it, and takes over the lock
 * of a dead one (known within a minute for another machine). `what` begins the message: `reports/mtat`; `option` is the one
 * that names another folder.
 */
export async function withLockOrRefuse<T>(
  path: string,
  what: string,
  work: () => Promise<T>,
  option = '--out',
): Promise<T> {
  const seen = new Set<number>();
  const refuse = async (): Promise<void> => {
    const holder = await readHolder(path);
    const found = await stat(path).catch(() => null);
    if (!holder || !found) return;
    seen.add(found.mtimeMs);
    // On this machine its process is there; on another one, it has just sent a heartbeat.
    if (holder.host === hostname() || seen.size > 1)
      throw new UsageError(
        `${what} is in use by process ${holder.pid} on ${holder.host}; wait until it ends, or give another folder with ${option}.`,
      );
  };
  return underLock(path, refuse, work);
}

/** The process that holds a lock; null when nobody does, or the holder is dead. */
export async function lockHolder(path: string): Promise<{ pid: number; host: string } | null> {
  const holder = await readHolder(path);
  return holder && !(await abandoned(path)) ? { pid: holder.pid, host: holder.host } : null;
}

/** @param onHeld - called each time that the lock is found to be held by a process that is not known to be dead */
async function underLock<T>(path: string, onHeld: () => Promise<void>, work: () => Promise<T>): Promise<T> {
  const me: Holder = { pid: process.pid, host: hostname(), id: randomUUID() };
  let made: string | undefined;
  const prepare = async (): Promise<void> => {
    const first = await makeFolder(dirname(path), path);
    made ??= first;
  };
  for (await prepare(); !(await take(path, me)); await prepare()) {
    if (await abandoned(path)) await putAside(path);
    else if (await exists(path)) {
      await onHeld();
      await sleep(POLL_MS);
    }
  }
  // Options of this process such as --input-type=module are not the thread's.
  const options = { eval: true, execArgv: [], workerData: { path, every: HEARTBEAT_MS } };
  const heartbeat = new Worker(HEARTBEAT, options);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    await heartbeat.terminate();
    if ((await readHolder(path))?.id === me.id) await rm(path, { force: true });
    if (made !== undefined) await removeEmpty(resolve(dirname(path)), resolve(made));
  }
}

/** Takes empty folders away, from `folder` up to `top`. */
async function removeEmpty(folder: string, top: string): Promise<void> {
  for (let current = folder; current.startsWith(top); current = dirname(current)) {
    const removed = await rmdir(current).then(
      () => true,
      () => false,
    );
    if (!removed) return;
  }
}

/** Whether this process may write into a folder; true where the folder is still to be made. */
export async function mayWriteInto(folder: string): Promise<boolean> {
  return access(folder, constants.W_OK).then(
    () => true,
    (error) => systemCode(error) === 'ENOENT',
  );
}

async function take(path: string, me: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(me));
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    // Whoever held it before may have taken the empty folder away.
    if (systemCode(error) === 'ENOENT') return false;
    throw explainWriteError(path, error);
  }
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch {
    return null;
  }
}

async function abandoned(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  if (!found) return false;
  const holder = await readHolder(path);
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  return Date.now() - found.mtimeMs > STALE_MS;
}

/** Moves a dead lock away; only one of several waiting processes can, because a rename happens once. */
async function putAside(path: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}.dead`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (moved) await rm(aside, { force: true });
}
