/**
 * Kills: SIGKILL to a command at a random moment of its life, one to three times, then the same command to its end. The
 * result must be that of an undisturbed one, to the bit, and nothing unfinished may stay.
 */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type RandomGenerator, randomGenerator } from '../../src/base/random.js';
import { lastWords, POLYTAG, polytag, start } from './commands.js';
import { type Job, litterOf, makeYard } from './jobs.js';
import { countOf, type Extent, emptyLine, isAsked, type Line, report } from './line.js';

export async function kills(extent: Extent): Promise<Line[]> {
  const { workplace, folder, jobs } = await makeYard();
  try {
    const lines: Line[] = [];
    for (const job of jobs.filter(({ name }) => isAsked(name, extent))) {
      const random = randomGenerator(extent.seed, 'kills', job.name);
      lines.push(report(await killedOften(folder, job, countOf(job.kills, extent), random)));
    }
    return lines;
  } finally {
    await workplace.remove();
  }
}

/** Kills a command a number of times, and counts kills, not trials. */
async function killedOften(folder: string, job: Job, count: number, random: RandomGenerator): Promise<Line> {
  const line = emptyLine(`kills of ${job.name}`);
  const reference = await undisturbed(folder, job);
  let trials = 0;
  while (line.done < count) {
    const out = `k-${job.name.replace(/\W+/g, '-')}-${trials++}`;
    const moments: string[] = [];
    const most = Math.min(1 + random.integer(3), count - line.done);
    for (let i = 0; i < most; i++) {
      const { kill, ended } = start([...POLYTAG, ...job.words(out), ...job.again], folder);
      const moment = random.between(0, reference.seconds);
      const isOver = await Promise.race([wait(moment * 1000).then(() => false), ended.then(() => true)]);
      kill();
      const { code } = await ended;
      if (isOver || code !== null) break;
      moments.push(`${moment.toFixed(2)} s`);
    }
    line.done += moments.length;
    const last = await polytag([...job.words(out), ...job.again], folder);
    const when = `killed after ${moments.join(', ')}`;
    // A sweep or a study that ended before it was killed has nothing left to do, a table is not written twice.
    const isAlready = last.code === 2 && moments.length < most;
    if (last.code !== 0 && !isAlready) line.failures.push(`${when}: ${lastWords(last)}`);
    else if ((await job.result(out)) !== reference.result) line.failures.push(`${when}: another result`);
    else {
      const litter = await litterOf(folder, out);
      if (litter.length > 0) line.failures.push(`${when}: left ${litter.join(', ')}`);
      else line.right += moments.length;
    }
    await removeAll(folder, out);
  }
  return { ...line, note: `${trials} trials` };
}

/** What a command comes to that nobody disturbs, and how long it takes: the second time, as files are cached. */
export async function undisturbed(folder: string, job: Job): Promise<{ result: string; seconds: number }> {
  const results: string[] = [];
  let seconds = 0;
  for (const out of ['undisturbed-1', 'undisturbed-2']) {
    const ended = await polytag(job.words(out), folder);
    if (ended.code !== 0) throw new Error(`${job.name} fails undisturbed: ${lastWords(ended)}`);
    ({ seconds } = ended);
    results.push(await job.result(out));
    await removeAll(folder, out);
  }
  if (results[0] !== results[1]) throw new Error(`${job.name} comes to two results undisturbed.`);
  return { result: results[0], seconds };
}

/** Removes what begins with a name. */
export async function removeAll(folder: string, out: string): Promise<void> {
  for (const name of await readdir(folder))
    if (name.startsWith(out)) await rm(join(folder, name), { recursive: true });
}
