import { describe, expect, it } from 'vitest';
import { chromaCqt } from '../../src/features/harmony/chroma-cqt.js';
import { estimateKey } from '../../src/features/harmony/key.js';
import { KEY_PROFILE_NAMES } from '../../src/features/harmony/key-profiles.js';
import { chord, KNOWN_RATE } from './known-signals.js';

/** Triads of a second each, given by their notes in semitones above C4. */
function triads(...notes: number[][]): Float32Array {
  const parts = notes.map((one) =>
    chord(
      one.map((semitones) => 261.63 * 2 ** (semitones / 12)),
      0.2,
    ),
  );
  const samples = new Float32Array(parts.length * KNOWN_RATE);
  parts.forEach((part, i) => {
    samples.set(part, i * KNOWN_RATE);
  });
  return samples;
}

const keyOf = (samples: Float32Array) =>
  estimateKey(chromaCqt(samples, { sampleRate: KNOWN_RATE, hopLength: 512 }));

/** I, IV, V, I of a major key, and i, iv, V, i of a minor one, above a tonic. */
const major = (tonic: number) =>
  [
    [0, 4, 7],
    [5, 9, 12],
    [7, 11, 14],
    [0, 4, 7],
  ].map((triad) => triad.map((note) => note + tonic));
const minor = (tonic: number) =>
  [
    [0, 3, 7],
    [5, 8, 12],
    [7, 11, 14],
    [0, 3, 7],
  ].map((triad) => triad.map((note) => note + tonic));

describe('the key', () => {
  it.each([0, 3, 7, 10])('of a cadence is its own, %i semitones above C', (tonic) => {
    expect(keyOf(triads(...major(tonic)))).toMatchObject({ tonic: tonic % 12, mode: 'major' });
    expect(keyOf(triads(...minor(tonic)))).toMatchObject({ tonic: tonic % 12, mode: 'minor' });
  });

  it('has a correlation, and a second best', () => {
    const key = keyOf(triads(...major(0)))!;
    expect(key.correlation).toBeGreaterThan(0.8);
    expect(key.next.correlation).toBeLessThan(key.correlation);
  });

  it('of a profile itself fits exactly', () => {
    const values = Float32Array.from([6.33, 2.68, 3.52, 5.38, 2.6, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17]);
    const key = estimateKey({ values, frames: 1, bands: 12 }, 'krumhansl')!;
    expect(key).toMatchObject({ tonic: 0, mode: 'minor' });
    expect(key.correlation).toBeCloseTo(1, 6);
  });

  it.each(KEY_PROFILE_NAMES)('of a cadence is its own by the profile %s', (profile) => {
    for (const [triad, mode] of [[major(2), 'major'] as const, [minor(2), 'minor'] as const]) {
      const chroma = chromaCqt(triads(...triad), { sampleRate: KNOWN_RATE, hopLength: 2048 });
      expect(estimateKey(chroma, profile)).toMatchObject({ tonic: 2, mode });
    }
  });

  it('does not exist in silence', () => {
    expect(estimateKey({ values: new Float32Array(24), frames: 2, bands: 12 })).toBeNull();
    expect(estimateKey({ values: new Float32Array(0), frames: 0, bands: 12 })).toBeNull();
  });
});
