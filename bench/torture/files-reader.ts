/** The process that reads damaged files; `files.ts` starts it with a folder, a seed and the numbers of the mutants. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../src/base/errors.js';
import { randomGenerator } from '../../src/base/random.js';
import { copyFiles, type Subject, subjectsIn, withFile } from './subjects.js';
import { MOST_MEMORY, memoryOf, serve, type Verdict } from './watch.js';

/** What an engine says of a program's own mistakes: no sentence for users. */
const OWN_WORDS =
  /Cannot (read|set|convert)|Cannot destructure|is not a function|is not iterable|is not a constructor|Maximum call stack|Invalid (typed )?array length|of undefined|out of bounds|is not defined|stack trace/;

const [folder, seed, from, to] = process.argv.slice(2);
const own = await copyFiles(folder);
const subjects = await subjectsIn(own);
const usual = new Map<Subject, number>();

async function attempt(subject: Subject, path: string): Promise<unknown> {
  try {
    await subject.read(path);
    return null;
  } catch (error) {
    return error;
  }
}

/** Bytes that reading the undamaged file takes, the second time. */
async function usualMemory(subject: Subject, path: string): Promise<number> {
  const known = usual.get(subject);
  if (known !== undefined) return known;
  await attempt(subject, path);
  const memory = await memoryOf(async () => void (await attempt(subject, path)));
  usual.set(subject, memory);
  return memory;
}

await serve(Number(from), Number(to), async (index): Promise<Verdict> => {
  const subject = subjects[index % subjects.length];
  const path = join(own, subject.file);
  const before = await readFile(path);
  const limit = (await usualMemory(subject, path)) + MOST_MEMORY;
  const mutant = subject.mutate(before, randomGenerator(seed, 'mutant', index));
  let error: unknown = null;
  const memory = await withFile(path, mutant, () =>
    memoryOf(async () => {
      error = await attempt(subject, path);
    }),
  );
  const detail = error instanceof Error ? `${error.name}: ${error.message.slice(0, 300)}` : String(error);
  if (memory > limit) return { ended: 'failure', detail: `takes ${Math.round(memory / 1e6)} MB (${detail})` };
  if (error === null) {
    if (!subject.isKnown || mutant.equals(before)) return { ended: 'accepted' };
    return { ended: 'failure', detail: 'accepted, though SHA256SUMS has another sum' };
  }
  if (!(error instanceof Failure) || /\n./.test(error.message) || OWN_WORDS.test(error.message))
    return { ended: 'failure', detail: `${detail}${error instanceof Failure ? '' : stackOf(error)}` };
  return { ended: 'refused', detail };
});

/** Where an error that is no sentence came from. */
function stackOf(error: unknown): string {
  const place = /\/(src\/[\w/.-]+:\d+)/.exec((error as Error).stack ?? '');
  return place ? ` (${place[1]})` : '';
}
