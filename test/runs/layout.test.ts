/** The files of a run: named in one place, written and read back by one module each. */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { readParquet } from '../../src/base/parquet.js';
import { resolveConfig } from '../../src/config/load.js';
import { evaluatePredictions } from '../../src/eval/evaluate.js';
import { RUN_FILES, type RunFile, runPath } from '../../src/runs/layout.js';
import {
  epochsOf,
  holdsRun,
  isFinished,
  readConditions,
  readConfig,
  readEnvironment,
  readLog,
  readMetrics,
  readPredictions,
  threadsOf,
} from '../../src/runs/read.js';
import { writeConfig, writeLog, writeMetrics, writePredictions, writeRecord } from '../../src/runs/write.js';
import { madeTagging } from '../eval/made.js';

const source = join(import.meta.dirname, '..', '..', 'src');
const folderOf = (): Promise<string> => mkdtemp(join(tmpdir(), 'polytag-run-'));

describe('the names of files in a run', () => {
  const records = ['config', 'environment', 'log', 'predictions', 'conditions', 'metrics'] as const;

  it('are spelled in runs/layout.ts alone, comments apart', async () => {
    const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.ts'));
    const spelling: string[] = [];
    for (const file of files) {
      if (file === join('runs', 'layout.ts')) continue;
      const code = (await readFile(join(source, file), 'utf8')).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
      for (const record of records)
        if (code.includes(RUN_FILES[record])) spelling.push(`${file}: ${RUN_FILES[record]}`);
    }
    expect(spelling).toEqual([]);
  });
});

/** Two examples of a data set whose second label is called like a column. */
const predictions = {
  task: 'tagging' as const,
  ids: ['a', 'b'],
  labels: ['x', 'path'],
  scores: Float32Array.of(0.25, 0.5, 0.75, 1),
  targets: Uint8Array.of(0, 1, 1, 1),
  groups: ['a', 'b'],
  groupKind: 'clip' as const,
};
const examples = ['/data/clips/a.mp3', '/elsewhere/b.mp3'].map((audio, i) => ({
  ...{
    id: predictions.ids[i],
    audio,
    lyrics: null,
    split: 'test' as const,
    song: 'S',
    artist: null,
    title: 'T',
  },
  targets: Uint8Array.of(0, 1),
}));
const madeMetrics = evaluatePredictions(madeTagging(40, 3, 10), {
  ...{ protocol: 'made', split: 'test', seed: 1, bootstrapSamples: 20 },
});

describe('a run', () => {
  const config = resolveConfig({ model: { branches: { mel: {} } } });
  const epoch = {
    epoch: 1,
    train_loss: 0.5,
    validation_loss: 0.25,
    metric: 'roc_auc',
    validation_metric: 0.75,
    learning_rate: 0.001,
    seconds: 2,
  };

  it('comes back as it was written', async () => {
    const folder = await folderOf();
    expect(await holdsRun(folder)).toBe(false);
    await writeConfig(folder, config);
    await writeLog(folder, [epoch, { ...epoch, epoch: 2 }]);
    await writeRecord(folder, 'environment', { threads: 2 });
    await writeRecord(folder, 'conditions', { conditions: [] });
    await writePredictions(folder, predictions, { root: '/data', examples });
    expect([await holdsRun(folder), await isFinished(folder)]).toEqual([true, false]);
    expect(await readConfig(folder)).toEqual(config);
    expect((await readConfig(folder, ['seed=7'])).seed).toBe(7);
    expect((await readLog(folder)).map((line) => line.epoch)).toEqual([1, 2]);
    expect([await readEnvironment(folder), await threadsOf(folder)]).toEqual([{ threads: 2 }, 2]);
    expect(await readConditions(folder)).toEqual([]);
    const known = { split: 'test', song: 'S', title: 'T', artist: null };
    expect(await readPredictions(folder)).toEqual([
      { id: 'a', path: 'clips/a.mp3', ...known, scores: { x: 0.25, path: 0.5 }, truth: { x: 0, path: 1 } },
      { id: 'b', path: '/elsewhere/b.mp3', ...known, scores: { x: 0.75, path: 1 }, truth: { x: 1, path: 1 } },
    ]);
  });

  it('has no column twice: what a label is called like gets an underscore', async () => {
    const folder = await folderOf();
    await writePredictions(folder, predictions, { root: '/data', examples });
    const { rows } = await readParquet(await readFile(runPath(folder, 'predictions')));
    expect(Object.keys(rows[0])).toEqual([
      ...['id', 'path_', 'split', 'song', 'title', 'artist', 'x', 'path', 'true/x', 'true/path'],
    ]);
  });

  it('of an earlier version has predictions of scores alone', async () => {
    const folder = await folderOf();
    const columnData = [
      { name: 'id', data: ['a'], type: 'STRING' as const },
      { name: 'x', data: Float32Array.of(0.5), type: 'FLOAT' as const },
    ];
    await writeFile(runPath(folder, 'predictions'), new Uint8Array(parquetWriteBuffer({ columnData })));
    expect(await readPredictions(folder)).toEqual([
      {
        ...{ id: 'a', path: null, split: null, song: null, title: null, artist: null },
        ...{ scores: { x: 0.5 }, truth: {} },
      },
    ]);
  });

  it('keeps the numbers of a regression, and which of them are not known', async () => {
    const folder = await folderOf();
    const numbers = {
      ...predictions,
      task: 'regression' as const,
      targets: Float64Array.of(1, Number.NaN, 3, 4),
    };
    await writePredictions(folder, numbers, { root: '/data', examples });
    expect((await readPredictions(folder)).map(({ truth }) => truth)).toEqual([
      { x: 1, path: null },
      { x: 3, path: 4 },
    ]);
  });

  it('is damaged where one bit of a file is another than was written', async () => {
    const folder = await folderOf();
    await writeLog(folder, [epoch]);
    await writeRecord(folder, 'environment', { threads: 2 });
    await writeRecord(folder, 'conditions', { conditions: [] });
    await writePredictions(folder, predictions, { root: '/data', examples });
    await writeMetrics(folder, madeMetrics, ['log', 'environment', 'conditions', 'predictions']);
    const readers = { log: readLog, environment: readEnvironment, conditions: readConditions } as const;
    const all = { ...readers, predictions: readPredictions, metrics: readMetrics };
    for (const [name, read] of Object.entries(all) as [RunFile, (folder: string) => Promise<unknown>][]) {
      const path = runPath(folder, name);
      const bytes = await readFile(path);
      await expect(read(folder)).resolves.toBeDefined();
      for (const place of [0, 0.3, 0.6, 0.99]) {
        const flipped = Buffer.from(bytes);
        flipped[Math.floor(place * bytes.length)] ^= 1;
        await writeFile(path, flipped);
        await expect(read(folder), `${name} at ${place}`).rejects.toThrow(
          `${path} is damaged (its content is not what was written (SHA256SUMS beside it)); run the experiment again, or exclude it.`,
        );
      }
      await writeFile(path, bytes);
    }
    await writeFile(runPath(folder, 'checksums'), 'nonsense');
    await expect(readMetrics(folder)).rejects.toThrow('SHA256SUMS beside it is damaged');
  });

  it.each([
    ['metrics', 'null', readMetrics, 'expected object, received null'],
    ['metrics', '{"task":"tagging"}', readMetrics, 'protocol: expected string, received undefined'],
    ['metrics', '{"task":"dance"}', readMetrics, 'task'],
    ['environment', 'null', readEnvironment, 'expected record, received null'],
    ['environment', '[1]', readEnvironment, 'expected record, received array'],
    ['log', 'null', readLog, 'expected object, received null'],
    ['log', '{}', readLog, 'epoch: expected number, received undefined'],
    ['conditions', '{"conditions":[null]}', readConditions, 'conditions.0: expected object, received null'],
    ['predictions', 'PAR1', readPredictions, 'parquet'],
  ] as const)('whose %s is %s says so without a stack trace', async (file, content, read, reason) => {
    const folder = await folderOf();
    await writeFile(runPath(folder, file), content);
    const error = await read(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as Error).message).toMatch(
      / is damaged \(.*\); run the experiment again, or exclude it\.$/,
    );
    expect((error as Error).message).toContain(reason);
  });

  it('of predictions with a score that is not a number names the file, not the training', async () => {
    const folder = await folderOf();
    const scores = Float32Array.of(0.25, Number.NaN, 0.75, 1);
    await writePredictions(folder, { ...predictions, scores }, { root: '/data', examples });
    await expect(readPredictions(folder)).rejects.toThrow(
      /predictions\.parquet is damaged \(the score of a for "path" is NaN, not a number\)/,
    );
  });

  it('without a file says which one is missing, and nothing to those who only look', async () => {
    const folder = await folderOf();
    for (const read of [readMetrics, readEnvironment, readLog, readPredictions]) {
      await expect(read(folder)).rejects.toThrow(UsageError);
      await expect(read(folder)).rejects.toThrow(/ is missing; run the experiment again, or exclude it/);
    }
    expect([await readConditions(folder), await epochsOf(folder), await threadsOf(folder)]).toEqual([
      [],
      [],
      null,
    ]);
  });

  it('with a damaged file says which one', async () => {
    const folder = await folderOf();
    await writeFile(runPath(folder, 'log'), '{"epoch":1}\n{"epo');
    await writeFile(runPath(folder, 'metrics'), '{');
    await writeFile(runPath(folder, 'conditions'), 'x');
    await expect(readLog(folder)).rejects.toThrow(/log\.jsonl is damaged/);
    await expect(readMetrics(folder)).rejects.toThrow(/metrics\.json is damaged/);
    await expect(readConditions(folder)).rejects.toThrow(/conditions\.json is damaged/);
    expect(await epochsOf(folder)).toEqual([]);
  });
});
