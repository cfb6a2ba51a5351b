/** Every network of the zoo: a training that is stopped goes on to the same bits. */
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Interrupted } from '../../src/base/errors.js';
import { loadConfig, shippedConfigOf } from '../../src/config/load.js';
import type { Dataset } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { SMALL, type Tagger, taggers } from '../small-zoo.js';
import { makeWorkplace, type Workplace } from '../workplace.js';
import { STEPS, trainTiny } from './tiny-training.js';

let workplace: Workplace;
let dataset: Dataset;

beforeAll(async () => {
  await loadEngine();
  workplace = await makeWorkplace();
  dataset = await loadDataset((await loadConfig(workplace.config)).data);
});
afterAll(() => workplace.remove());

/** Seconds of networks that take a window of their own length only. */
const FIXED: Partial<Record<Tagger, number>> = { samplecnn: 59_049 / 16_000, 'harmonic-cnn': 5 };

it.each(taggers)('%s: stopped in its second epoch and resumed, it has the same weights', async (name) => {
  const config = await shippedConfigOf(name);
  const overrides = [
    `data={set: mtat, root: ${JSON.stringify(workplace.corpus)}, top_tags: 12}`,
    `inputs.store=${JSON.stringify(join(workplace.folder, 'store'))}`,
    ...(FIXED[name] ? [`inputs.chunk_seconds=${FIXED[name]}`] : []),
    ...SMALL[name],
    ...['training.batch_size=8', 'training.epochs=2'],
  ];
  const folder = await mkdtemp(join(workplace.folder, `${name}-`));
  const place = { config, dataset, folder };
  const whole = await trainTiny(place, overrides);
  await rm(folder, { recursive: true });
  await expect(trainTiny(place, overrides, { stopAfter: STEPS + 3 })).rejects.toThrow(Interrupted);
  const resumed = await trainTiny(place, overrides, { resume: true });
  expect(resumed.weights).toBe(whole.weights);
});
