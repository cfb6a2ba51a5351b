/** A tiny corpus with a tiny config, and the executable as a person types it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from '../src/base/files.js';
import { generateCorpus } from '../src/data/synth/corpus.js';
import { runIn } from './cli/in-process.js';

const executable = fileURLToPath(new URL('../bin/polytag.js', import.meta.url));

/** What leaves the spectrogram's branch of the config alone: the others make every run slower. */
export const MEL_ALONE = [
  ...['~model.branches.waveform', '~inputs.waveform'],
  ...['~model.branches.lyrics', '~inputs.lyrics'],
];

/** A folder of a test's own. */
export interface Workplace {
  folder: string;
  /** 64 clips of 2 s. */
  corpus: string;
  /** A config of three tiny branches on that corpus, with a feature store in the folder. */
  config: string;
  remove(): Promise<void>;
}

const configText = (corpus: string, store: string): string => `name: tiny
data:
  root: ${corpus}
  top_tags: 12
inputs:
  chunk_seconds: 1
  mel: { bands: 16 }
  waveform: {}
  lyrics: { max_tokens: 16 }
  store: ${store}
model:
  branches:
    mel: { channels: [4, 4], features: 8 }
    waveform: { channels: [4, 4, 4, 4, 4], features: 8 }
    lyrics: { embedding: 8, filters: 4 }
  fusion: { kind: self-attention, heads: 2, features: 8, attention: 4, hidden: 8 }
training:
  epochs: 2
  batch_size: 8
  optimizer: { learning_rate: 0.01 }
evaluation: { bootstrap_samples: 20, examples: 2 }
`;

/** Makes the corpus of a workplace. */
const makeCorpus = async (out: string): Promise<void> => {
  await generateCorpus({ out, clips: 64, seconds: 2, seed: 1 });
};

/** The corpus of all workplaces of the tests, which the first of them makes in a folder that set-up.ts gives. */
async function sharedCorpus(shared: string): Promise<string> {
  const corpus = join(shared, 'corpus');
  if (await exists(corpus)) return corpus;
  const making = join(await mkdtemp(join(shared, 'making-')), 'corpus');
  await makeCorpus(making);
  // Where another process was faster, its corpus is the same.
  await rename(making, corpus).catch(async (error) => {
    if (!(await exists(corpus))) throw error;
  });
  return corpus;
}

/** Makes a folder with the corpus and the config in it. */
export async function makeWorkplace(): Promise<Workplace> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-test-'));
  const corpus = join(folder, 'corpus');
  // Outside of the tests, as in bench/torture, there is no such folder.
  const shared = process.env.POLYTAG_TEST_SHARED;
  if (shared === undefined) await makeCorpus(corpus);
  else await cp(await sharedCorpus(shared), corpus, { recursive: true });
  const config = join(folder, 'tiny.yaml');
  await writeFile(config, configText(corpus, join(folder, 'store')));
  return { folder, corpus, config, remove: () => rm(folder, { recursive: true, force: true }) };
}

/**
 * Copies the corpus' lyrics into a folder under the names of the recordings, as a catalogue has them where MagnaTagATune
 * names them after its clips. Returns the file name of each clip's recording.
 */
export async function catalogueLyrics({ corpus }: Workplace, folder: string): Promise<Map<string, string>> {
  const annotations = await readFile(join(corpus, 'annotations_final.csv'), 'utf8');
  const rows = annotations
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map((line) => line.replaceAll('"', '').split('\t'));
  const names = new Map(rows.map((cells) => [cells[0], basename(cells.at(-1)!)]));
  await mkdir(folder);
  for (const file of await readdir(join(corpus, 'lyrics'))) {
    const name = names.get(basename(file, '.txt'))!.replace('.mp3', '.txt');
    await copyFile(join(corpus, 'lyrics', file), join(folder, name));
  }
  return names;
}

/** What a command came to. */
export interface Outcome {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** How a command is started. */
export interface SpawnOptions {
  cwd: string;
  env?: Record<string, string>;
  /** Options of node itself. */
  nodeOptions?: string[];
  /** Seconds after which it counts as hung and is ended. Default: 90. */
  limit?: number;
}

/** A command that runs. */
export interface Running {
  child: ChildProcess;
  outcome: Promise<Outcome>;
}

/** Seconds after which a command counts as hung and is ended. */
const LIMIT = 90;

/** Starts `polytag` with some arguments. */
export function startPolytag(
  args: string[],
  { cwd, env = {}, nodeOptions = [], limit }: SpawnOptions,
): Running {
  return startProgram(process.execPath, [...nodeOptions, executable, ...args], {
    cwd,
    env: { ...process.env, POLYTAG_CACHE: join(cwd, 'cache'), ...env },
    limit,
  });
}

/** Starts a program and collects what it writes. */
export function startProgram(
  program: string,
  args: string[],
  { limit = LIMIT, ...options }: { cwd: string; env: NodeJS.ProcessEnv; limit?: number },
): Running {
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit * 1000);
  const outcome = new Promise<Outcome>((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  }).finally(() => clearTimeout(timer));
  return { child, outcome };
}

/** Runs `polytag` in a process of its own: for what depends on how Node loads modules. */
export const polytagProcess = (args: string[], options: SpawnOptions): Promise<Outcome> =>
  startPolytag(args, options).outcome;

/**
 * Runs `polytag` with some arguments to its end, in this process; in one of its own where options of node or a limit are
 * given.
 */
export const polytag = (args: string[], options: SpawnOptions): Promise<Outcome> =>
  options.nodeOptions || options.limit
    ? polytagProcess(args, options)
    : runIn(options.cwd, args, { POLYTAG_CACHE: join(options.cwd, 'cache'), ...options.env });

/** The command line of `polytag`, for a program that starts it. */
export const polytagCommand: string[] = [process.execPath, executable];
