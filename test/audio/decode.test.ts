import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeAudio, toMono } from '../../src/audio/decode.js';
import { resample } from '../../src/audio/resample.js';
import { readNpy } from '../npy.js';
import { hasReference, referencePath } from '../reference.js';

describe('decodeAudio', () => {
  it('names the file that it cannot read', async () => {
    await expect(decodeAudio(new Uint8Array(0), 'a/empty.mp3')).rejects.toThrow('a/empty.mp3 is empty');
    await expect(decodeAudio(Buffer.from('no audio at all\n'.repeat(50)), 'text.mp3')).rejects.toThrow(
      /text\.mp3 holds no audio/,
    );
    await expect(decodeAudio(new Uint8Array(10), 'x.xyz')).rejects.toThrow(/unknown audio format/);
  });

  it.runIf(hasReference)('equals libsndfile on a clip of MagnaTagATune, encoder delay removed', async () => {
    const path = referencePath('reference', 'musicnn', 'joram-moments_of_clarity-08-solipsism-59-88.mp3');
    const { channels, sampleRate } = await decodeAudio(readFileSync(path), path);
    const { values } = readNpy(referencePath('reference', 'musicnn', 'joram', 'waveform_16k.npy'));
    expect(sampleRate).toBe(16_000);
    const mono = toMono(channels);
    expect(mono.length).toBe(values.length);
    expect(values.reduce((worst, value, i) => Math.max(worst, Math.abs(value - mono[i])), 0)).toBeLessThan(
      1e-4,
    );
  });

  it.runIf(hasReference).each(['garbage', 'id3_only', 'text', 'zero_bytes'])(
    'refuses odd-audio/%s.mp3 in a sentence',
    async (name) => {
      const path = referencePath('data', 'odd-audio', `${name}.mp3`);
      await expect(decodeAudio(readFileSync(path), path)).rejects.toThrow(`${name}.mp3`);
    },
  );

  it.runIf(hasReference).each([
    ['good_44k_stereo', 4.01],
    ['mono_16k', 4],
    ['mono_8k', 4],
    ['stereo_48k', 4],
    ['truncated_mid_frame', 1.42],
    ['tenth_of_a_second', 0.1],
    ['big_cover_art', 4.01],
    ['vbr_no_xing', 4.05],
  ])('finds the duration of odd-audio/%s.mp3', async (name, seconds) => {
    const path = referencePath('data', 'odd-audio', `${name}.mp3`);
    const { channels, sampleRate } = await decodeAudio(readFileSync(path), path);
    expect(Math.abs(channels[0].length / sampleRate - seconds)).toBeLessThan(0.1);
  });
});

describe('toMono', () => {
  it('is the mean of the channels', () => {
    expect([...toMono([Float32Array.of(1, 0.5), Float32Array.of(0, -0.5)])]).toEqual([0.5, 0]);
  });
});

describe('resample', () => {
  it('keeps a tone in the pass band and removes one above the new Nyquist frequency', () => {
    const tone = (hertz: number): Float32Array =>
      Float32Array.from({ length: 44_100 }, (_, n) => Math.sin((2 * Math.PI * hertz * n) / 44_100));
    const kept = resample(tone(1000), 44_100, 16_000);
    expect(kept.length).toBe(16_000);
    for (let n = 1000; n < 15_000; n++)
      expect(kept[n]).toBeCloseTo(Math.sin((2 * Math.PI * 1000 * n) / 16_000), 4);
    const removed = resample(tone(9000), 44_100, 16_000).subarray(1000, 15_000);
    expect(removed.reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBeLessThan(1e-5);
  });

  it.runIf(hasReference).each([8000, 22_050, 44_100, 48_000])(
    'is within -80 dB of soxr HQ away from the edges, from %i Hz',
    (rate) => {
      const input = Float32Array.from(
        { length: rate },
        (_, n) =>
          0.4 * Math.sin((2 * Math.PI * 440 * n) / rate) + 0.2 * Math.sin((2 * Math.PI * 3000 * n) / rate),
      );
      const { values } = readNpy(
        referencePath('reference', 'features', `resample_${rate}_to_16000_soxr_hq.npy`),
      );
      const output = resample(input, rate, 16_000);
      expect(output.length).toBe(values.length);
      let error = 0;
      for (let n = 1000; n < 15_000; n++) error = Math.max(error, Math.abs(output[n] - values[n]));
      expect(20 * Math.log10(error / 0.6)).toBeLessThan(-80);
    },
  );
});
