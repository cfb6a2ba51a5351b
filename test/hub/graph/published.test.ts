/**
 * Networks of Won et al. as torch.onnx exports them, imported as graphs, against the scores that PyTorch gives of two
 * recordings. `POLYTAG_PEER_PYTHON` names a Python with torch and onnx; without it the check is skipped.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { loadEngine } from '../../../src/engine/engine.js';
import { importGraph } from '../../../src/hub/graph/import.js';
import { findOnnxRuntime } from '../../../src/hub/graph/onnxruntime.js';
import { loadPredictor } from '../../../src/hub/model-folder.js';
import { Tagger } from '../../../src/models/tagger.js';
import { availableEngines } from '../../engine/available.js';
import { largestDifference } from '../../features/reference.js';
import { readNpy } from '../../golden/read.js';
import { needsShared, referencePath } from '../../reference.js';

const PYTHON = process.env.POLYTAG_PEER_PYTHON;
const published = (...parts: string[]): string => referencePath('reference', 'published-pytorch', ...parts);

/** The front end inside the networks. */
const inputs = (seconds: number) => ({
  sample_rate: 16_000,
  chunk_seconds: seconds,
  mel: {
    ...{ n_fft: 512, hop_length: 256, bands: 96, scale: 'htk', norm: 'none', frames: 'window' },
    compression: { kind: 'db' },
  },
});

/** As in published-pytorch.test.ts, where the reason for the wider one stands. */
const TOLERANCE = { fantasma: 1e-5, joram: 1e-4 };

describe('torch.onnx’s graphs of published networks', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'polytag-published-graphs-'));
    if (!PYTHON) return;
    const script = join(import.meta.dirname, 'export_published.py');
    execFileSync(PYTHON, [script, published('weights'), root], { stdio: 'ignore' });
    for (const seconds of [3, 29])
      await writeFile(join(root, `${seconds}.yaml`), stringify({ inputs: inputs(seconds) }));
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await rm(root, { recursive: true, force: true });
  });

  const runners = [
    ...availableEngines.map((engine) => ({ runner: 'own', engine }) as const),
    { runner: 'onnxruntime', engine: availableEngines[0] } as const,
  ];
  it.for(
    ['mtat-fcn', 'msd-crnn', 'mtat-musicnn'].flatMap((name) =>
      runners.map((runner) => ({ name, ...runner })),
    ),
  )('$name by $runner on engine $engine', { timeout: 120_000 }, async ({ name, runner, engine }, ctx) => {
    needsShared(ctx);
    ctx.skip(!PYTHON, 'POLYTAG_PEER_PYTHON is not set: an additional check with torch');
    ctx.skip(runner === 'onnxruntime' && !findOnnxRuntime(), 'ONNX Runtime is not set up');
    vi.stubEnv('POLYTAG_ONNX', runner);
    await loadEngine(engine);
    await importGraph({
      ...{
        file: join(root, `${name}.onnx`),
        frontend: join(root, `${name === 'mtat-musicnn' ? 3 : 29}.yaml`),
      },
      ...{ labels: name.startsWith('mtat') ? 'mtat' : 'msd', folder: root, force: true, log: () => {} },
    });
    const tagger = new Tagger(await loadPredictor(name, root), []);
    for (const track of ['joram', 'fantasma'] as const) {
      const wanted = readNpy(published(track, `${name}.npy`));
      const { values: samples } = readNpy(referencePath('reference', 'musicnn', track, 'waveform_16k.npy'));
      const { windows } = tagger.tag({ samples: Float32Array.from(samples), sampleRate: 16_000 });
      expect(windows).toHaveLength(wanted.shape[0]);
      const scores = Float32Array.from(windows.flatMap((window) => [...window.scores]));
      expect(largestDifference(scores, wanted.values)).toBeLessThan(TOLERANCE[track]);
    }
    tagger.dispose();
  });
});
