/** Statistics of a mel input against NumPy's on librosa's values, and the mel input that they are of. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import { inputKinds } from '../../src/inputs/index.js';
import type { AudioKind } from '../../src/inputs/kind.js';
import { readGoldenJson } from '../golden/read.js';
import { GOLDEN_RATE, melody } from '../golden/signals.js';

const golden = readGoldenJson<{ db: number[]; log10: number[] }>('mel_statistics');
const kind = inputKinds['mel-statistics'] as AudioKind;

function statisticsOf(options: object): Float32Array {
  const stream = kind.feature(kind.settings(kind.options.parse(options), GOLDEN_RATE)).stream();
  const signal = melody();
  expect(stream.push(signal.subarray(0, 70_000))).toBeNull();
  expect(stream.push(signal.subarray(70_000))).toBeNull();
  return stream.finish()!;
}

const DECIBELS = { n_fft: 2048, hop_length: 512, bands: 128, compression: { kind: 'db' } };

describe('the statistics of a mel input', () => {
  it.each([
    ['db', DECIBELS, 2e-3],
    ['log10', {}, 1e-4],
  ] as const)('are the means and deviations of its bands by NumPy: %s', (name, options, tolerance) => {
    const found = statisticsOf(options);
    expect(found).toHaveLength(golden[name].length);
    for (const [i, value] of golden[name].entries())
      expect(Math.abs(found[i] - value), `${name} ${i}`).toBeLessThan(tolerance);
  });

  const BASELINE = {
    baseline: { features: { kind: 'mel-statistics' }, classifier: { kind: 'logistic-regression' } },
  };

  it('are of the configured mel input, unless they have options of their own', () => {
    const { inputs } = resolveConfig({ inputs: { mel: DECIBELS }, model: BASELINE });
    expect(inputs).toMatchObject({ 'mel-statistics': DECIBELS });
    expect(inputs).not.toHaveProperty('mel');
    const own = resolveConfig({
      inputs: { mel: DECIBELS, 'mel-statistics': { bands: 40 } },
      model: BASELINE,
    });
    expect(own.inputs).toMatchObject({ 'mel-statistics': { bands: 40, n_fft: 512 } });
    expect(resolveConfig({ model: BASELINE }).inputs['mel-statistics']).toMatchObject({ bands: 96 });
  });

  it.each([{ standardise: 'per-clip' }, { compression: { kind: 'db', top_db: 80 } }])(
    'refuse what is done to the windows of a model: %j',
    (options) => {
      expect(() => resolveConfig({ inputs: { mel: options }, model: BASELINE })).toThrow(
        /windows of a model.*whole recording/,
      );
    },
  );
});
