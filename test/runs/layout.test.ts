/** The files of a run: named in one place, written and read back by one module each. */
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { resolveConfig } from '../../src/config/load.js';
import { RUN_FILES, runPath } from '../../src/runs/layout.js';
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
import { writeConfig, writeLog, writePredictions, writeRecord } from '../../src/runs/write.js';

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
    await writePredictions(folder, {
      task: 'tagging',
      ids: ['a', 'b'],
      labels: ['x', 'y'],
      scores: Float32Array.of(0.25, 0.5, 0.75, 1),
      targets: Uint8Array.of(0, 1, 1, 1),
      groups: ['a', 'b'],
      groupKind: 'clip',
    });
    expect([await holdsRun(folder), await isFinished(folder)]).toEqual([true, false]);
    expect(await readConfig(folder)).toEqual(config);
    expect((await readConfig(folder, ['seed=7'])).seed).toBe(7);
    expect((await readLog(folder)).map((line) => line.epoch)).toEqual([1, 2]);
    expect([await readEnvironment(folder), await threadsOf(folder)]).toEqual([{ threads: 2 }, 2]);
    expect(await readConditions(folder)).toEqual([]);
    expect(await readPredictions(folder)).toEqual([
      { id: 'a', x: 0.25, y: 0.5 },
      { id: 'b', x: 0.75, y: 1 },
    ]);
  });

  it('without a file says which one is missing, and nothing to those who only look', async () => {
    const folder = await folderOf();
    for (const read of [readMetrics, readEnvironment, readLog, readPredictions]) {
      await expect(read(folder)).rejects.toThrow(UsageError);
      await expect(read(folder)).rejects.toThrow(/is missing or damaged; run the experiment again/);
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
    await expect(readLog(folder)).rejects.toThrow(/log\.jsonl is missing or damaged/);
    await expect(readMetrics(folder)).rejects.toThrow(/metrics\.json is missing or damaged/);
    await expect(readConditions(folder)).rejects.toThrow(/conditions\.json is missing or damaged/);
    expect(await epochsOf(folder)).toEqual([]);
  });
});
