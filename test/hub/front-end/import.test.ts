/** Graphs with their front end, imported again: they tag as the models that they were exported from, or are refused. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { exportModel } from '../../../src/hub/export.js';
import { importGraph } from '../../../src/hub/graph/import.js';
import { loadPredictor, saveModel } from '../../../src/hub/model-folder.js';
import { Tagger } from '../../../src/models/tagger.js';
import { melody } from '../../golden/signals.js';
import { madePredictor } from './made-predictor.js';

let folder: string;
beforeAll(async () => {
  vi.stubEnv('POLYTAG_ONNX', 'own');
  await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'polytag-front-end-'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

/** Exports a made model with its front end and imports the graph; gives the name of the import. */
async function exportAndImport(name: string, inputs: object): Promise<string> {
  const predictor = madePredictor(inputs);
  await saveModel(join(folder, name), predictor.model.parameters.read(), { ...predictor.description, name });
  predictor.dispose();
  const out = join(folder, `${name}-export`);
  await exportModel(join(folder, name), 'onnx', out, { withFrontend: true });
  await importGraph({
    ...{ file: join(out, 'model.onnx'), metadata: join(out, 'essentia.json') },
    ...{ name: `${name}-back`, folder, log: () => {} },
  });
  return `${name}-back`;
}

it('a graph of frames of each window gives the same scores of a recording', async () => {
  const inputs = {
    ...{ chunk_seconds: 1.5, chunk_step_seconds: 1, pad: 'repeat' },
    mel: { frames: 'window', bands: 40, compression: { kind: 'db' }, standardise: 'per-clip' },
  };
  const back = await exportAndImport('windows', inputs);
  const scores = [];
  for (const name of ['windows', back]) {
    const tagger = new Tagger(await loadPredictor(name, folder), []);
    // One that is cut, and one that is shorter than a window.
    for (const length of [70_000, 9000])
      scores.push(tagger.tag({ samples: melody().subarray(0, length), sampleRate: 16_000 }));
    tagger.dispose();
  }
  const [long, short, longBack, shortBack] = scores;
  expect(long.windows.length).toBeGreaterThan(2);
  for (const [own, other] of [
    [long, longBack],
    [short, shortBack],
  ]) {
    expect(other.windows.map(({ start }) => start)).toEqual(own.windows.map(({ start }) => start));
    for (const [i, score] of own.scores.entries())
      expect(Math.abs(other.scores[i] - score)).toBeLessThan(1e-5);
  }
});

it('a graph of frames of the recording is refused in a sentence', async () => {
  await expect(exportAndImport('recordings', { chunk_seconds: 1, mel: {} })).rejects.toThrow(
    /^model\.onnx computes frames of the recording and takes samples from 256 before each window on.*export the model without --with-frontend, and import that\.$/,
  );
});
