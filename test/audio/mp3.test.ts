/** What MP3 states (frames, bytes) against what is decoded, and files that change inside. */
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { probeAudio } from '../../src/audio/open.js';
import { bytesSource } from '../../src/audio/source.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { framesOf, vbriFrame, xingFrame } from './broken/mp3-writer.js';
import { TRAILERS } from './broken/tags.js';
import { goldenBytes } from './golden.js';
import { tone } from './made-files.js';

/** Samples of a frame of MPEG-1. */
const FRAME = 1152;
const RATE = 44_100;
const plain = await encodeAudio({ channels: [tone(1, RATE), tone(1, RATE, 330)], sampleRate: RATE }, 'mp3');
const mono = await encodeAudio({ channels: [tone(1, RATE)], sampleRate: RATE }, 'mp3');
const frames = framesOf(plain);
const size = (parts: Uint8Array[]): number => parts.reduce((sum, { length }) => sum + length, 0);

describe('MP3', () => {
  it('is damaged where frames that its first states are missing, even if it is cut between two', async () => {
    const xing = xingFrame(frames[0], frames.length);
    expect(await decodeAudio(Buffer.concat([xing, ...frames]))).toMatchObject({ errors: 0, missing: 0 });
    const cut = Buffer.concat([xing, ...frames.slice(0, 20)]);
    const { channels, errors, missing } = await decodeAudio(cut);
    expect([channels[0].length, errors]).toEqual([20 * FRAME, 1]);
    expect(missing).toBeCloseTo(((frames.length - 20) * FRAME) / RATE, 9);
    await expect(decodeAudio(cut, { damage: 'fail' })).rejects.toThrow(/a part \(at least 0\.\d+ s\)/);
    expect((await decodeAudio(cut.subarray(0, -10))).errors).toBe(1);
    expect((await decodeAudio(cut.subarray(0, -10), { damage: 'keep-good-part' })).missing).toBeGreaterThan(
      0,
    );
  });

  it('is whole where its encoder counted the tag’s own frame, and not if a frame is missing', async () => {
    const bytes = size(frames) + frames[0].length;
    const tag = xingFrame(frames[0], frames.length + 1, bytes);
    expect((await decodeAudio(Buffer.concat([tag, ...frames]))).errors).toBe(0);
    expect((await decodeAudio(Buffer.concat([tag, ...frames.slice(0, -1)]))).errors).toBe(1);
    const right = xingFrame(frames[0], frames.length, bytes);
    expect((await decodeAudio(Buffer.concat([right, ...frames.slice(0, -1)]))).errors).toBe(1);
  });

  it('loses the decoder’s delay where its encoder states a delay of 0, as by mpg123 and ffmpeg', async () => {
    const bytes = Buffer.from(goldenBytes('stereo_44k.mp3'));
    const frames = framesOf(bytes);
    const packed = bytes.indexOf('LAME') + 21;
    bytes.fill(0, packed, packed + 3);
    const expected = (frames.length - 1) * 1152 - 529;
    expect((await decodeAudio(bytes)).channels[0].length).toBe(expected);
    expect((await probeAudio(bytes)).duration).toBeCloseTo(expected / 44_100, 9);
  });

  it('says that it is of free format', async () => {
    const bytes = Buffer.concat(framesOf(goldenBytes('stereo_44k.mp3')).map((frame) => Buffer.from(frame)));
    for (const frame of framesOf(bytes)) frame[2] &= 0x0f;
    await expect(decodeAudio(bytesSource(bytes, 'free.mp3'))).rejects.toThrow(/is MP3 of free format/);
  });

  it('has no sound in a VBRI frame, which states its length', async () => {
    const tag = vbriFrame(frames[0], frames.length, size(frames) + frames[0].length);
    const file = Buffer.concat([tag, ...frames]);
    const { channels, errors } = await decodeAudio(file);
    expect([channels[0].length, errors]).toEqual([frames.length * FRAME, 0]);
    expect((await probeAudio(file)).duration).toBeCloseTo((frames.length * FRAME) / RATE, 9);
    expect((await decodeAudio(Buffer.concat([tag, ...frames.slice(2)]))).errors).toBe(1);
  });

  it('may be followed by anything where all frames that it states came', async () => {
    const junk = Buffer.from('<html>not this</html>'.repeat(200));
    const tag = xingFrame(frames[0], frames.length);
    expect((await decodeAudio(Buffer.concat([tag, ...frames, junk]))).errors).toBe(0);
    for (const trailer of Object.values(TRAILERS))
      expect((await decodeAudio(Buffer.concat([tag, ...frames.slice(3), trailer]))).errors).toBe(1);
  });

  it('is mixed to the form of its beginning where it goes from mono to stereo', async () => {
    const file = Buffer.concat([mono, plain]);
    const begin = (await decodeAudio(mono)).channels[0].length;
    const stereo = await decodeAudio(plain);
    const mixed = await decodeAudio(file, { mono: true });
    expect(mixed.errors).toBe(0);
    const rest = mixed.channels[0].subarray(begin + 2 * FRAME);
    const mean = stereo.channels[0].map((left, n) => (left + stereo.channels[1][n]) / 2).subarray(2 * FRAME);
    expect(relativeError(rest, mean)).toBeLessThan(1e-6);
    // Of two channels one is made, which is not all that the file holds.
    const apart = await decodeAudio(file);
    expect([apart.channels.length, apart.errors]).toEqual([1, 1]);
    expect(relativeError(apart.channels[0], mixed.channels[0])).toBe(0);
    const other = await decodeAudio(Buffer.concat([plain, mono]));
    expect([other.channels.length, other.errors]).toEqual([2, 0]);
    expect(relativeError(other.channels[0].slice(-20_000), other.channels[1].slice(-20_000))).toBe(0);
  });

  it('loses nothing where a file with figures is joined to one without', async () => {
    const golden = goldenBytes('stereo_44k.mp3');
    const one = (await decodeAudio(golden)).channels[0].length;
    const { channels } = await decodeAudio(Buffer.concat([golden, ...frames]));
    expect(channels[0].length).toBeGreaterThanOrEqual(one + frames.length * FRAME);
  });
});

describe('recordings of ../shared', () => {
  const files: Record<string, [samples: number, errors: number]> = {
    'm_lyrics3.mp3': [44_100, 0],
    'm_tagplus.mp3': [44_100, 0],
    'm_apev1.mp3': [44_100, 0],
    'm_id3end.mp3': [44_100, 0],
    'm_vbri.mp3': [46_080, 0],
    'cut_boundary.mp3': [54_191, 1],
  };
  it.for(Object.entries(files))('%s', async ([name, expected], ctx) => {
    if (!hasReference) needsShared(ctx);
    const { channels, errors } = await decodeAudio(referencePath('data', 'faults', 'reports', name));
    expect([channels[0].length, errors]).toEqual(expected);
  });
});
