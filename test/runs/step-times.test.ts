/** How long embedding takes, as plans say it. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import { openModelFolder } from '../../src/hub/model-folder.js';
import { timeEmbedding } from '../../src/runs/launch/step-times.js';
import { writeLittleModel } from '../models/little-model.js';
import { makeWorkplace, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
  await loadEngine();
});
afterAll(() => workplace.remove());

it('times a recording with its decoding, all of its windows at once', async () => {
  const folder = join(workplace.folder, 'embedder');
  await writeLittleModel(folder, ['a', 'b'], 'tagging');
  const network = await openModelFolder(folder);
  const windows: number[] = [];
  const predict = network.predict.bind(network);
  network.predict = (batch) => {
    windows.push(batch.count);
    return predict(batch);
  };
  const { data } = resolveConfig({
    data: { root: workplace.corpus, top_tags: 12 },
    model: { branches: { mel: {} } },
  });
  const dataset = await loadDataset(data);
  const seconds = await timeEmbedding(network, dataset, 0.05);
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThan(5);
  // Two seconds are two windows and what is left of a third, which is moved back.
  expect(windows.length).toBeGreaterThan(1);
  expect(new Set(windows)).toEqual(new Set([3]));
  network.dispose();
});
