import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHolder, mayWriteInto, withLock, withLockOrRefuse } from '../../src/base/lock.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-lock-'));
  lock = join(folder, 'sub', 'x.lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function hold(holder: { pid: number; host: string }, age = 0): Promise<void> {
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(lock, JSON.stringify({ ...holder, id: 'other' }));
  const time = new Date(Date.now() - age);
  await utimes(lock, time, time);
}

/** The number of a process that has ended. */
const deadProcess = (): number => spawnSync(process.execPath, ['--eval', '']).pid;

describe('withLock', () => {
  it('lets one in at a time, and leaves no folder that it made', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await wait(30);
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(lock, () => {}, work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('leaves folders that were there, and those that something came into', async () => {
    await withLock(
      lock,
      () => {},
      () => writeFile(join(folder, 'sub', 'result'), ''),
    );
    expect(await readdir(join(folder, 'sub'))).toEqual(['result']);
    await mkdir(join(folder, 'own'));
    await withLock(
      join(folder, 'own', '.lock'),
      () => {},
      async () => undefined,
    );
    expect(await readdir(folder)).toEqual(['own', 'sub']);
  });

  it('takes over from a dead process at once', async () => {
    await hold({ pid: deadProcess(), host: hostname() });
    const waits: string[] = [];
    expect(
      await withLock(
        lock,
        () => waits.push('wait'),
        async () => 7,
      ),
    ).toBe(7);
    expect(waits).toEqual([]);
  });

  it('takes over from a machine that has shown no sign of life for a minute', async () => {
    await hold({ pid: 1, host: 'elsewhere' }, 61_000);
    expect(
      await withLock(
        lock,
        () => {},
        async () => 7,
      ),
    ).toBe(7);
  });

  it('is released when the work fails', async () => {
    const failing = withLock(
      lock,
      () => {},
      () => Promise.reject(new Error('no')),
    );
    await expect(failing).rejects.toThrow('no');
    expect(await readdir(folder)).toEqual([]);
  });

  it('stops waiting when it is told to', async () => {
    await hold({ pid: process.pid, host: hostname() });
    const controller = new AbortController();
    const waiting = withLock(
      lock,
      () => controller.abort(),
      async () => 7,
      controller.signal,
    );
    await expect(waiting).rejects.toThrow(/^Stopped while another process was waited for/);
  });

  it('shows signs of life while the work lets nothing else run', async () => {
    await withLock(
      lock,
      () => {},
      async () => {
        const before = (await stat(lock)).mtimeMs;
        // The thread that does so has to start first.
        await wait(500);
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6000);
        expect((await stat(lock)).mtimeMs).toBeGreaterThan(before + 4000);
      },
    );
  });
});

describe('withLockOrRefuse', () => {
  const use = (): Promise<number> => withLockOrRefuse(lock, 'reports/x', async () => 7);

  it('names the living process that holds the lock, and leaves it its lock', async () => {
    await hold({ pid: process.pid, host: hostname() });
    await expect(use()).rejects.toThrow(
      `reports/x is in use by process ${process.pid} on ${hostname()}; wait until it ends, or give another folder with --out.`,
    );
    expect(JSON.parse(await readFile(lock, 'utf8')).id).toBe('other');
  });

  it('takes over from a dead process', async () => {
    await hold({ pid: deadProcess(), host: hostname() });
    expect(await use()).toBe(7);
  });

  it('believes that a process elsewhere lives when it has seen a sign of it', async () => {
    await hold({ pid: 1, host: 'elsewhere' }, 30_000);
    const refused = expect(use()).rejects.toThrow(/in use by process 1 on elsewhere/);
    await wait(300);
    await utimes(lock, new Date(), new Date());
    await refused;
  });
});

describe('lockHolder', () => {
  it('names who holds a lock, and nobody where the holder is dead or there is none', async () => {
    expect(await lockHolder(lock)).toBeNull();
    await hold({ pid: process.pid, host: hostname() });
    expect(await lockHolder(lock)).toEqual({ pid: process.pid, host: hostname() });
    await hold({ pid: deadProcess(), host: hostname() });
    expect(await lockHolder(lock)).toBeNull();
  });
});

describe('mayWriteInto', () => {
  it('says yes of a folder that is still to be made', async () => {
    expect(await mayWriteInto(join(folder, 'new', 'one'))).toBe(true);
    expect(await mayWriteInto(folder)).toBe(true);
  });
});
