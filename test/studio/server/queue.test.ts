/** Jobs: how many at once, who waits where, how they end, and what is left of them. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Failure } from '../../../src/base/errors.js';
import { NewestEvent } from '../../../src/studio/server/jobs/events.js';
import type { Job, JobEvent, JobWork } from '../../../src/studio/server/jobs/job.js';
import { JobQueue } from '../../../src/studio/server/jobs/queue.js';
import { RateLimit } from '../../../src/studio/server/rate.js';

let folder: string;
const said: string[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-jobs-'));
  said.length = 0;
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const queueOf = (limits = {}): JobQueue =>
  new JobQueue(folder, { jobs: 1, waiting: 3, keptJobs: 10, keptSeconds: 60, ...limits }, (line) =>
    said.push(line),
  );

/** Work that ends when it is told to. */
function heldWork(): { work: JobWork; finish(result: unknown): void } {
  let finish!: (result: unknown) => void;
  const done = new Promise<unknown>((resolve) => {
    finish = resolve;
  });
  const work: JobWork = ({ signal }) =>
    new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('ended')));
      void done.then((result) => resolve({ result }));
    });
  return { work, finish };
}

const begin = async (queue: JobQueue, work: JobWork): Promise<Job> => (await queue.place()).start(work);

async function lastOf(job: Job): Promise<JobEvent> {
  const events = new NewestEvent<JobEvent>();
  job.listen(events);
  let last: JobEvent | null = null;
  for (let next = await events.next(1000); next !== null; next = await events.next(1000))
    if (next !== 'quiet') last = next;
  return last!;
}

async function nowOf(job: Job): Promise<JobEvent | 'quiet' | null> {
  const events = new NewestEvent<JobEvent>();
  job.listen(events)();
  return events.next(0);
}

describe('jobs', () => {
  it('run in order, and those that wait are told their place', async () => {
    const queue = queueOf();
    const [a, b, c] = [heldWork(), heldWork(), heldWork()];
    const first = await begin(queue, a.work);
    const second = await begin(queue, b.work);
    const third = await begin(queue, c.work);
    expect(await nowOf(first)).toMatchObject({ data: { step: 'starting' } });
    expect(await nowOf(third)).toEqual({
      event: 'progress',
      data: { step: 'waiting', done: 0, seconds_left: null, place: 2 },
    });
    a.finish('one');
    expect(await lastOf(first)).toEqual({ event: 'result', data: 'one' });
    await vi.waitFor(async () => expect(await nowOf(second)).toMatchObject({ data: { step: 'starting' } }));
    expect(await nowOf(third)).toMatchObject({ data: { place: 1 } });
    b.finish('two');
    c.finish('three');
    expect(await lastOf(third)).toEqual({ event: 'result', data: 'three' });
  });

  it('more than may wait are refused, and their places come back', async () => {
    const queue = queueOf();
    const held = heldWork();
    await begin(queue, held.work);
    const places = [await queue.place(), await queue.place()];
    const waiting = await begin(queue, async () => ({ result: 0 }));
    await expect(queue.place()).rejects.toMatchObject({ status: 503 });
    await places[0].leave();
    await (await queue.place()).leave();
    held.finish(0);
    await lastOf(waiting);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('end when they are cancelled, waiting or not, and leave nothing', async () => {
    const queue = queueOf();
    const running = await begin(queue, heldWork().work);
    const waiting = await begin(queue, heldWork().work);
    const ends = [lastOf(running), lastOf(waiting)];
    await queue.cancel(waiting.id);
    await queue.cancel(running.id);
    expect(await Promise.all(ends)).toEqual([
      { event: 'cancelled', data: {} },
      { event: 'cancelled', data: {} },
    ]);
    expect(await readdir(folder)).toEqual([]);
    expect(() => queue.get(running.id)).toThrow(/There is no such job/);
    await expect(queue.cancel(running.id)).rejects.toMatchObject({ status: 404 });
  });

  it('that fail say one sentence; a bug goes to the terminal', async () => {
    const queue = queueOf();
    const failed = await begin(queue, async () => {
      throw new Failure('a.wav is damaged; try another.');
    });
    expect(await lastOf(failed)).toEqual({
      event: 'failed',
      data: { error: 'a.wav is damaged; try another.' },
    });
    const broken = await begin(queue, async () => {
      throw new TypeError('x is undefined');
    });
    expect(await lastOf(broken)).toMatchObject({
      data: { error: expect.stringMatching(/^The job failed on a bug/) },
    });
    expect(said.join('\n')).toContain('x is undefined');
  });

  it('keep what they wrote until others have come', async () => {
    const queue = queueOf({ keptJobs: 2 });
    const write: JobWork = async ({ folder: own }) => {
      const path = join(own, 'out.mp3');
      await writeFile(path, 'sound');
      return { result: null, file: { path, name: 'My song.mp3', mediaType: 'audio/mpeg' } };
    };
    const jobs: Job[] = [];
    for (let i = 0; i < 3; i++) {
      jobs.push(await begin(queue, write));
      await lastOf(jobs[i]);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await readdir(folder)).sort()).toEqual([jobs[1].id, jobs[2].id].sort());
    expect(() => queue.get(jobs[0].id)).toThrow(/no such job/);
    await queue.close();
    expect(await readdir(folder)).toEqual([]);
    await expect(queue.place()).rejects.toMatchObject({ status: 503 });
  });

  it('tell the time that is left', async () => {
    let told: ((step: string, done: number) => void) | null = null;
    const held = heldWork();
    const job = await begin(queueOf(), (context) => {
      told = context.tell;
      return held.work(context);
    });
    await new Promise((resolve) => setTimeout(resolve, 1000));
    told!('decoding', 0.25);
    expect(await nowOf(job)).toEqual({
      event: 'progress',
      data: { step: 'decoding', done: 0.25, seconds_left: 3 },
    });
    held.finish(null);
    await lastOf(job);
  });
});

describe('a rate limit', () => {
  it('lets a client begin as many as a minute allows, and more as time passes', () => {
    let now = 0;
    const rate = new RateLimit(3, () => now);
    for (let i = 0; i < 3; i++) rate.take('a');
    expect(() => rate.take('a')).toThrow(/More than 3 jobs were begun within a minute; try again in 20 s\./);
    rate.take('b');
    now = 20_000;
    rate.take('a');
    expect(() => rate.take('a')).toThrow();
    now = 10_000_000;
    for (let i = 0; i < 3; i++) rate.take('a');
    expect(() => rate.take('a')).toThrow();
  });

  it('forgets clients in time', () => {
    const rate = new RateLimit(1, () => 0);
    for (let i = 0; i < 20_000; i++) rate.take(`client ${i}`);
    expect(() => rate.take('client 19999')).toThrow();
  });
});
