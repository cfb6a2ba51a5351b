/** What WAV and its relatives state (lengths, blocks, rates) against what is decoded, and samples that cannot be. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeAudio, streamAudio } from '../../src/audio/decode.js';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { probeAudio } from '../../src/audio/open.js';
import { Resampler } from '../../src/audio/resample.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { integers, wavFile } from './broken/wav-writer.js';
import { goldenAudio, goldenBytes } from './golden.js';
import { tone } from './made-files.js';

const samples = tone(0.25, 16_000);
const of16 = integers(samples, 16, 2);

beforeAll(() => {
  vi.stubEnv('POLYTAG_FFMPEG', 'none');
});

describe('WAV', () => {
  it.each([
    [24, 4, false],
    [24, 4, true],
    [20, 3, false],
    [20, 4, true],
    [12, 2, false],
    [16, 4, true],
    [8, 2, false],
    [32, 8, false],
    [64, 8, false],
  ])('reads %i bits in %i bytes, in the low ones: %s', async (bits, size, isLow) => {
    for (const channels of [1, 2]) {
      const data = integers(samples, bits, size, isLow);
      const file = wavFile({ channels, bits, align: channels * size, data });
      const decoded = await decodeAudio(file);
      const expected = samples.filter((_, n) => n % channels === 0);
      expect([decoded.channels[0].length, decoded.errors]).toEqual([expected.length, 0]);
      expect(relativeError(decoded.channels[0], expected)).toBeLessThan(2 ** (2 - Math.min(bits, 24)));
    }
  });

  it('refuses blocks that cannot be', async () => {
    for (const align of [1, 3, 5, 200])
      await expect(decodeAudio(wavFile({ channels: 2, bits: 16, align, data: of16 }))).rejects.toThrow(
        /in blocks of \d+ bytes, which cannot be/,
      );
    // Programs that leave it out mean packed samples.
    expect((await decodeAudio(wavFile({ bits: 16, align: 0, data: of16 }))).channels[0].length).toBe(4000);
  });

  it.each([0, 0x7fff_f000, 0x7fff_efd8, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0xffff_ff00])(
    'is whole with the length %i of a program that streams',
    async (stated) => {
      const file = wavFile({ bits: 16, data: of16, stated, riff: 0xffff_ffff });
      const { channels, errors } = await decodeAudio(file);
      expect([channels[0].length, errors]).toEqual([4000, 0]);
      expect((await probeAudio(file)).duration).toBe(0.25);
    },
  );

  it('holds nothing where it says so, whatever follows', async () => {
    const list = Buffer.concat([Buffer.from('LIST\x04\0\0\0'), Buffer.from('INFO')]);
    const file = wavFile({ bits: 16, data: new Uint8Array(0), behind: list });
    await expect(decodeAudio(file)).rejects.toThrow(/holds no audio/);
  });

  it('says of coded sound what it is', async () => {
    await expect(decodeAudio(wavFile({ tag: 85, bits: 0, align: 1, data: of16 }))).rejects.toThrow(
      /WAVE format 85 \(MP3\)/,
    );
  });
});

describe.each(['s16.wav', 'rf64.wav', 's24.aiff', 'f32.caf', 's16.w64', 'ulaw.au'])('%s', (name) => {
  it('is damaged where it is cut, and tells how much is missing', async () => {
    const bytes = goldenBytes(name);
    const { length, sampleRate } = goldenAudio(name);
    for (const share of [0.4, 0.7, 0.95]) {
      const decoded = await decodeAudio(bytes.slice(0, Math.floor(bytes.length * share)));
      expect(decoded.errors).toBe(1);
      const kept = decoded.channels[0].length;
      expect(Math.abs(kept + decoded.missing! * sampleRate - length)).toBeLessThan(1);
      expect(kept).toBeLessThan(length * share);
    }
  });
});

describe('samples that cannot be', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1e30, 3e38])(
    '%d are left out and counted',
    async (value) => {
      const bad = samples.slice();
      bad[1000] = value;
      bad.fill(value, 2000, 2010);
      const file = encodeWav([bad, samples], 16_000, 32);
      const { channels, errors, missing } = await decodeAudio(file);
      expect([errors, missing]).toEqual([2, 11 / 16_000]);
      const expected = samples.filter((_, n) => n !== 1000 && (n < 2000 || n >= 2010));
      expect(relativeError(channels[0], expected)).toBe(0);
      expect(channels[1].length).toBe(expected.length);
      for (const damage of ['skip', 'fail'] as const)
        await expect(decodeAudio(file, { damage })).rejects.toThrow(/is damaged: 2 parts/);
    },
  );

  it('loud ones stay', async () => {
    const loud = samples.map((sample) => sample * 32_768);
    expect((await decodeAudio(encodeWav([loud], 16_000, 32))).errors).toBe(0);
  });
});

describe('rates, channels and durations', () => {
  it.each([1, 7, 999, 768_001, 999_983, 16_711_748, 4_278_234_180])(
    'a recording at %i Hz is refused',
    async (sampleRate) => {
      const file = Buffer.from(wavFile({ bits: 8, data: Buffer.alloc(500, 128) }));
      file.writeUInt32LE(sampleRate, 24);
      await expect(decodeAudio(file, { sampleRate: 16_000 })).rejects.toThrow(/Hz, which cannot be/);
    },
  );

  it.each([0, -5, Number.NaN, 1, 100, 44_100.5, 1e6, Number.POSITIVE_INFINITY])(
    'a wanted rate of %d is refused',
    async (sampleRate) => {
      const file = wavFile({ bits: 16, data: of16 });
      await expect(decodeAudio(file, { sampleRate })).rejects.toThrow(/A sample rate of .* is not supported/);
      await expect(streamAudio(file, { sampleRate })).rejects.toThrow(/is not supported/);
      expect(() => new Resampler(44_100, sampleRate)).toThrow(/is not supported/);
      expect(() => new Resampler(sampleRate, 44_100)).toThrow(/is not supported/);
    },
  );

  it.each([0, -1, Number.NaN])('a wanted duration of %d is refused', async (duration) => {
    await expect(decodeAudio(wavFile({ bits: 16, data: of16 }), { duration })).rejects.toThrow(
      /give a number of seconds above 0/,
    );
  });
});

describe('recordings of ../shared', () => {
  const files: Record<string, [samples: number, errors: number, peak: number]> = {
    'arecord_s24_le.wav': [8000, 0, 0.5],
    'pcm24_in_4_bytes_left.wav': [4000, 0, 0.5],
    'data_sox_pipe.wav': [44_096, 0, 0.5],
    'sine_one_nan.wav': [39_999, 1, 0.3],
    'sine_one_inf.wav': [39_999, 1, 0.3],
  };
  it.for(Object.entries(files))('%s', async ([name, [length, errors, peak]], ctx) => {
    if (!hasReference) needsShared(ctx);
    const decoded = await decodeAudio(referencePath('data', 'faults', 'reports', name));
    expect([decoded.channels[0].length, decoded.errors]).toEqual([length, errors]);
    expect(decoded.channels[0].reduce((a, b) => Math.max(a, Math.abs(b)), 0)).toBeCloseTo(peak, 2);
  });
});
