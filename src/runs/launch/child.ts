/** Runs an experiment in a child process, by the usual command. */
import { spawn } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { EXIT, messageOf } from '../../base/errors.js';
import { makeFolder, writeWhole } from '../../base/files.js';
import type { Config } from '../../config/schema.js';
import { sidecar } from './plan.js';

export const executable = fileURLToPath(new URL('../../../bin/polytag.js', import.meta.url));

export interface ChildRun {
  config: Config;
  /** The run's folder; its config and its output lie where `sidecar` says. */
  folder: string;
  existing: 'refuse' | 'resume' | 'overwrite';
  /** Train only up to this epoch. */
  pauseAfter?: number;
  threads: number;
  signal?: AbortSignal;
}

export interface ChildEnd {
  kind: 'done' | 'failed' | 'interrupted';
  /** Why, in a sentence, unless it is done. */
  error: string | null;
  /** Whether it refused to begin. Default: false. */
  refused?: boolean;
}

export function commandOf({ folder, existing, pauseAfter }: ChildRun): string[] {
  return [
    ...['run', sidecar(folder, '.yaml'), '--out', folder],
    ...(existing === 'refuse' ? [] : [`--${existing}`]),
    ...(pauseAfter === undefined ? [] : ['--pause-after', String(pauseAfter)]),
  ];
}

/**
 * Runs an experiment in a child process and waits for its end; one that cannot be started counts as failed. The child
 * gets no signals from the terminal: it is stopped through `signal`, after which it keeps a checkpoint, and it stops by
 * itself when this process dies.
 */
export async function runChild(run: ChildRun): Promise<ChildEnd> {
  const { folder, threads, signal } = run;
  const logPath = sidecar(folder, '.log');
  await makeFolder(dirname(logPath));
  await writeWhole(sidecar(folder, '.yaml'), stringify(run.config));
  const words = commandOf(run);
  const log = await open(logPath, 'a');
  try {
    await log.write(`$ polytag ${words.join(' ')}\n`);
    const child = spawn(process.execPath, [executable, ...words], {
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
      env: { ...process.env, TF_NUM_INTRAOP_THREADS: String(threads) },
      // A group of its own, so that Ctrl-C on the terminal reaches it once, through this process.
      detached: true,
    });
    const stop = (): void => {
      child.kill('SIGINT');
    };
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
    const end = await new Promise<{ code: number | null; by: NodeJS.Signals | null; thrown?: Error }>(
      (resolve) => {
        child.on('error', (thrown) => resolve({ code: null, by: null, thrown }));
        child.on('exit', (code, by) => resolve({ code, by }));
      },
    ).finally(() => signal?.removeEventListener('abort', stop));
    if (end.thrown) return { kind: 'failed', error: `It cannot be started (${messageOf(end.thrown)}).` };
    if (end.code === EXIT.done) return { kind: 'done', error: null };
    const stopped = end.code === EXIT.interrupted || (signal?.aborted && end.by === 'SIGINT');
    const error =
      end.by === null
        ? await lastSentence(logPath)
        : `The process was ended by ${end.by}; see the end of ${logPath}.`;
    return { kind: stopped ? 'interrupted' : 'failed', error, refused: end.code === EXIT.wrongUse };
  } finally {
    await log.close();
  }
}

/** Last lines of the process' output. */
async function lastSentence(path: string): Promise<string> {
  const lines = (await readFile(path, 'utf8').catch(() => '')).trimEnd().split(/[\r\n]+/);
  return lines.at(-1) ?? `It printed nothing; see ${path}.`;
}
