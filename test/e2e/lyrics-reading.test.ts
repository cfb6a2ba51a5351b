/** What runs read of lyrics, as a person types it: credits tell the artist, and models of earlier versions read them. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { runHere } from '../cli/in-process.js';

const ARTISTS = Array.from({ length: 8 }, (_, i) => `歌手${'甲乙丙丁戊己庚辛'[i]}`);
const WORDS = [
  '雨',
  '风',
  '星星',
  '月亮',
  '海',
  '山',
  '桥',
  '灯',
  '火车',
  '酒杯',
  '眼泪',
  '花',
  '雪',
  '夜',
  '梦',
];

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-reading-'));
  process.env.POLYTAG_CACHE = join(folder, 'cache');
  const random = randomGenerator(1, 'test', 'songs');
  const rows = ['id,artist'];
  for (const kind of ['credited', 'plain']) await mkdir(join(folder, kind), { recursive: true });
  for (let i = 0; i < 120; i++) {
    const artist = ARTISTS[i % 8];
    const words = Array.from({ length: 8 }, () => `${random.pick(WORDS)}在${random.pick(WORDS)}里`);
    const song = words.map((line, n) => `[00:${20 + n}.00]${line}`);
    const credits = [
      `[00:00.00]歌${i} - ${artist}`,
      `[00:01.00]作词 : ${artist}`,
      `[00:02.00]编曲：${artist}／某人`,
      `[00:03.00]混音师 Mixing Engineer：${artist}`,
    ];
    rows.push(`s${i},${artist}`);
    await writeFile(join(folder, 'plain', `s${i}.lrc`), song.join('\n'));
    await writeFile(join(folder, 'credited', `s${i}.lrc`), [...credits, ...song].join('\n'));
  }
  await writeFile(join(folder, 'tracks.csv'), `${rows.join('\n')}\n`);
  await writeFile(
    join(folder, 'artists.yaml'),
    `name: artists
data: { set: tracks, root: ${folder}, target: artist, lyrics: credited, split: { kind: k-fold, folds: 4, fold: all } }
inputs: { lyrics: { min_count: 1 } }
model: { baseline: { classifier: { kind: logistic-regression, C: 10 } } }
evaluation: { bootstrap_samples: 20, examples: 1 }
`,
  );
}, 60_000);
afterAll(async () => {
  delete process.env.POLYTAG_CACHE;
  await rm(folder, { recursive: true, force: true });
});

async function run(name: string, ...overrides: string[]): Promise<{ metrics: Metrics; stderr: string }> {
  const out = join(folder, name);
  const { code, stderr } = await runHere('run', join(folder, 'artists.yaml'), ...overrides, '--out', out);
  expect([code, stderr]).toEqual([0, expect.any(String)]);
  return { metrics: JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')) as Metrics, stderr };
}

describe('the artist of songs whose words say nothing of the artist', () => {
  it('is not found from credits, which are left out and counted; credits: keep reads them', async () => {
    const dropped = await run('dropped');
    const plain = await run('plain-run', 'data.lyrics=plain');
    const kept = await run('kept', 'inputs.lyrics.credits=keep');
    expect(dropped.stderr).toContain('480 lines that name who made the song');
    expect(plain.stderr).not.toContain('name who made the song');
    expect(dropped.metrics.accuracy).toBe(plain.metrics.accuracy);
    expect(dropped.metrics.roc_auc).toEqual(plain.metrics.roc_auc);
    expect(dropped.metrics.accuracy).toBeLessThan(0.25);
    expect(kept.metrics.accuracy).toBeGreaterThan(0.7);
  }, 120_000);
});

describe('a stored model', () => {
  it('names how it reads, which its config leaves to the default', async () => {
    const out = join(folder, 'stored');
    await run('stored', 'data.split.fold=0');
    const model = JSON.parse(await readFile(join(out, 'model', 'model.json'), 'utf8'));
    expect(model.inputs.lyrics).toMatchObject({ credits: 'drop', tokenizer: 2 });
    expect(await readFile(join(out, 'config.yaml'), 'utf8')).not.toMatch(/credits|tokenizer/);
  }, 60_000);

  it('of an earlier version reads credits and cuts words as it did', async () => {
    const out = join(folder, 'earlier');
    const settings = ['data.split.fold=0', 'inputs.lyrics.credits=keep', 'inputs.lyrics.tokenizer=1'];
    const { metrics } = await run('earlier', ...settings);
    const path = join(out, 'model', 'model.json');
    const text = await readFile(path, 'utf8');
    const model = JSON.parse(text);
    const { credits: _, tokenizer: __, ...earlier } = model.inputs.lyrics;
    await rm(join(out, 'model', 'SHA256SUMS'));
    await writeFile(path, JSON.stringify({ ...model, inputs: { ...model.inputs, lyrics: earlier } }));
    const evaluated = await runHere('evaluate', out, '--json');
    expect(evaluated.code).toBe(0);
    expect(JSON.parse(evaluated.stdout).accuracy).toBe(metrics.accuracy);
    expect(metrics.accuracy).toBeGreaterThan(0.7);
  }, 60_000);
});
