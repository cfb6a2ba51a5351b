import { beforeAll, describe, expect, it } from 'vitest';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { type Mp3RoundTrip, startMp3RoundTrip } from '../../src/audio/encode/mp3-round-trip.js';
import { decodeAudio } from '../../src/audio/index.js';
import { meanPower } from '../../src/features/augment/level-and-noise.js';
import { relativeError } from '../features/reference.js';

/** Two tones that begin after 0.1 s. */
const tones = (sampleRate: number, seconds: number): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) =>
    n < 0.1 * sampleRate
      ? 0
      : 0.3 * Math.sin((2 * Math.PI * 440 * n) / sampleRate) +
        0.1 * Math.sin((2 * Math.PI * 2500 * n) / sampleRate),
  );

let roundTrip: Mp3RoundTrip;
beforeAll(async () => {
  roundTrip = await startMp3RoundTrip();
});

describe('a sound after MP3', () => {
  it.each([8000, 12_000, 16_000, 22_050])('is the decoded file at %i Hz', async (sampleRate) => {
    const samples = tones(sampleRate, 2);
    const bytes = await encodeAudio({ channels: [samples], sampleRate }, 'mp3', { bitRate: 32 });
    const decoded = await decodeAudio(bytes);
    expect(decoded.sampleRate).toBe(sampleRate);
    // A file without an encoder's figures is not trimmed: its sound begins after encoder's and decoder's delay.
    const file = decoded.channels[0].subarray(1105, 1105 + samples.length - 4000);
    const own = roundTrip(samples, sampleRate, 32).subarray(0, file.length);
    expect(relativeError(own, file)).toBeLessThan(1e-5);
  });

  // 14,000 Hz is no rate of MP3, and LAME lowers 44,100 Hz for 32 kbit/s.
  it.each([
    [8000, 32],
    [12_000, 32],
    [12_000, 320],
    [14_000, 64],
    [16_000, 128],
    [22_050, 8],
    [44_100, 32],
    [44_100, 320],
    [96_000, 128],
  ] as const)('is as long and at the same instants: %i Hz, %i kbit/s', (sampleRate, bitRate) => {
    const samples = tones(sampleRate, 1.37);
    const before = roundTrip(samples, sampleRate, bitRate);
    expect(before).toHaveLength(samples.length);
    // The onset, within half a period of the tone; and the phase of the low tone afterwards.
    expect(meanPower(before.subarray(0, 0.06 * sampleRate)) / meanPower(samples)).toBeLessThan(0.01);
    const part = (of: Float32Array): Float32Array => of.subarray(0.3 * sampleRate, 1.2 * sampleRate);
    const own = part(before);
    const expected = part(samples);
    let [product, power, kept] = [0, 0, 0];
    for (const [i, sample] of expected.entries()) {
      product += sample * own[i];
      power += sample * sample;
      kept += own[i] * own[i];
    }
    expect(product / Math.sqrt(power * kept)).toBeGreaterThan(bitRate < 32 ? 0.9 : 0.98);
    // Whatever came before leaves nothing behind.
    const again = roundTrip(samples, sampleRate, bitRate);
    expect(before.every((sample, i) => sample === again[i])).toBe(true);
  });

  it('is not the same with fewer bits', () => {
    const sampleRate = 16_000;
    const noise = Float32Array.from({ length: sampleRate }, (_, n) => Math.sin(n * n * 0.37) * 0.3);
    const errors = [24, 64, 128].map((bitRate) =>
      relativeError(roundTrip(noise, sampleRate, bitRate), noise),
    );
    expect(errors[0]).toBeGreaterThan(2 * errors[2]);
    expect(errors[1]).toBeLessThan(errors[0]);
  });

  it('of silence is silence, and of nothing nothing', () => {
    expect(roundTrip(new Float32Array(16_000), 16_000, 32).every((sample) => Math.abs(sample) < 1e-4)).toBe(
      true,
    );
    expect(roundTrip(new Float32Array(0), 16_000, 32)).toHaveLength(0);
  });
});
