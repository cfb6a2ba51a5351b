import { describe, expect, it } from 'vitest';
import { joinSamples } from '../../src/audio/samples.js';
import { EnvelopeGate } from '../../src/features/envelope.js';

const RATE = 1000;
const settings = { threshold: 0.1, seconds: 0.02 };

/** A tone with a pause, and noise of a fixed pattern under it. */
const signal = Float32Array.from({ length: 700 }, (_, n) =>
  Math.fround((n > 200 && n < 400 ? 0.01 : 0.5) * Math.sin(n * 0.7) + 0.001 * Math.sin(n * 13)),
);

function cleaned(samples: Float32Array, pieces: number[]): Float32Array {
  const gate = new EnvelopeGate(settings, RATE);
  const parts: Float32Array[] = [];
  let at = 0;
  for (const length of [...pieces, samples.length]) {
    parts.push(gate.push(samples.subarray(at, at + length)));
    at = Math.min(samples.length, at + length);
  }
  return joinSamples([...parts, gate.finish()]);
}

/** The definition: the mean magnitude of the samples within 10 on each side that are there. */
const byDefinition = (samples: Float32Array): Float32Array =>
  samples.filter((_, n) => {
    const around = samples.subarray(Math.max(0, n - 10), n + 10);
    return around.reduce((sum, sample) => sum + Math.abs(sample), 0) / around.length >= settings.threshold;
  });

describe('cleaning by the envelope', () => {
  it('drops the samples whose surroundings lie below the threshold', () => {
    const kept = cleaned(signal, []);
    expect(kept).toEqual(byDefinition(signal));
    expect(kept.length).toBeGreaterThan(480);
    expect(kept.length).toBeLessThan(530);
  });

  it('gives the same samples wherever the pieces end', () => {
    const whole = cleaned(signal, []);
    expect(cleaned(signal, [1, 2, 3, 250, 7])).toEqual(whole);
    expect(
      cleaned(
        signal,
        Array.from(signal, () => 1),
      ),
    ).toEqual(whole);
  });

  it('gives one sample of silence where nothing is kept', () => {
    expect([...cleaned(new Float32Array(300), [100])]).toEqual([0]);
    expect([...cleaned(new Float32Array(0), [])]).toEqual([0]);
  });
});
