/** The files of models, runs, tables and catalogues that are damaged, and what reads each. */
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { readDone } from '../../src/catalogue/shards/done.js';
import { readManifest } from '../../src/catalogue/shards/manifest.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import { Journal } from '../../src/catalogue/tag/journal.js';
import { loadConfig } from '../../src/config/load.js';
import { readWeights } from '../../src/hub/formats/index.js';
import { loadTagger } from '../../src/index.js';
import {
  readConditions,
  readConfig,
  readEnvironment,
  readLog,
  readMetrics,
  readPredictions,
} from '../../src/runs/read.js';
import { readSeen } from '../../src/runs/seen.js';
import { readNewestCheckpoint } from '../../src/training/checkpoints.js';
import { checkoutPath, polytag } from './commands.js';
import { makeYard } from './jobs.js';
import {
  bytes,
  footer,
  json,
  jsonLines,
  lines,
  type Mutate,
  mutateValue,
  oneOf,
  tensorHeader,
} from './mutants.js';

/** A file, by its path below a folder, and its reader. */
export interface Subject {
  name: string;
  file: string;
  mutate: Mutate;
  /** Reads it at its place; throws what a user would meet. */
  read(path: string): Promise<unknown>;
  /** Whether something beside it knows its content, so that a changed one must not be accepted. */
  isKnown?: boolean;
}

const WEIGHTS = [
  ...['tiny.pth', 'legacy.pth', 'module.pt', 'whole-network.pth', 'tagger.pth', 'tiny.npz'],
  ...['tagger-scores.npz', 'tiny.h5', 'tiny.safetensors'],
];

const ENDINGS = ['csv', 'jsonl', 'parquet', 'arrow'];

/** Makes a folder with all files, none of them damaged; gives it and what removes it. */
export async function makeFiles(): Promise<{ folder: string; remove(): Promise<void> }> {
  const { workplace, folder } = await makeYard();
  const must = async (...words: string[]): Promise<void> => {
    const { code, stderr } = await polytag(words, folder);
    if (code !== 0) throw new Error(`polytag ${words.join(' ')}: ${stderr}`);
  };
  const files = join(folder, 'files');
  await mkdir(files);
  await cp(join(folder, 'reference'), join(files, 'run'), { recursive: true });
  await cp(join(files, 'run'), join(files, 'bare'), { recursive: true });
  for (const place of ['bare', 'bare/model']) await rm(join(files, place, 'SHA256SUMS'));
  const baseline = ['~model.branches', '~model.fusion', 'model.baseline.features.kind=mfcc'];
  await must('run', 'tiny.yaml', ...baseline, '--out', 'files/baseline');
  await rm(join(files, 'baseline', 'model', 'SHA256SUMS'));
  for (const ending of ENDINGS)
    await must('tag', 'corpus', '--model', 'reference', '--embedding', '--out', `files/table.${ending}`);
  await must('tag', 'manifest', 'corpus', '--out', 'files/manifest.jsonl');
  await must('tag', '--manifest', 'files/manifest.jsonl', '--model', 'reference', '--out', 'files/parts');
  const { header, rows } = await readTable(join(files, 'table.jsonl'));
  const journal = await Journal.open(join(files, 'table.journal'), header);
  for await (const row of rows) await journal.add(row);
  await journal.close();
  for (const name of WEIGHTS) await cp(checkoutPath(join('test/hub/fixtures', name)), join(files, name));
  await cp(workplace.config, join(files, 'tiny.yaml'));
  return { folder: files, remove: () => workplace.remove() };
}

/** A journal with one row of other values, whose checksum is right. */
const journalRow: Mutate = (file, random) => {
  const all = file.toString('utf8').split('\n');
  const at = 1 + random.integer(all.length - 2);
  const row = JSON.stringify(mutateValue(JSON.parse(all[at].slice(9)), random));
  all[at] = `${crc32(row).toString(16).padStart(8, '0')} ${row}`;
  return Buffer.from(all.join('\n'));
};

/** A manifest with one track of other values, whose checksum is right. */
const manifestTrack: Mutate = (file, random) => {
  const [head, ...tracks] = file.toString('utf8').split('\n');
  const at = random.integer(tracks.length - 1);
  tracks[at] = JSON.stringify(mutateValue(JSON.parse(tracks[at]), random));
  const body = tracks.join('\n');
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.from(`${JSON.stringify({ ...JSON.parse(head), sha256 })}\n${body}`);
};

/** One second of a tone, with words for the models that take them. */
const SOUND = {
  samples: Float32Array.from({ length: 32_000 }, (_, i) => Math.sin(i / 10) / 2),
  sampleRate: 16_000,
  lyrics: 'some words for it',
};

const tagWith = async (path: string): Promise<void> => {
  const tagger = await loadTagger(dirname(path));
  try {
    tagger.tag(SOUND);
  } finally {
    tagger.dispose();
  }
};

const rowsOf = async (path: string): Promise<void> => {
  const { rows } = await readTable(path.replace(/\.meta\.json$/, ''));
  for await (const row of rows) void row;
};

const ofRun =
  (read: (folder: string) => Promise<unknown>) =>
  (path: string): Promise<unknown> =>
    read(dirname(path));

/** All subjects below a folder that `makeFiles` made. */
export async function subjectsIn(folder: string): Promise<Subject[]> {
  const { header } = await readTable(join(folder, 'table.jsonl'));
  const parts = join(folder, 'parts');
  const done = 'part-000000.done.json';
  const doneContent = JSON.parse(await readFile(join(parts, done), 'utf8')) as { manifest_sha256: string };
  const ofModel = (place: string, known: boolean): Subject[] => {
    const what = known ? 'with SHA256SUMS' : 'without SHA256SUMS';
    const one = (file: string, mutate: Mutate, read: Subject['read'] = tagWith): Subject => ({
      name: `${file} ${what}`,
      file: `${place}/model/${file}`,
      mutate,
      read,
      isKnown: known,
    });
    return [
      one('model.json', oneOf(json, json, bytes, lines)),
      one('weights.safetensors', oneOf(bytes, tensorHeader)),
      one('seen.parquet', oneOf(bytes, footer), ofRun(readSeen)),
    ];
  };
  const ofRunFiles = (place: string, known: boolean): Subject[] => {
    const what = known ? 'with SHA256SUMS' : 'without SHA256SUMS';
    const one = (file: string, mutate: Mutate, read: (folder: string) => Promise<unknown>): Subject => ({
      name: `${file} ${what}`,
      file: `${place}/${file}`,
      mutate,
      read: ofRun(read),
      isKnown: known,
    });
    return [
      one('predictions.parquet', oneOf(bytes, footer), readPredictions),
      one('metrics.json', oneOf(json, json, bytes, lines), readMetrics),
      one('environment.json', oneOf(json, bytes), readEnvironment),
      one('log.jsonl', oneOf(jsonLines, jsonLines, bytes), readLog),
      one('conditions.json', oneOf(json, json, bytes), readConditions),
    ];
  };
  return [
    ...ofModel('bare', false),
    ...ofModel('run', true),
    {
      name: 'model.json of a baseline',
      file: 'baseline/model/model.json',
      mutate: oneOf(json, json, bytes),
      read: tagWith,
    },
    ...ofRunFiles('bare', false),
    ...ofRunFiles('run', true),
    {
      name: 'SHA256SUMS of a run',
      file: 'run/SHA256SUMS',
      mutate: oneOf(bytes, lines),
      read: ofRun(readMetrics),
    },
    {
      name: 'config.yaml of a run',
      file: 'bare/config.yaml',
      mutate: oneOf(bytes, lines),
      read: ofRun(readConfig),
    },
    {
      name: 'configs',
      file: 'tiny.yaml',
      mutate: oneOf(lines, lines, bytes),
      read: (path) => loadConfig(path),
    },
    ...ENDINGS.map((ending) => ({
      name: `tables in ${ending}`,
      file: `table.${ending}`,
      mutate:
        ending === 'jsonl'
          ? oneOf(jsonLines, bytes, lines)
          : ending === 'csv'
            ? oneOf(bytes, lines)
            : oneOf(bytes, footer),
      read: rowsOf,
    })),
    {
      name: 'headers of tables',
      file: 'table.jsonl.meta.json',
      mutate: oneOf(json, json, bytes),
      read: rowsOf,
    },
    ...WEIGHTS.map((name) => ({
      name: `weights ${basename(name)}`,
      file: name,
      mutate: name.endsWith('.safetensors') ? oneOf(bytes, tensorHeader) : bytes,
      read: readWeights,
    })),
    {
      name: 'journals',
      file: 'table.journal',
      mutate: oneOf(bytes, lines, journalRow, journalRow),
      read: async (path) => {
        const journal = await Journal.open(path, header);
        try {
          for await (const row of journal.read(['corpus/x', ...journalPaths(await readFile(path, 'utf8'))]))
            void row;
        } finally {
          await journal.close();
        }
      },
    },
    {
      name: 'manifests',
      file: 'manifest.jsonl',
      mutate: oneOf(bytes, lines, manifestTrack, manifestTrack),
      read: readManifest,
    },
    {
      name: 'parts marked as done',
      file: `parts/${done}`,
      mutate: oneOf(json, bytes),
      read: (path) =>
        readDone(
          { done: path, table: path.replace('.done.json', '.parquet') },
          { manifest: doneContent.manifest_sha256 },
        ),
    },
    {
      name: 'checkpoints',
      file: 'run/checkpoints/epoch-0002-step-000000.safetensors',
      mutate: oneOf(bytes, tensorHeader),
      read: (path) => readNewestCheckpoint(dirname(path), () => {}),
    },
  ];
}

const journalPaths = (text: string): string[] =>
  [...text.matchAll(/"path":"((?:[^"\\]|\\.)*)"/g)].map(([, path]) => path);

/** Copies the folder to a place of this process' own. */
export async function copyFiles(folder: string): Promise<string> {
  const own = `${folder}-${process.pid}`;
  await rm(own, { recursive: true, force: true });
  await cp(folder, own, { recursive: true });
  return own;
}

/** Puts a changed file in place while it is read, and the old one back. */
export async function withFile<T>(path: string, content: Buffer, work: () => Promise<T>): Promise<T> {
  const before = await readFile(path);
  await writeFile(path, content);
  try {
    return await work();
  } finally {
    await writeFile(path, before);
  }
}
