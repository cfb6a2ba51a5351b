/** A lock between processes: two set-ups at once do the work once. Node only. */
import { randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemCode } from '../../base/errors.js';
import { explainWriteError } from '../../base/files.js';

/** Who holds a lock. */
interface Holder {
  pid: number;
  host: string;
  id: string;
}

const HEARTBEAT_MS = 5_000;
/** A holder that shows no sign of life for this long is taken for dead: another machine's, or a number used again. */
const STALE_MS = 60_000;
const POLL_MS = 200;

/**
 * Runs `work` while holding a lock file; waits for another process that holds it. A lock whose holder is dead
 * is taken over.
 *
 * @param path - the lock file; missing folders are made
 * @param onWait - called once when another process holds the lock
 * @param work - what is done under the lock
 * @returns what `work` returns
 * @throws Failure when the lock file cannot be written; whatever `work` throws
 */
export async function withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  const me: Holder = { pid: process.pid, host: hostname(), id: randomUUID() };
  await mkdir(dirname(path), { recursive: true }).catch((error) => {
    throw explainWriteError(path, error);
  });
  let waited = false;
  while (!(await take(path, me))) {
    if (await abandoned(path)) {
      await putAside(path);
      continue;
    }
    if (!waited) onWait();
    waited = true;
    await sleep(POLL_MS);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // A failed sign of life is no reason to stop the work.
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    if ((await readHolder(path))?.id === me.id) await rm(path, { force: true });
  }
}

async function take(path: string, me: Holder): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(me));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
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
  if (holder?.host === hostname() && !alive(holder.pid)) return true;
  return Date.now() - found.mtimeMs > STALE_MS;
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
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
