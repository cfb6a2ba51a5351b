import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Example } from '../../src/data/dataset.js';
import type { FeatureStore } from '../../src/data/store/store.js';
import { loadEngine } from '../../src/engine/engine.js';
import { buildModel } from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';
import { Batches } from '../../src/training/batches.js';
import { attentionOf } from '../../src/training/predict.js';
import { spreadOverTime } from '../../src/training/segment-attention.js';

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
    const spec = modelSchema.parse({
      branches: { mel: { channels: [4, 4], features: 6, segmentation: 'adaptive', max_segments: 4 } },
      fusion: { kind: 'self-attention', heads: 2, features: 6 },
    });
    const inputs = { mel: { length: frames, width: bands } };
    const model = buildModel(spec, { inputs, labels: 3, head: 'sigmoid' }, 1);
    const segmentation = { sampleRate: 16_000, hopLength: 256, maxSegments: 4 };
    const size = { frames, hopLength: 256, melBands: bands, tokens: 0 };
    const batches = new Batches(['mel'], size, store, new Map(), 1, { segmentation });
    const example = { id: 'a', targets: Uint8Array.of(1, 0, 0) } as Example;
    const [part] = attentionOf(model, batches, example);
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
