/** A process of its own that reads damaged files, and a parent that watches it and starts another where it dies. */
import { fork } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';

/** Milliseconds that one file may take by the clock; polytag itself gives up a table after 20 s of computing. */
const PATIENCE = 75_000;

/** Bytes above what the undamaged file takes that count as a failure. */
export const MOST_MEMORY = 300e6;

/** How the reading of one damaged file ended. */
export interface Verdict {
  ended: 'accepted' | 'refused' | 'failure';
  /** What is wrong, or a remark that is no failure. */
  detail?: string;
}

/**
 * Lets a module read files number 0 to `count`; it is called with `words`, then the first number and `count`. Each file
 * comes to a verdict, those that end the process or take too long among them.
 */
export async function watched(
  module: string,
  words: readonly string[],
  count: number,
  onVerdict: (index: number, verdict: Verdict) => void,
): Promise<void> {
  for (let from = 0; from < count; )
    from = await new Promise<number>((resolve) => {
      const child = fork(module, [...words, String(from), String(count)], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        execArgv: ['--expose-gc'],
      });
      let present = from;
      let isHung = false;
      let said = '';
      let timer: NodeJS.Timeout | undefined;
      child.stderr!.setEncoding('utf8').on('data', (text: string) => {
        said = (said + text).slice(-2000);
      });
      child.on('message', (message: number | [number, Verdict]) => {
        clearTimeout(timer);
        if (typeof message !== 'number') return onVerdict(...message);
        present = message;
        timer = setTimeout(() => {
          isHung = true;
          child.kill('SIGKILL');
        }, PATIENCE);
      });
      child.on('close', (code, signal) => {
        clearTimeout(timer);
        if (code === 0) return resolve(count);
        const how = isHung ? 'takes too long' : `the process ended with ${signal ?? code}: ${errorIn(said)}`;
        onVerdict(present, { ended: 'failure', detail: how });
        resolve(present + 1);
      });
    });
}

/** The line of a trace that names the error. */
const errorIn = (text: string): string => /^\w*Error.*$/m.exec(text)?.[0] ?? text.slice(-200);

/** The child's side: takes each number in turn and sends its verdict. */
export async function serve(
  from: number,
  to: number,
  judge: (index: number) => Promise<Verdict>,
): Promise<void> {
  const send = (message: number | [number, Verdict]): Promise<void> =>
    new Promise((resolve) => void process.send!(message, () => resolve()));
  for (let index = from; index < to; index++) {
    await send(index);
    await send([index, await judge(index)]);
  }
  process.exit(0);
}

/** How far the memory of this process rises while something is done, in bytes; 0 where the system does not tell. */
export async function memoryOf(work: () => Promise<void>): Promise<number> {
  const read = async (name: string): Promise<number> => {
    const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
    return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) * 1024;
  };
  globalThis.gc?.();
  // Writing 5 sets the highest mark back to what is held now.
  await writeFile('/proc/self/clear_refs', '5').catch(() => {});
  const before = await read('VmRSS');
  await work();
  return Math.max(0, (await read('VmHWM')) - before);
}
