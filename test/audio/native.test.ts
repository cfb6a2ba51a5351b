/** libsndfile beside WebAssembly: the same samples, lengths and judgement of damage. */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import seedrandom from 'seedrandom';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Audio } from '../../src/audio/audio.js';
import { decodeAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { decoderOf, type NativeDecoder } from '../../src/audio/formats/format.js';
import { audioFormats, decoderVersions } from '../../src/audio/formats/index.js';
import { findNativeDecoder } from '../../src/audio/native/libsndfile.js';
import { type AudioInput, probeAudio } from '../../src/audio/open.js';
import { joinSamples, toMono } from '../../src/audio/samples.js';
import { ByteReader, bytesSource } from '../../src/audio/source.js';
import type { Extracted } from '../../src/data/store/extract.js';
import { ExtractPool } from '../../src/data/store/extract-pool.js';
import { featureKey } from '../../src/data/store/kinds.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { isMissing } from '../requirements.js';
import { framesOf } from './broken/mp3-writer.js';
import { MUTATIONS } from './broken/mutations.js';
import { GOLDEN_FILES, goldenAudio, goldenBytes, goldenPath, thin } from './golden.js';
import { filesOfEveryFormat, tone } from './made-files.js';
import { ODD_FILES } from './odd-files.js';

/**
 * Largest difference that is rounding, relative to the peak. MP3: mpg123 computes with AVX here and in plain C there, in
 * single precision both; FLAC is equal to the bit.
 */
const ROUNDING: Record<string, number> = { mp3: 5e-6, flac: 0 };

const RATE = 44_100;
const WASM = 'mpg123-decoder 1.0.3, gapless parts, delays as stated';
const isAbsent = await isMissing('native decoder');

beforeEach(() => {
  vi.stubEnv('POLYTAG_FFMPEG', 'none');
  vi.stubEnv('POLYTAG_DECODER', undefined);
  // The decoders report every damaged frame to the console.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function decodeBy(decoder: 'native' | 'wasm', input: AudioInput): Promise<Audio | string> {
  vi.stubEnv('POLYTAG_DECODER', decoder);
  return decodeAudio(input).catch((error: Error) => error.message);
}

/** Largest difference of samples, relative to the peak where that is above full scale. */
function differenceOf(samples: Float32Array, others: Float32Array): number {
  let largest = 0;
  let peak = 1;
  for (const [n, sample] of samples.entries()) {
    largest = Math.max(largest, Math.abs(sample - others[n]));
    peak = Math.max(peak, Math.abs(sample));
  }
  return largest / peak;
}

/** Both decoders give the same, but for rounding. */
async function expectEqual(input: AudioInput, name: string): Promise<void> {
  const [native, wasm] = [await decodeBy('native', input), await decodeBy('wasm', input)];
  if (typeof wasm === 'string' || typeof native === 'string') {
    expect(native, name).toBe(wasm);
    return;
  }
  const verdictOf = ({ channels, ...verdict }: Audio): object => ({
    ...verdict,
    lengths: channels.map(({ length }) => length),
  });
  expect(verdictOf(native), name).toEqual(verdictOf(wasm));
  for (const [i, channel] of native.channels.entries())
    expect(differenceOf(channel, wasm.channels[i]), name).toBeLessThanOrEqual(
      ROUNDING[name.split('.').at(-1)!] ?? 0,
    );
}

/** Decodes bytes of MP3 by a stand-in for the native decoder. */
async function decodeWith(
  native: NativeDecoder,
  bytes: Uint8Array,
): Promise<{ samples: Float32Array; decoder: string }> {
  const source = bytesSource(bytes, 'made.mp3');
  const { blocks, info } = await audioFormats.mp3.open(new ByteReader(source.chunks()), source, native);
  const parts: Float32Array[] = [];
  for await (const [block] of blocks) parts.push(block);
  return { samples: joinSamples(parts), decoder: info.decoder };
}

describe('without libsndfile', () => {
  it('WebAssembly decodes, and is named', async () => {
    vi.stubEnv('POLYTAG_CACHE', join(import.meta.dirname, 'no-such-cache'));
    expect(findNativeDecoder()).toEqual({ decoder: null, reason: 'it is not installed' });
    expect((await probeAudio(goldenPath('stereo_44k.mp3'))).decoder).toBe(WASM);
    vi.stubEnv('POLYTAG_DECODER', 'native');
    await expect(probeAudio(goldenPath('stereo_44k.mp3'))).rejects.toThrow(
      /^POLYTAG_DECODER is native, but libsndfile cannot be used: it is not installed; run "polytag setup"/,
    );
    // A format that it has no part in is read all the same.
    expect((await probeAudio(goldenPath('s16.wav'))).format).toBe('WAV');
  });

  it('a batch that is refused is decoded by WebAssembly, to the bit', async () => {
    const refusing: NativeDecoder = { name: 'refusing 1', decode: () => null };
    const { samples, decoder } = await decodeWith(refusing, goldenBytes('vbr_48k.mp3'));
    const wasm = (await decodeBy('wasm', goldenPath('vbr_48k.mp3'))) as Audio;
    expect(relativeError(samples, wasm.channels[0])).toBe(0);
    expect(decoder).toBe(`refusing 1, what it refuses by ${WASM}`);
  });

  it('keys and records are those of before', () => {
    const versions = decoderVersions(null);
    expect(versions).toMatch(/^MP3: mpg123-decoder 1\.0\.3, gapless parts, delays as stated; WAV: /);
    const native = decoderVersions({ name: 'other 2', decode: () => null });
    const [before, after] = [versions, native].map((text) => text.split('; '));
    expect(after.filter((entry, i) => entry !== before[i]).map((entry) => entry.split(',')[0])).toEqual([
      'MP3: other 2',
      'FLAC: other 2',
    ]);
    expect(decoderOf(audioFormats.opus, { name: 'other 2', decode: () => null })).toBe(
      audioFormats.opus.decoder,
    );
  });

  it('POLYTAG_DECODER takes two values', () => {
    expect(() => findNativeDecoder({ POLYTAG_DECODER: 'ffmpeg' })).toThrow(
      'POLYTAG_DECODER: there is no decoder "ffmpeg"; choose one of native, wasm.',
    );
    expect(findNativeDecoder({ POLYTAG_DECODER: 'wasm' }).decoder).toBeNull();
  });
});

describe.skipIf(isAbsent)('with libsndfile', () => {
  it('the record names it', async () => {
    vi.stubEnv('POLYTAG_DECODER', 'native');
    expect((await probeAudio(goldenPath('s16.flac'))).decoder).toMatch(
      /^libsndfile 1\.2\.2 \(soundfile 0\.14\.0\), /,
    );
    expect((await probeAudio(goldenPath('opus.opus'))).decoder).toMatch(/^opus-decoder/);
  });

  it.each(GOLDEN_FILES.filter((name) => /\.(mp3|flac)$/.test(name)))(
    'has the samples of libsndfile’s own reading: %s',
    async (name) => {
      const { length, channels } = goldenAudio(name);
      const decoded = (await decodeBy('native', goldenPath(name))) as Audio;
      expect(decoded.channels[0].length).toBe(length);
      // To the bit on the kind of processor that the reference was made on.
      for (const [i, channel] of channels.entries())
        expect(relativeError(thin(decoded.channels[i]), channel)).toBeLessThan(ROUNDING.mp3);
    },
  );

  it.each(GOLDEN_FILES)('equals WebAssembly: %s', (name) => expectEqual(goldenPath(name), name));

  it.each(Object.keys(ODD_FILES))('judges odd files as WebAssembly does: %s', (name) =>
    expectEqual(bytesSource(ODD_FILES[name][0], name), name),
  );

  it('mixes channels to what their mean is, to the bit', async () => {
    const files = await filesOfEveryFormat();
    const loud = { channels: [tone(12, 44_100), tone(12, 44_100, 330)], sampleRate: 44_100 };
    files['long.mp3'] = await encodeAudio(loud, 'mp3', { bitRate: 192 });
    for (const name of ['stereo.mp3', 'stereo.flac', 'long.mp3', 'mono.mp3']) {
      const apart = await decodeAudio(files[name]);
      const mixed = await decodeAudio(files[name], { mono: true });
      expect(mixed.channels, name).toEqual([toMono(apart.channels)]);
      expect(mixed.errors).toBe(apart.errors);
    }
  });

  it('gives no mix of a file that has a sample which no recording has', () => {
    const decoder = findNativeDecoder().decoder!;
    const wav = (right: number): Uint8Array => {
      const bytes = Buffer.alloc(44 + 8 * 8);
      bytes.write('RIFF', 0, 'latin1');
      bytes.writeUInt32LE(bytes.length - 8, 4);
      bytes.write('WAVEfmt ', 8, 'latin1');
      for (const [at, value] of [
        [16, 16],
        [20, (2 << 16) | 3],
        [24, 8000],
        [28, 64_000],
        [32, (32 << 16) | 8],
      ])
        bytes.writeUInt32LE(value, at);
      bytes.write('data', 36, 'latin1');
      bytes.writeUInt32LE(64, 40);
      for (let n = 0; n < 16; n++) bytes.writeFloatLE(n === 5 ? right : 0.25, 44 + 4 * n);
      return bytes;
    };
    const form = { sampleRate: 8000, channels: 2, samples: 8, mono: true };
    expect(decoder.decode(wav(0.75), form)).toEqual([
      Float32Array.of(0.25, 0.25, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25),
    ]);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e30])
      expect(decoder.decode(wav(value), form), String(value)).toBeNull();
  });

  it('has the samples of one decoder at the borders of batches', async () => {
    const audio = { channels: [tone(25, RATE), tone(25, RATE, 330)], sampleRate: RATE };
    // A constant bit rate, of which the least needs the longest look back.
    for (const bitRate of [32, 128, 320]) {
      const bytes = await encodeAudio(audio, 'mp3', { bitRate });
      await expectEqual(bytesSource(bytes, `${bitRate}.mp3`), `${bitRate}.mp3`);
    }
    const slow = { channels: [tone(40, 16_000)], sampleRate: 16_000 };
    await expectEqual(bytesSource(await encodeAudio(slow, 'mp3', { bitRate: 8 }), '8.mp3'), '8.mp3');
    await expectEqual(bytesSource(await encodeAudio(audio, 'flac'), 'long.flac'), 'long.flac');
  });

  it('goes over to WebAssembly in the middle of a file without a seam', async () => {
    const bytes = await encodeAudio({ channels: [tone(25, RATE)], sampleRate: RATE }, 'mp3', { bitRate: 64 });
    const { decoder } = findNativeDecoder();
    let batches = 0;
    const once: NativeDecoder = {
      name: 'once',
      decode: (file, form) => (batches++ === 0 ? decoder!.decode(file, form) : null),
    };
    const { samples } = await decodeWith(once, bytes);
    const wasm = (await decodeBy('wasm', bytes)) as Audio;
    expect([batches, samples.length]).toEqual([2, wasm.channels[0].length]);
    expect(relativeError(samples, wasm.channels[0])).toBeLessThan(ROUNDING.mp3);
  });

  it('takes joined files, changes of channels, and gaps as WebAssembly does', async () => {
    const stereo = await encodeAudio(
      { channels: [tone(1, RATE), tone(1, RATE, 330)], sampleRate: RATE },
      'mp3',
    );
    const mono = await encodeAudio({ channels: [tone(1, RATE)], sampleRate: RATE }, 'mp3');
    const golden = goldenBytes('stereo_44k.mp3');
    const frames = framesOf(stereo);
    const made: Record<string, Uint8Array[]> = {
      'joined.mp3': [golden, golden, golden],
      'mono-first.mp3': [mono, stereo],
      'stereo-first.mp3': [stereo, mono, stereo],
      'gap.mp3': [...frames.slice(0, 10), Buffer.from('not a frame'), ...frames.slice(12)],
      'begins-late.mp3': framesOf(mono).slice(7),
      'joined.flac': [goldenBytes('s16.flac'), goldenBytes('s16.flac')],
      'of-another-rate.flac': [goldenBytes('s16.flac'), goldenBytes('s24.flac')],
    };
    for (const [name, parts] of Object.entries(made))
      await expectEqual(bytesSource(Buffer.concat(parts), name), name);
  });

  it('is neither brought down by damage, nor judges it differently', { timeout: 60_000 }, async () => {
    const files = await filesOfEveryFormat();
    for (const name of ['stereo.mp3', 'mono.mp3', 'stereo.flac'])
      for (const [mutation, mutate] of Object.entries(MUTATIONS))
        for (let round = 0; round < 5; round++) {
          const bytes = mutate(files[name], seedrandom(`native ${name} ${mutation} ${round}`));
          await expectEqual(bytesSource(bytes, name), name);
        }
    vi.stubEnv('POLYTAG_DECODER', undefined);
    const random = seedrandom('native');
    const { decoder } = findNativeDecoder();
    for (let round = 0; round < 100; round++) {
      const bytes = files[round % 2 === 0 ? 'stereo.mp3' : 'stereo.flac'].slice();
      for (let i = 0; i < 40; i++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      const decoded = decoder!.decode(bytes, { sampleRate: RATE, channels: 2, samples: 40_000 });
      expect(decoded?.map(({ length }) => length) ?? [40_000, 40_000]).toEqual([40_000, 40_000]);
    }
  });

  it('decodes in several threads at once, and keeps features apart by their decoder', async () => {
    const features = { waveform: { kind: 'waveform', settings: { sampleRate: 16_000 } } };
    const names = ['stereo_44k.mp3', 's16.flac', 'mono_16k.mp3', 's24.flac', 'vbr_48k.mp3', 'mono_8k.mp3'];
    const keys: string[] = [];
    const extracted: Record<string, Extracted>[] = [];
    for (const decoder of ['native', 'wasm']) {
      vi.stubEnv('POLYTAG_DECODER', decoder);
      keys.push(featureKey(features.waveform));
      const pool = new ExtractPool(features, 3);
      const replies = await Promise.all(names.map((name) => pool.extract(goldenPath(name), ['waveform'])));
      extracted.push(Object.fromEntries(names.map((name, i) => [name, replies[i] as Extracted])));
      await pool.close();
    }
    expect(keys[0]).not.toBe(keys[1]);
    const [native, wasm] = extracted;
    for (const name of names)
      expect(differenceOf(native[name].values.waveform, wasm[name].values.waveform), name).toBeLessThan(1e-5);
    // Rounding shows that another decoder was used.
    expect(native['stereo_44k.mp3'].values.waveform).not.toEqual(wasm['stereo_44k.mp3'].values.waveform);
  });

  it.skipIf(process.platform !== 'linux')('says nothing of damaged frames', async () => {
    const bytes = await encodeAudio({ channels: [tone(2, RATE)], sampleRate: RATE }, 'mp3');
    for (let at = 2000; at < bytes.length; at += 500) bytes.fill(0xa5, at, at + 100);
    const path = join(await mkdtemp(join(tmpdir(), 'polytag-native-')), 'damaged.mp3');
    await writeFile(path, bytes);
    const code = `import { decodeAudio } from ${JSON.stringify(pathToFileURL(resolve('dist/audio/index.js')).href)};
      const { channels } = await decodeAudio(${JSON.stringify(path)});
      console.log(channels[0].length > 40_000);`;
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', code],
      { env: { ...process.env, POLYTAG_DECODER: 'native' } },
    );
    expect([stdout, stderr]).toEqual(['true\n', '']);
    await rm(dirname(path), { recursive: true });
  });

  const shared = hasReference
    ? ['odd-audio', 'faults/reports', 'faults/attacks'].flatMap((folder) =>
        readdirSync(referencePath('data', folder))
          .filter((name) => /\.(mp3|flac|ogg|opus|wav)$/.test(name))
          .map((name) => join('data', folder, name)),
      )
    : ['of ../shared'];
  it.for(shared)('recordings of ../shared: %s', async (path, ctx) => {
    needsShared(ctx);
    await expectEqual(referencePath(path), path);
  });
});
