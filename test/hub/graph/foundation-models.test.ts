/**
 * Foundation models as tools/export-onnx.py exports them, against the embeddings that transformers gives: small random networks
 * of the same classes. `POLYTAG_PEER_PYTHON` names a Python with torch, transformers, onnx and onnxruntime; without it the
 * check is skipped.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadEngine } from '../../../src/engine/engine.js';
import { importGraph } from '../../../src/hub/graph/import.js';
import { findOnnxRuntime } from '../../../src/hub/graph/onnxruntime.js';
import { loadPredictor } from '../../../src/hub/model-folder.js';
import { Tagger } from '../../../src/models/tagger.js';
import { availableEngines } from '../../engine/available.js';

const PYTHON = process.env.POLYTAG_PEER_PYTHON;
const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'tools', 'export-onnx.py');

const RATE = 8000;
/** Two windows of CLAP, five of the others, and a rest that is left out. */
const samples = Float32Array.from(
  { length: 2.6 * RATE },
  (_, i) => 0.3 * Math.sin(i / 7) * Math.sin(i / 4001) + 0.05 * Math.sin((i * i) / 900),
);

/** What is exported of which model, and whether polytag's own operations suffice. */
const exported = [
  { model: 'hubert', layer: 'mean', pool: 'mean', isOwn: true },
  { model: 'hubert-stable', layer: '0,2', pool: 'mean', isOwn: true },
  { model: 'wav2vec2', layer: 'last', pool: 'sequence', isOwn: true },
  { model: 'conformer', layer: '1', pool: 'mean', isOwn: true },
  { model: 'clap', layer: 'last', pool: 'mean', isOwn: false },
];

let root: string;
let why: string | null = 'POLYTAG_PEER_PYTHON is not set: an additional check with torch';

const python = (...args: string[]): string =>
  execFileSync(PYTHON!, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-foundation-'));
  if (!PYTHON) return;
  try {
    python('-c', 'import torch, transformers, onnx, onnxruntime');
  } catch {
    why = `${PYTHON} lacks torch, transformers, onnx or onnxruntime`;
    return;
  }
  why = null;
  await writeFile(join(root, 'samples.f32'), samples);
  python(join(import.meta.dirname, 'foundation_models.py'), root);
}, 180_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

describe('a foundation model', () => {
  it.for(exported)(
    '$model, layer $layer, gives the embeddings of transformers',
    { timeout: 180_000 },
    async (one, ctx) => {
      ctx.skip(why !== null, why ?? '');
      const { model, layer, pool, isOwn } = one;
      const file = join(root, `${model}.onnx`);
      const window = model === 'clap' ? RATE : RATE / 2;
      const options = model === 'clap' ? [] : ['--layer', layer, '--pool', pool, '--chunk-seconds', '0.5'];
      expect(python(SCRIPT, join(root, model), file, ...options)).toMatch(
        new RegExp(`for a window of ${window} samples; onnxruntime differs by \\d\\.\\de-0[6-9]\\.\\n$`),
      );
      const wanted = JSON.parse(await readFile(join(root, 'wanted', `${model}.json`), 'utf8'))[
        layer
      ] as number[][];
      expect(wanted).toHaveLength(Math.floor(samples.length / window));
      const largest = Math.max(...wanted.flat().map(Math.abs));
      const compare = (found: ArrayLike<number>, row: readonly number[]): void => {
        expect(found).toHaveLength(row.length);
        for (const [i, value] of row.entries())
          expect(Math.abs(found[i] - value) / largest).toBeLessThan(1e-4);
      };
      const runners = [...(isOwn ? ['own'] : []), ...(findOnnxRuntime() ? ['onnxruntime'] : [])];
      for (const runner of runners) {
        vi.stubEnv('POLYTAG_ONNX', runner);
        for (const engine of runner === 'own' ? availableEngines : availableEngines.slice(0, 1)) {
          await loadEngine(engine);
          await importGraph({ file, name: model, folder: join(root, 'models'), force: true, log: () => {} });
          const predictor = await loadPredictor(model, join(root, 'models'));
          const count = wanted.length;
          const values = { waveform: samples.slice(0, count * window) };
          const { embedding } = predictor.predict({ count, values });
          const width = predictor.embedding!;
          for (const [i, row] of wanted.entries())
            compare(embedding!.subarray(i * width, (i + 1) * width), row);
          const tagger = new Tagger(predictor, []);
          const tagged = tagger.tag({ samples, sampleRate: RATE });
          tagger.dispose();
          expect(tagged.windows.map(({ start }) => start)).toEqual(wanted.map((_, i) => (i * window) / RATE));
          compare(
            tagged.embedding!,
            wanted[0].map((_, j) => wanted.reduce((sum, row) => sum + row[j], 0) / count),
          );
        }
      }
      ctx.skip(runners.length === 0, 'ONNX Runtime is not set up');
    },
  );

  it.for<[string[], RegExp]>([
    [
      ['clap', 'x.onnx', '--layer', '2'],
      /--layer: the audio tower of CLAP has one embedding; leave it out\./,
    ],
    [['hubert', 'x.onnx', '--layer', '4'], /--layer: there is no layer 4; the model has 0 to 3\./],
    [['hubert', 'x.onnx', '--layer', 'top'], /"top" is none of last, mean, a number, or several as 4,8,12/],
    [
      ['nowhere', 'x.onnx'],
      /nowhere cannot be read as a model of transformers \(.*\); give a folder or name of one, or --family\./s,
    ],
  ])('%j is refused', { timeout: 60_000 }, ([[model, out, ...options], message], ctx) => {
    ctx.skip(why !== null, why ?? '');
    expect(() => python(SCRIPT, join(root, model), join(root, out), ...options)).toThrow(message);
  });
});
