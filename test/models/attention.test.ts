import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import type { Example } from '../../src/data/dataset.js';
import type { FeatureStore } from '../../src/data/store/store.js';
import { loadEngine } from '../../src/engine/engine.js';
import { spreadOverTime } from '../../src/models/attention.js';
import { buildModel } from '../../src/models/model.js';
import { NetworkPredictor } from '../../src/models/predictor.js';
import { modelSchema } from '../../src/models/spec.js';
import { Batches } from '../../src/training/batches.js';
import fc from '../fast-check.js';

describe('attention on segments', () => {
  it('is spread evenly over the time of each', () => {
    const spread = spreadOverTime(
      Float32Array.of(0.4, 0.6, 0, 1, 0, 0),
      Float32Array.of(0, 4, 4, 10, 0, 0),
      10,
      5,
    );
    const expected = [0.2, 0.2, 0.2, 0.2, 0.2, 0.5, 0.5, 0, 0, 0];
    for (const [i, weight] of spread.entries()) expect(weight).toBeCloseTo(expected[i], 6);
  });

  it('keeps each head’s sum on every grid', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: 1, max: 49 }), { maxLength: 8 }),
        fc.integer({ min: 1, max: 50 }),
        (borders, cells) => {
          const edges = [0, ...borders.sort((a, b) => a - b), 50];
          const segments = Float32Array.from(edges.slice(1).flatMap((end, i) => [edges[i], end]));
          const weights = Float32Array.from({ length: segments.length }, (_, i) => i + 1);
          const spread = spreadOverTime(weights, segments, 50, cells);
          const half = segments.length / 2;
          for (const head of [0, 1]) {
            const sum = (values: Float32Array): number => values.reduce((total, v) => total + v, 0);
            const before = sum(weights.subarray(head * half, (head + 1) * half));
            expect(sum(spread.subarray(head * cells, (head + 1) * cells))).toBeCloseTo(before, 3);
          }
        },
      ),
    );
  });
});

describe('attention of a model with adaptive segments', () => {
  it('covers the recording evenly, with each head’s whole weight, the same within a segment', async () => {
    await loadEngine('wasm');
    const [frames, bands, change] = [128, 8, 100];
    // Two sounds, the second from frame 100 on.
    const store = {
      length: () => 2 * frames,
      read(_: string, __: string, first: number, target: Float32Array) {
        for (let i = 0; i < target.length; i++)
          target[i] = i % bands === (first + Math.floor(i / bands) < change ? 1 : 6) ? 2 : 0;
      },
    } as unknown as FeatureStore;
    const spec = modelSchema().parse({
      branches: { mel: { channels: [4, 4], features: 6, segmentation: 'adaptive', max_segments: 4 } },
      fusion: { kind: 'self-attention', heads: 2, features: 6 },
    });
    const inputs = { mel: { length: frames, width: bands } };
    const model = buildModel(spec, { inputs, labels: 3, head: 'sigmoid' }, 1);
    const config = resolveConfig({
      inputs: { sample_rate: 16_000, chunk_seconds: (frames * 256) / 16_000, mel: { bands } },
      model: spec as never,
    });
    const predictor = new NetworkPredictor(model, {
      name: 'made',
      task: 'tagging',
      labels: ['a', 'b', 'c'],
      thresholds: null,
      spec,
      shape: { inputs, labels: 3, head: 'sigmoid' },
      inputs: config.inputs,
      vocabularies: {},
      trained_on: { dataset: 'made', protocol: 'none', fingerprint: '', synthetic: null },
    });
    const batches = new Batches({ inputs: predictor.inputs, store, tokenIds: {} }, 1);
    const chunks = batches.chunksOf({ id: 'a', targets: Uint8Array.of(1, 0, 0) } as Example);
    const [part] = predictor.attention!(
      batches.windows(chunks),
      chunks.map(({ start }) => start),
    );
    model.dispose();
    expect([part.branch, part.heads, part.steps, part.chunks]).toEqual(['mel', 2, 128, 2]);
    for (const head of [0, 1]) {
      const row = part.weights.subarray(head * 128, (head + 1) * 128);
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 5);
      // Cells of two frames: the first segment has fifty.
      expect(row[49]).toBeCloseTo(row[0], 6);
      expect(row[63]).toBeCloseTo(row[50], 6);
      expect(row[127]).toBeCloseTo(row[64], 6);
    }
  });
});
