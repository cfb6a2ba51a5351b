import { describe, expect, it } from 'vitest';
import { deEmphasis, preEmphasis } from '../../../src/features/timbre/pre-emphasis.js';
import fc from '../../fast-check.js';
import { toneInNoise } from '../known-signals.js';
import { errorTo, librosaSignal, relativeError, SIGNALS } from '../reference.js';

/** librosa 0.11.0, the first four samples. */
const LIBROSA = {
  emphasised: [-0.2007525, 0.0937534, 0.09499657, 0.1069069],
  emphasisedFromSilence: [-0.05270889, 0.0937534, 0.09499657, 0.1069069],
  deemphasised: [-0.004967056, 0.03780773, 0.1730171, 0.4069867],
  deemphasisedFromSilence: [-0.05270889, -0.008501854, 0.1280968, 0.363414],
};

const signal = fc.float32Array({ min: -1, max: 1, noNaN: true, maxLength: 300 });

describe('pre-emphasis', () => {
  it('has librosa’s numbers, with and without an initial state', () => {
    const samples = toneInNoise();
    const first = (x: Float32Array): Float32Array => x.subarray(0, 4);
    expect(relativeError(first(preEmphasis(samples)), LIBROSA.emphasised)).toBeLessThan(1e-6);
    expect(relativeError(first(preEmphasis(samples, { zi: 0 })), LIBROSA.emphasisedFromSilence)).toBeLessThan(
      1e-6,
    );
    expect(relativeError(first(deEmphasis(samples)), LIBROSA.deemphasised)).toBeLessThan(1e-6);
    expect(
      relativeError(first(deEmphasis(samples, { zi: 0 })), LIBROSA.deemphasisedFromSilence),
    ).toBeLessThan(1e-6);
  });

  it.for(SIGNALS)('equals librosa’s within 1e-6 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const expected = array('preemphasis_097');
    const ours = preEmphasis(samples.subarray(0, expected.shape[0]), { zi: 0 });
    expect(errorTo(expected, ours)).toBeLessThan(1e-6);
  });

  it('is undone by de-emphasis with the same settings', () => {
    const settings = fc.record(
      { coef: fc.double({ min: -0.99, max: 0.99, noNaN: true }), zi: fc.constant(0) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(signal, settings, (samples, chosen) => {
        const back = deEmphasis(preEmphasis(samples, chosen), chosen);
        expect(back.length).toBe(samples.length);
        back.forEach((value, n) => {
          expect(Math.abs(value - samples[n])).toBeLessThan(1e-4);
        });
      }),
    );
  });

  it('continues seamlessly from block to block', () => {
    const samples = toneInNoise();
    const [head, tail] = [samples.subarray(0, 700), samples.subarray(700)];
    const whole = preEmphasis(samples, { zi: 0 });
    expect(preEmphasis(tail, { zi: -0.97 * samples[699] })).toEqual(whole.subarray(700));
    const restored = deEmphasis(whole.subarray(0, 700), { zi: 0 });
    expect(relativeError(restored, head)).toBeLessThan(1e-5);
    const rest = deEmphasis(whole.subarray(700), { zi: 0.97 * restored[699] });
    expect(relativeError(rest, tail)).toBeLessThan(1e-5);
  });
});
