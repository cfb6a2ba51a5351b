/** The command as a person types it, in a process group of its own that can be killed, and a corpus to use it on. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** The command line of `polytag`. */
export const POLYTAG: readonly string[] = [process.execPath, join(root, 'bin', 'polytag.js')];

/** Path of a file of the checkout. */
export const checkoutPath = (file: string): string => join(root, file);

/** Seconds after which a command counts as hung. */
const LIMIT = 300;

/** What a command came to. */
export interface Ended {
  code: number | null;
  stderr: string;
  /** Whether it was ended here because it took too long. */
  isHung: boolean;
  seconds: number;
}

/** A command that runs. */
export interface Started {
  /** Sends SIGKILL to it and to the processes of its group. */
  kill(): void;
  ended: Promise<Ended>;
}

/** Starts a program in a folder; the cache of polytag is one of that folder's own. */
export function start(words: readonly string[], cwd: string): Started {
  const begin = performance.now();
  const child = spawn(words[0], words.slice(1), {
    cwd,
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, POLYTAG_CACHE: join(cwd, 'cache'), POLYTAG_ENGINE: 'wasm' },
  });
  const kill = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const ended = new Promise<Ended>((resolve, reject) => {
    let stderr = '';
    let isHung = false;
    const limit = setTimeout(() => {
      isHung = true;
      kill();
    }, LIMIT * 1000);
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(limit);
      resolve({ code, stderr, isHung, seconds: (performance.now() - begin) / 1000 });
    });
  });
  return { kill, ended };
}

/** Runs `polytag` to its end. */
export const polytag = (args: readonly string[], cwd: string): Promise<Ended> =>
  start([...POLYTAG, ...args], cwd).ended;

/** What is wrong with how a command failed; null where it ended with a sentence. */
export function notASentence({ code, stderr, isHung }: Ended): string | null {
  if (isHung) return 'it did not end';
  if (/^\s+at .+:\d+/m.test(stderr) || /defect of polytag/.test(stderr)) return 'a stack trace';
  if (code === null) return 'it ended by a signal';
  return /\.$/.test(stderr.trimEnd()) ? null : 'no sentence';
}

/** Last line of what a command said, for a report. */
export const lastWords = ({ code, stderr }: Ended): string =>
  `code ${code}: ${stderr.trimEnd().split('\n').at(-1)?.slice(0, 200)}`;

/** Names of the files of a folder, in all depths, in order; none where there is no folder. */
export async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** SHA-256 of the names and contents of the files of a folder that are asked for. */
export async function contentOf(
  folder: string,
  wanted: (name: string) => boolean = () => true,
): Promise<string> {
  const hash = createHash('sha256');
  const names = (await filesOf(folder)).filter(wanted);
  if (names.length === 0) return 'nothing';
  for (const name of names) hash.update(`${name}\n`).update(await readFile(join(folder, name)));
  return hash.digest('hex');
}
