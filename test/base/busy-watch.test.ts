import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { BusyWatch, overrunMessage, sharedSeconds } from '../../src/base/busy-watch.js';

const thread = (code: string): Worker => new Worker(code, { eval: true });

/** Seconds until a watch with these limits reports the thread; null where it does not within four. */
async function reported(worker: Worker, heard: number): Promise<number | null> {
  const shared = sharedSeconds();
  shared[0] = heard;
  const busy = await new Promise<number | null>((resolve) => {
    const watch = new BusyWatch(worker, () => shared[0], resolve, { least: 1, perSecond: 2 });
    setTimeout(() => {
      watch.stop();
      resolve(null);
    }, 4000);
  });
  await worker.terminate();
  return busy;
}

it('reports a thread that computes without end, even without a pause', async () => {
  const busy = await reported(thread('for (;;);'), 0.2);
  expect(busy).toBeGreaterThan(1);
  expect(busy).toBeLessThan(3);
});

it('leaves one that waits, and one that has got much sound', async () => {
  expect(
    await reported(thread("require('node:worker_threads').parentPort.on('message', () => {})"), 0),
  ).toBeNull();
  expect(await reported(thread('for (;;);'), 60)).toBeNull();
});

it('says what took how long', () => {
  expect(overrunMessage('a.ogg', 31.2, 0.5)).toBe(
    'a.ogg cannot be decoded in reasonable time: 31 s of computing gave 0.5 s of sound; leave it out.',
  );
});
