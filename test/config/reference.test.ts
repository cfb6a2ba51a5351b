/** docs/config.md and configs/schema.json against the schema, and the examples of the page. */
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { describedKeys, withReference } from '../../src/config/reference.js';
import { configJsonSchema } from '../../src/config/schema.js';
import { projectJsonSchema } from '../../src/studio/project/schema.js';

const page = (): Promise<string> => readFile('docs/config.md', 'utf8');
const fenced = (text: string): string[] =>
  [...text.matchAll(/^```yaml\n(.*?)^```/gms)].map(([, block]) => block);

afterEach(() => vi.unstubAllEnvs());

it('every key has a description', () => {
  const keys = describedKeys();
  expect(keys.length).toBeGreaterThan(500);
  expect(keys.filter(([, description]) => !description?.trim()).map(([key]) => key)).toEqual([]);
});

it('docs/config.md lists the keys of the schema (after a change: npm run schema)', async () => {
  const text = await page();
  expect(withReference(text)).toBe(text);
});

it('configs/project.schema.json is the schema of projects (after a change: npm run schema)', async () => {
  expect(JSON.parse(await readFile('configs/project.schema.json', 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(projectJsonSchema())),
  );
});

it('configs/schema.json is the schema (after a change: npm run schema)', async () => {
  expect(JSON.parse(await readFile('configs/schema.json', 'utf8'))).toEqual(
    JSON.parse(JSON.stringify(configJsonSchema())),
  );
});

it('gives type, default and meaning of a key, and each kind its own table', async () => {
  const text = await page();
  expect(text).toContain('| `epochs` | whole number > 0 | `40` | Most passes over the training split. |');
  expect(text).toContain('| `hop_length` | whole number > 0 | `256` | Samples from one frame to the next. |');
  expect(text).toContain('| `early_stopping.patience` | whole number > 0 or `null` | `10` |');
  for (const heading of [
    '### `data` with `set: tracks`',
    '#### `model.fusion` with `kind: gated`',
    '#### `model.branches` with `kind: frames`',
    '#### `evaluation.conditions[]`',
    '#### `inputs.cqt`',
  ])
    expect(text.split('\n').filter((line) => line === heading)).toHaveLength(1);
});

it('its first examples load: extends, an environment variable, several bases', async () => {
  const [mine, second] = fenced(await page());
  const folder = await mkdtemp(join(tmpdir(), 'polytag-page-'));
  await mkdir(join(folder, 'pieces'));
  await writeFile(join(folder, 'mine.yaml'), mine);
  await writeFile(join(folder, 'pieces', 'gated.yaml'), 'model: { fusion: gated }\n');
  await writeFile(join(folder, 'small-gated.yaml'), second);
  vi.stubEnv('MUSIC', undefined);
  const config = await loadConfig(join(folder, 'mine.yaml'));
  const base = await loadConfig('configs/mtat.yaml');
  expect(config).toEqual({
    ...base,
    name: 'mine',
    training: {
      ...base.training,
      epochs: 20,
      optimizer: { ...base.training.optimizer, learning_rate: 0.0005 },
    },
  });
  vi.stubEnv('MUSIC', '/music');
  const gated = await loadConfig(join(folder, 'small-gated.yaml'));
  expect(gated.data).toMatchObject({ root: '/music' });
  expect(gated.model.fusion).toEqual({ kind: 'gated', hidden: 128, dropout: 0.5 });
});

it('its conditions load', async () => {
  const conditions = fenced(await page()).at(-1)!;
  const folder = await mkdtemp(join(tmpdir(), 'polytag-page-'));
  await writeFile(join(folder, 'a.yaml'), `model: { branches: { mel: {}, lyrics: {} } }\n${conditions}`);
  const { evaluation } = await loadConfig(join(folder, 'a.yaml'));
  expect(evaluation.conditions).toHaveLength(6);
  expect(evaluation.conditions[2]).toMatchObject({
    name: 'loud and pink',
    noise: { snr: 0, colour: 'pink' },
  });
});
