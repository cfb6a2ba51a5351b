import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { ENCODED_FORMATS, encodeAudio } from '../../src/audio/encode/encode.js';
import { probeAudio } from '../../src/audio/open.js';
import { relativeError } from '../features/reference.js';
import { tone } from './made-files.js';

const audio = { channels: [tone(1, 44_100), tone(1, 44_100, 330)], sampleRate: 44_100 };

describe('encodeAudio', () => {
  it.each(ENCODED_FORMATS)('%s is decoded to the same sound', async (format) => {
    const bytes = await encodeAudio(audio, format);
    const info = await probeAudio(bytes);
    expect([info.sampleRate, info.channels]).toEqual([44_100, 2]);
    const { channels, errors } = await decodeAudio(bytes);
    expect([channels.length, errors]).toEqual([2, 0]);
    if (format === 'mp3') {
      // Lossy, and late by the encoder's delay, which this encoder does not state.
      const { length } = channels[0];
      expect(length).toBeGreaterThan(44_100);
      const power = (samples: Float32Array): number => samples.reduce((sum, x) => sum + x * x, 0);
      // LAME scales by 0.97 at this bit rate.
      expect(power(channels[0]) / power(audio.channels[0])).toBeCloseTo(0.97 ** 2, 1);
    } else {
      for (const i of [0, 1]) expect(relativeError(channels[i], audio.channels[i])).toBeLessThan(7e-5);
    }
  });

  it.each([
    ['wav', 24, 2e-7],
    ['wav', 32, 0],
    ['flac', 24, 2e-7],
  ] as const)('%s of %i bits is as exact as they are', async (format, bitDepth, tolerance) => {
    const { channels } = await decodeAudio(await encodeAudio(audio, format, { bitDepth }));
    expect(relativeError(channels[1], audio.channels[1])).toBeLessThanOrEqual(tolerance);
  });

  it('clips integers instead of turning them round', async () => {
    const loud = { channels: [Float32Array.of(2, -2, 0.5)], sampleRate: 8000 };
    const { channels } = await decodeAudio(await encodeAudio(loud, 'wav'));
    expect([...channels[0]]).toEqual([32_767 / 32_768, -1, 0.5]);
  });

  it('refuses what a format does not have', async () => {
    await expect(encodeAudio({ ...audio, sampleRate: 96_000 }, 'mp3')).rejects.toThrow(
      /does not support 2 channels/,
    );
    await expect(encodeAudio(audio, 'flac', { bitDepth: 32 })).rejects.toThrow(/16 or 24 bits/);
  });
});
