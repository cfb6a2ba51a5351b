/** Two of one command in one place at a time: each ends with the right result or is refused in a sentence. */
import { setTimeout as wait } from 'node:timers/promises';
import { randomGenerator } from '../../src/base/random.js';
import { lastWords, notASentence, POLYTAG, start } from './commands.js';
import { makeYard } from './jobs.js';
import { removeAll, undisturbed } from './kills.js';
import { countOf, type Extent, emptyLine, isAsked, type Line, report } from './line.js';

const COMMANDS = ['tag (csv)', 'run', 'sweep', 'data synth'];

/** Rounds at full size. */
const ROUNDS = 20;

export async function twoAtOnce(extent: Extent): Promise<Line[]> {
  const { workplace, folder, jobs } = await makeYard();
  try {
    const lines: Line[] = [];
    for (const job of jobs.filter(({ name }) => COMMANDS.includes(name) && isAsked(name, extent))) {
      const random = randomGenerator(extent.seed, 'two at once', job.name);
      const line = emptyLine(`two at once of ${job.name}`);
      const reference = await undisturbed(folder, job);
      for (; line.done < countOf(ROUNDS, extent); line.done++) {
        const out = `two-${line.done}`;
        const words = [...POLYTAG, ...job.words(out)];
        const first = start(words, folder);
        const delay = random.between(0, reference.seconds);
        await wait(delay * 1000);
        const both = await Promise.all([first.ended, start(words, folder).ended]);
        const when = `the second ${delay.toFixed(2)} s after the first`;
        const bad = both.find((ended) => ended.code !== 0 && notASentence(ended) !== null);
        if (bad) line.failures.push(`${when}: ${notASentence(bad)}, ${lastWords(bad)}`);
        else if (both.every(({ code }) => code !== 0))
          line.failures.push(`${when}: both were refused, ${both.map(lastWords).join('; ')}`);
        else if ((await job.result(out)) !== reference.result) line.failures.push(`${when}: another result`);
        else if (both.some(({ code }) => code !== 0)) line.refused++;
        else line.right++;
        await removeAll(folder, out);
      }
      lines.push(report({ ...line, note: 'refused: the second, the first is right' }));
    }
    return lines;
  } finally {
    await workplace.remove();
  }
}
