/** What FLAC states (checksums, numbers of frames, samples in all) against what is decoded. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { probeAudio } from '../../src/audio/open.js';
import { noise } from '../features/known-signals.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { tone } from './made-files.js';

const RATE = 44_100;
const stereo = { channels: [tone(1, RATE), tone(1, RATE, 330)], sampleRate: RATE };
let file: Buffer;
/** Where the frames begin, and the end of the file. */
let starts: number[];
/** Samples of a frame. */
let size: number;

beforeAll(async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  file = Buffer.from(await encodeAudio(stereo, 'flac'));
  // The encoder does not know the length when it writes the header.
  file.writeUInt32BE(RATE, 22);
  size = file.readUInt16BE(8);
  let at = 4;
  for (let isLast = false; !isLast; at += 4 + file.readUIntBE(at + 1, 3)) isLast = (file[at] & 0x80) !== 0;
  starts = [];
  // A frame of a fixed size carries its number, which is below 128 here.
  for (; at < file.length; at++)
    if (file[at] === 0xff && file[at + 1] === 0xf8 && file[at + 4] === starts.length) starts.push(at);
  starts.push(file.length);
  expect(starts.length - 1).toBe(Math.ceil(RATE / size));
});

describe('FLAC', () => {
  it('is damaged where it is cut, with all frames before', async () => {
    for (let share = 10; share < 100; share += 10) {
      const length = Math.floor((file.length * share) / 100);
      const { channels, errors, missing } = await decodeAudio(file.subarray(0, length));
      const whole = starts.filter((start) => start <= length).length - 1;
      expect([channels[0].length, errors], `${share} %`).toEqual([whole * size, 1]);
      expect(missing, `${share} %`).toBeCloseTo(1 - (whole * size) / RATE, 9);
    }
    const { errors, missing } = await decodeAudio(file.subarray(0, starts[3]));
    expect(errors).toBe(1);
    expect(missing).toBeCloseTo(1 - (3 * size) / RATE, 9);
  });

  it('leaves out a damaged frame, and one that is not there', async () => {
    const whole = await decodeAudio(file);
    const flipped = Buffer.from(file);
    flipped[starts[2] + 500] ^= 4;
    const dropped = Buffer.concat([file.subarray(0, starts[2]), file.subarray(starts[3])]);
    for (const bytes of [flipped, dropped]) {
      const { channels, errors, missing } = await decodeAudio(bytes);
      expect([channels[0].length, errors]).toEqual([RATE - size, 1]);
      expect(missing).toBeCloseTo(size / RATE, 9);
      expect(relativeError(channels[0].subarray(2 * size), whole.channels[0].subarray(3 * size))).toBe(0);
    }
  });

  it('is whole where it does not state its length', async () => {
    const unknown = Buffer.from(file);
    unknown[21] &= 0xf0;
    unknown.fill(0, 22, 26);
    expect((await probeAudio(unknown)).duration).toBeNull();
    expect(await decodeAudio(unknown)).toMatchObject({ errors: 0, missing: 0 });
    const cut = await decodeAudio(unknown.subarray(0, starts[2] + 100));
    expect(cut).toMatchObject({ errors: 1, missing: null });
  });

  it('has its last frame where the checksum ends in 0, with and without zeros behind it', async () => {
    const length = 1000;
    let found = 0;
    for (let seed = 1; found < 2 && seed < 3000; seed++) {
      const bytes = await encodeAudio({ channels: [noise(length, seed)], sampleRate: 16_000 }, 'flac');
      if (bytes.at(-1) !== 0) continue;
      found++;
      for (const filler of [0, 1, 5000]) {
        const { channels, errors } = await decodeAudio(Buffer.concat([bytes, Buffer.alloc(filler)]));
        expect([channels[0].length, errors], `${filler} zeros`).toEqual([length, 0]);
      }
    }
    expect(found).toBe(2);
  });

  it('states its length', async () => {
    const bytes = await encodeAudio(stereo, 'flac');
    expect((await probeAudio(Buffer.from(bytes))).duration).toBe(1);
    expect(Buffer.from(bytes)).toEqual(file);
  });

  it('gives both of two files that were joined', async () => {
    const { channels, errors } = await decodeAudio(Buffer.concat([file, file]));
    expect([channels[0].length, errors]).toEqual([2 * RATE, 0]);
  });

  it('is found behind junk, and ends before it', async () => {
    const junk = Buffer.from('<html>not this</html>'.repeat(40));
    const { channels, errors } = await decodeAudio(Buffer.concat([junk, file, junk]));
    expect([channels[0].length, errors]).toEqual([RATE, 0]);
  });

  it('refuses a rate that cannot be', async () => {
    const slow = Buffer.from(file);
    slow.writeUIntBE((7 << 4) | (slow[20] & 15), 18, 3);
    await expect(decodeAudio(slow)).rejects.toThrow(/at 7 Hz, which cannot be/);
  });

  it.for(['flac_id3v1.flac', 'flac_id3_footer.flac'])('%s of ../shared is whole', async (name, ctx) => {
    if (!hasReference) needsShared(ctx);
    const { channels, errors } = await decodeAudio(referencePath('data', 'faults', 'reports', name));
    expect([channels[0].length, errors]).toEqual([RATE, 0]);
  });
});
