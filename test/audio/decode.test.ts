import { createReadStream, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DamagedAudio } from '../../src/audio/audio.js';
import { decodeAudio, streamAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { mediaTypeOf } from '../../src/audio/media-types.js';
import { probeAudio } from '../../src/audio/open.js';
import { toMono } from '../../src/audio/samples.js';
import { bytesSource } from '../../src/audio/source.js';
import { relativeError } from '../features/reference.js';
import { readNpy } from '../golden/read.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { GOLDEN_FILES, goldenAudio, goldenBytes, goldenPath, soxrSamples, thin } from './golden.js';
import { filesOfEveryFormat, tone } from './made-files.js';
import { ODD_FILES } from './odd-files.js';

const odd = (name: string): string => referencePath('data', 'odd-audio', name);

/** Seconds, or an error, by name of a file: the manifest of odd recordings in ../shared. */
const SHARED_ODD_FILES: [string, number | 'error'][] = hasReference
  ? readFileSync(odd('manifest.csv'), 'utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => {
        const expected = line.slice(line.lastIndexOf(',') + 1);
        return [
          line.slice(0, line.indexOf(',')),
          expected === 'error' ? expected : Number.parseFloat(expected),
        ];
      })
  : [['of ../shared', 'error']];

/** Larger differences of decoded samples than these are mistakes: Opus ends in a resampler, MP3 in a float filter bank. */
const TOLERANCES: Record<string, number> = { ogg: 1e-6, opus: 2e-4, mp3: 5e-6, m4a: 1e-6, aac: 1e-6 };

beforeAll(() => {
  vi.stubEnv('POLYTAG_FFMPEG', 'none');
});

describe('decodeAudio', () => {
  it('names the file that it cannot read', async () => {
    const decode = (bytes: Uint8Array, name: string): Promise<unknown> =>
      decodeAudio(bytesSource(bytes, name));
    await expect(decode(new Uint8Array(0), 'a/empty.mp3')).rejects.toThrow('a/empty.mp3 is empty');
    await expect(decode(Buffer.from('no audio at all\n'.repeat(50)), 'text.mp3')).rejects.toThrow(
      /text\.mp3 holds no MP3 frames/,
    );
    await expect(decode(new Uint8Array(100), 'x.xyz')).rejects.toThrow(
      /x\.xyz is of an unknown audio format/,
    );
  });

  it('goes by the content, not by the name, and takes bytes, streams and paths', async () => {
    const audio = { channels: [tone(0.5, 16_000)], sampleRate: 16_000 };
    const bytes = await encodeAudio(audio, 'wav', { bitDepth: 32 });
    expect((await decodeAudio(bytesSource(bytes, 'really-wav.mp3'))).channels[0]).toEqual(audio.channels[0]);
    const streamed = await decodeAudio(
      new Blob([bytes as BlobPart]).stream() as unknown as AsyncIterable<Uint8Array>,
    );
    expect(streamed).toEqual(await decodeAudio(bytes));
  });

  it('gives mono at a wanted rate, and no more than the wanted seconds', async () => {
    const [left, right] = [tone(1, 44_100), tone(1, 44_100, 330)];
    const bytes = await encodeAudio({ channels: [left, right], sampleRate: 44_100 }, 'wav', { bitDepth: 32 });
    const { channels, sampleRate } = await decodeAudio(bytes, {
      mono: true,
      sampleRate: 16_000,
      duration: 0.5,
    });
    expect([channels.length, channels[0].length, sampleRate]).toEqual([1, 8000, 16_000]);
  });

  it('keeps, skips or refuses damaged audio by policy', async () => {
    const bytes = (await filesOfEveryFormat())['stereo.mp3'].slice();
    bytes.fill(0x55, 4000, 4600);
    const kept = await decodeAudio(bytes, { damage: 'keep-good-part' });
    expect(kept.errors).toBeGreaterThan(0);
    expect(kept.channels[0].length).toBeLessThan(44_100);
    expect(kept.channels[0].length).toBeGreaterThan(35_000);
    for (const damage of ['skip', 'fail'] as const)
      await expect(decodeAudio(bytes, { damage })).rejects.toThrow(/is damaged: .* cannot be decoded/);
  });

  it.each(GOLDEN_FILES)('equals libsndfile, length and every sample: %s', async (name) => {
    const { sampleRate, length, channels } = goldenAudio(name);
    const decoded = await decodeAudio(goldenPath(name));
    expect(decoded).toMatchObject({ sampleRate, errors: 0 });
    expect(decoded.channels.map((channel) => channel.length)).toEqual(channels.map(() => length));
    for (const [i, channel] of channels.entries())
      expect(relativeError(thin(decoded.channels[i]), channel)).toBeLessThanOrEqual(
        TOLERANCES[name.split('.')[1]] ?? 0,
      );
    const { duration } = await probeAudio(goldenPath(name));
    if (duration !== null) expect(Math.abs(duration - length / sampleRate)).toBeLessThan(0.1);
  });

  it('equals libsndfile and soxr HQ on 44.1 kHz stereo in mono at 16 kHz', async () => {
    const { channels } = await decodeAudio(goldenPath('stereo_44k.mp3'), { mono: true, sampleRate: 16_000 });
    // The same filter except for the shape of its slope; see the tests of the resampler.
    expect(relativeError(thin(channels[0]), soxrSamples('stereo_44k.mp3_at_16k'))).toBeLessThan(2e-3);
  });

  it('equals libsndfile on a clip of MagnaTagATune, encoder delay removed', async (ctx) => {
    needsShared(ctx);
    const path = referencePath('reference', 'musicnn', 'joram-moments_of_clarity-08-solipsism-59-88.mp3');
    const { channels, sampleRate } = await decodeAudio(path);
    const { values } = readNpy(referencePath('reference', 'musicnn', 'joram', 'waveform_16k.npy'));
    expect(sampleRate).toBe(16_000);
    expect(relativeError(channels[0], values)).toBeLessThan(1e-5);
  });

  it('equals libsndfile and soxr HQ on the beginning of a song', async (ctx) => {
    needsShared(ctx);
    const path = referencePath('data', 'jamendo', 'mp3', 'Fantasma_-_Los_Rombos.mp3');
    const { channels } = await decodeAudio(path, { mono: true, sampleRate: 16_000, duration: 31 });
    const { values } = readNpy(referencePath('reference', 'musicnn', 'fantasma', 'waveform_16k.npy'));
    const end = values.length - 200; // the reference was cut there before it was resampled
    expect(relativeError(channels[0].subarray(0, end), values.subarray(0, end))).toBeLessThan(2e-3);
  });

  it('has FLAC’s integers to the bit', async () => {
    const audio = { channels: [tone(0.5, 44_100), tone(0.5, 44_100, 330)], sampleRate: 44_100 };
    for (const bitDepth of [16, 24] as const) {
      const flac = await decodeAudio(await encodeAudio(audio, 'flac', { bitDepth }));
      const wav = await decodeAudio(await encodeAudio(audio, 'wav', { bitDepth }));
      // The two encoders round halves differently: at most one step.
      expect(relativeError(flac.channels[0], wav.channels[0])).toBeLessThan(2 ** (2 - bitDepth));
      const steps = flac.channels[0].map((sample) => sample * 2 ** (bitDepth - 1));
      expect(steps.every((value) => Number.isInteger(value))).toBe(true);
    }
  });
});

describe('MP3 files with an encoder’s figures', () => {
  it('lose the encoder’s padding, but not what was appended to them', async () => {
    const bytes = goldenBytes('stereo_44k.mp3');
    const one = (await decodeAudio(bytesSource(bytes, 'one.mp3'))).channels[0].length;
    const { duration } = await probeAudio(bytesSource(bytes, 'one.mp3'));
    expect(one / 44_100).toBeCloseTo(duration!, 6);
    const three = await decodeAudio(bytesSource(Buffer.concat([bytes, bytes, bytes]), 'three.mp3'));
    // Each part loses the padding and the first frame that its encoder made.
    expect([three.channels[0].length, three.errors]).toEqual([3 * one, 0]);
  });
});

describe('odd files', () => {
  it.each(Object.entries(ODD_FILES))('%s', async (name, [bytes, expected]) => {
    if (expected === 'error') {
      await expect(decodeAudio(bytesSource(bytes, name))).rejects.toThrow(DamagedAudio);
      await expect(decodeAudio(bytesSource(bytes, name))).rejects.toThrow(name);
    } else {
      const { channels, sampleRate } = await decodeAudio(bytesSource(bytes, name));
      expect(Math.abs(channels[0].length / sampleRate - expected)).toBeLessThan(0.03);
    }
  });

  it.for(SHARED_ODD_FILES)('recordings of ../shared: %s: %s', async ([name, expected], ctx) => {
    needsShared(ctx);
    if (expected === 'error') {
      await expect(decodeAudio(odd(name))).rejects.toThrow(DamagedAudio);
      await expect(decodeAudio(odd(name))).rejects.toThrow(name);
    } else if (name === 'wav_lying_length.wav') {
      // Of this one the manifest allows an error in place of a duration.
      await expect(decodeAudio(odd(name))).rejects.toThrow(/LIST.*reaches beyond the end of the file/);
    } else {
      const { channels, sampleRate } = await decodeAudio(odd(name));
      expect(Math.abs(channels[0].length / sampleRate - expected)).toBeLessThan(0.1);
      const { duration } = await probeAudio(odd(name));
      if (duration !== null && !name.startsWith('truncated'))
        expect(Math.abs(duration - expected)).toBeLessThan(0.1);
    }
  });

  it.for(['bit_flips.mp3', 'truncated_mid_frame.mp3'])('count what is lost: %s', async (name, ctx) => {
    needsShared(ctx);
    expect((await decodeAudio(odd(name))).errors).toBe(1);
  });
});

describe('streamAudio', () => {
  it('gives the samples of the whole file, to the bit, however the bytes come', async () => {
    for (const [name, bytes] of Object.entries(await filesOfEveryFormat())) {
      const options = { mono: true, sampleRate: 16_000 };
      const whole = await decodeAudio(bytesSource(bytes, name), options);
      const pieces = (async function* () {
        for (let at = 0, length = 1; at < bytes.length; at += length, length = ((length * 5) % 4099) + 1)
          yield bytes.subarray(at, at + length);
      })();
      const { blocks } = await streamAudio(pieces, options);
      const parts: number[] = [];
      for await (const [block] of blocks) for (const sample of block) parts.push(sample);
      expect(relativeError(parts, whole.channels[0]), name).toBe(0);
    }
  });

  it('releases a file that is not read to its end', async () => {
    const { blocks } = await streamAudio(createReadStream(goldenPath('stereo_44k.mp3')));
    await blocks.next();
    await blocks.return();
    await expect(blocks.next()).resolves.toEqual({ value: undefined, done: true });
  });
});

describe('toMono', () => {
  it('is the mean of the channels', () => {
    expect([...toMono([Float32Array.of(1, 0.5), Float32Array.of(0, -0.5)])]).toEqual([0.5, 0]);
    expect([...toMono([1, 2, 6].map((x) => Float32Array.of(x)))]).toEqual([3]);
  });
});

describe('mediaTypeOf', () => {
  it.each([
    ['music/a.flac', 'audio/flac'],
    ['b.MP3', 'audio/mpeg'],
    ['c.tar.opus', 'audio/ogg'],
    ['folder.flac/d', null],
    ['e.txt', null],
  ])('of %s is %s', (path, type) => {
    expect(mediaTypeOf(path)).toBe(type);
  });
});
