import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { classFolders, folderOf } from '../data/sets/fixtures.js';
import { polytag } from '../workplace.js';

let workplace: string;

beforeAll(async () => {
  const files = classFolders(['high', 'low', 'middle'], 10, undefined, 1);
  workplace = await folderOf(
    Object.fromEntries(Object.entries(files).map(([path, content]) => [`tones/${path}`, content])),
  );
  await writeFile(
    join(workplace, 'tones.yaml'),
    `name: tones
data: { set: folder, root: tones }
inputs: { chunk_seconds: 0.5, mel: { bands: 16 }, store: store }
model: { branches: { mel: { channels: [4, 4], features: 8 } } }
training: { epochs: 1, batch_size: 8, early_stopping: { metric: accuracy } }
evaluation: { bootstrap_samples: 20, examples: 2 }
`,
  );
});
afterAll(() => rm(workplace, { recursive: true, force: true }));

describe('a folder with a sub-folder per class', () => {
  it('is reported by import', async () => {
    const { code, stdout } = await polytag(['data', 'folder', 'import', 'tones', '--json'], {
      cwd: workplace,
    });
    expect([code, JSON.parse(stdout)]).toMatchObject([
      0,
      { examples: 30, missing_audio: 0, splits: { train: 20, validation: 4, test: 6 } },
    ]);
  });

  it('trains for an epoch and is evaluated', async () => {
    const { code, stderr } = await polytag(['run', 'tones.yaml', '--out', 'run'], { cwd: workplace });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    const metrics = JSON.parse(await readFile(join(workplace, 'run', 'metrics.json'), 'utf8'));
    expect(metrics).toMatchObject({
      task: 'classification',
      protocol: '3 classes, stratified split, 15 % validation and 20 % test at random',
      labels: 3,
      training: { epochs: 1 },
    });
  });
});
