/** What MP4 states (tables, fragments, edits) against what is decoded, and bare AAC. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { DamagedAudio } from '../../src/audio/audio.js';
import { decodeAudio } from '../../src/audio/decode.js';
import { makeConfig } from '../../src/audio/formats/aac/config.js';
import { boxes, child } from '../../src/audio/formats/mp4/boxes.js';
import { readTrack } from '../../src/audio/formats/mp4/track.js';
import { probeAudio } from '../../src/audio/open.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { adtsFile, box, type Mp4Content, mp4File } from './broken/mp4-writer.js';
import { goldenBytes } from './golden.js';

const UNIT = 1024;
const golden = goldenBytes('aac.m4a');
const goldenMovie = [...boxes(golden)].find(({ type }) => type === 'moov')!.content;
const goldenTrack = readTrack(goldenMovie);
/** The golden file's access units: 0.5 s at 44.1 kHz after 1024 samples that the encoder put before. */
const units = [...goldenTrack.units()].map(({ offset, size }) => golden.subarray(offset, offset + size));
const PRIMING = UNIT;
const LENGTH = 22_050;
const asc = (goldenTrack.codec as { asc: Uint8Array }).asc;
const RATE_INDEX = 4;

const file = (options: Partial<Mp4Content> = {}): Buffer =>
  mp4File({ units, asc, sampleRate: 44_100, channels: 2, edits: [[PRIMING, LENGTH]], ...options });

let whole: Float32Array;
beforeAll(async () => {
  whole = (await decodeAudio(file({ edits: [] }))).channels[0];
});

beforeAll(() => {
  vi.stubEnv('POLYTAG_FFMPEG', 'none');
});

describe('MP4', () => {
  it('holds what ffmpeg wrote, in the tables of this test’s writer', async () => {
    const { channels } = await decodeAudio(golden);
    expect(relativeError((await decodeAudio(file())).channels[0], channels[0])).toBe(0);
    expect(whole.length).toBe(units.length * UNIT);
  });

  it.each<[string, Partial<Mp4Content>]>([
    ['with its header at the end', { isFastStart: false }],
    ['as QuickTime, configuration in a box wave', { isQuickTime: true }],
    ['beside pictures', { hasPictures: true, movieDuration: 44_100 * 5 }],
  ])('is decoded %s', async (_, options) => {
    const { channels, errors } = await decodeAudio(file(options));
    expect([channels[0].length, errors]).toEqual([LENGTH, 0]);
    expect((await probeAudio(file(options))).duration).toBeCloseTo(0.5, 9);
  });

  it.each([1, 5, 1000])('is decoded in fragments of %i units', async (perFragment) => {
    const bytes = file({ perFragment, edits: [] });
    const { channels, errors, missing } = await decodeAudio(bytes);
    expect([errors, missing]).toEqual([0, 0]);
    expect(relativeError(channels[0], whole)).toBe(0);
    expect((await probeAudio(bytes)).duration).toBeCloseTo(whole.length / 44_100, 9);
    const edited = await decodeAudio(file({ perFragment, edits: [[PRIMING, 0]] }));
    expect(relativeError(edited.channels[0], whole.subarray(PRIMING))).toBe(0);
  });

  it.each([0, 1, 82, 942, 1023, 1024, 1500, 9000])('begins at sample %i as its edit says', async (start) => {
    const { channels, errors } = await decodeAudio(file({ edits: [[start, 5000]] }));
    expect(errors).toBe(0);
    expect(relativeError(channels[0], whole.subarray(start, start + 5000))).toBe(0);
  });

  it('leaves out pauses, and joins what several edits play', async () => {
    const delayed = file({
      edits: [
        [-1, 44_100],
        [PRIMING, LENGTH],
      ],
    });
    expect((await decodeAudio(delayed)).channels[0].length).toBe(LENGTH);
    expect((await probeAudio(delayed)).duration).toBeCloseTo(0.5, 9);
    const { channels } = await decodeAudio(
      file({
        edits: [
          [2000, 3000],
          [9000, 1000],
        ],
      }),
    );
    const expected = [...whole.subarray(2000, 5000), ...whole.subarray(9000, 10_000)];
    expect(relativeError(channels[0], expected)).toBe(0);
  });

  it('joins edits whose durations a coarse scale of time rounds, and cuts where they end', async () => {
    const edits: [number, number][] = [
      [PRIMING, 7000],
      [PRIMING + 7000, 7000],
      [PRIMING + 14_000, 4410],
    ];
    const { channels } = await decodeAudio(file({ edits, movieScale: 1000 }));
    expect(relativeError(channels[0], whole.subarray(PRIMING, PRIMING + 18_410))).toBe(0);
    const part = file({ edits: [[PRIMING, 4410]], movieScale: 1000 });
    expect((await decodeAudio(part)).channels[0].length).toBe(4410);
    expect((await probeAudio(part)).duration).toBeCloseTo(0.1, 9);
  });

  it('plays edits in their order, and again where they say so', async () => {
    const edits: [number, number][] = [
      [9000, 2000],
      [2000, 3000],
      [5000, 1000],
      [2000, 500],
    ];
    const bytes = file({ edits });
    const { channels, errors } = await decodeAudio(bytes);
    const expected = edits.flatMap(([start, count]) => [...whole.subarray(start, start + count)]);
    expect([channels[0].length, errors]).toEqual([expected.length, 0]);
    expect(relativeError(channels[0], expected)).toBe(0);
    expect((await probeAudio(bytes)).duration).toBeCloseTo(expected.length / 44_100, 9);
    const often = Array.from({ length: 20 }, (): [number, number] => [2000, 100]);
    await expect(decodeAudio(file({ edits: often }))).rejects.toThrow(/in too many turns by its edit list/);
  });

  it('is damaged where fragments are missing or come once more, by the times that they state', async () => {
    const perFragment = 5;
    const all = Array.from({ length: Math.ceil(units.length / perFragment) }, (_, i) => i);
    const open = (order: number[]) => decodeAudio(file({ perFragment, edits: [], hasTimes: true, order }));
    expect((await open(all)).errors).toBe(0);
    const twice = await open([0, 1, 1, ...all.slice(2)]);
    expect([twice.errors, relativeError(twice.channels[0], whole)]).toEqual([1, 0]);
    const gap = await open(all.filter((i) => i !== 2));
    expect([gap.errors, gap.channels[0].length]).toEqual([1, whole.length - perFragment * UNIT]);
    expect(gap.missing).toBeCloseTo((perFragment * UNIT) / 44_100, 9);
    expect((await open(all.slice(0, -1))).errors).toBe(1);
    // Of a broadcast that is recorded from its middle nothing is missing.
    expect((await open(all.slice(2))).errors).toBe(0);
  });

  it('is damaged where it is cut, and tells how much is missing', async () => {
    const bytes = file({ edits: [] });
    const media = bytes.length - units.reduce((sum, { length }) => sum + length, 0);
    for (const count of [3, 10, units.length - 1]) {
      const end = media + units.slice(0, count).reduce((sum, { length }) => sum + length, 0);
      for (const cut of [bytes.subarray(0, end), bytes.subarray(0, end + 20)]) {
        const { channels, errors, missing } = await decodeAudio(cut);
        expect([channels[0].length, errors]).toEqual([count * UNIT, 1]);
        expect(missing).toBeCloseTo(((units.length - count) * UNIT) / 44_100, 9);
      }
    }
    await expect(decodeAudio(bytes.subarray(0, media + 100), { damage: 'fail' })).rejects.toThrow(
      DamagedAudio,
    );
    const late = file({ isFastStart: false });
    await expect(decodeAudio(late.subarray(0, -30))).rejects.toThrow();
    await expect(decodeAudio(late.subarray(0, 5000))).rejects.toThrow(/no header of the movie/);
    const parts = file({ perFragment: 5, edits: [] });
    const decoded = await decodeAudio(parts.subarray(0, -50));
    expect([decoded.channels[0].length, decoded.errors]).toEqual([(units.length - 1) * UNIT, 1]);
    // Inside a fragment's header, or even in the length of it.
    const last = parts.lastIndexOf('moof') - 4;
    for (const end of [last + 3, last + 20])
      expect((await decodeAudio(parts.subarray(0, end))).errors).toBe(1);
  });

  it('says what it holds where that is not read', async () => {
    const bytes = file();
    const renamed = (from: string, to: string): Buffer =>
      Buffer.from(bytes.toString('latin1').replace(from, to), 'latin1');
    await expect(decodeAudio(renamed('mp4a', 'ac-3'))).rejects.toThrow(/holds ac-3, which is not supported/);
    await expect(decodeAudio(renamed('mp4a', 'enca'))).rejects.toThrow(/holds encrypted sound/);
    await expect(decodeAudio(renamed('soun', 'text'))).rejects.toThrow(/has no audio track/);
    expect(child(goldenMovie, 'trak', 'mdia', 'minf', 'stbl', 'stsd')).not.toBeNull();
  });

  it('allocates nothing because a table says so', async () => {
    const bytes = file({ edits: [] });
    for (const [type, at] of [
      ['stsz', 12],
      ['stco', 8],
      ['stsc', 8],
      ['stts', 8],
    ] as const) {
      const lying = Buffer.from(bytes);
      lying.writeUInt32BE(0xffff_fff0, lying.indexOf(type) + at - 4 + 4);
      const decoded = await decodeAudio(lying).catch((error: unknown) => {
        expect(error).toBeInstanceOf(DamagedAudio);
        return null;
      });
      if (decoded) expect(decoded.channels[0].length).toBeLessThanOrEqual(units.length * UNIT);
    }
    expect(box('free').length).toBe(8);
  });
});

describe('bare AAC', () => {
  it('has all its units, the first too', async () => {
    const { channels, errors, sampleRate } = await decodeAudio(adtsFile(units, RATE_INDEX, 2));
    expect([sampleRate, errors]).toEqual([44_100, 0]);
    expect(relativeError(channels[0], whole)).toBe(0);
  });

  it.each([
    [6, 24_000],
    [7, 22_050],
    [8, 16_000],
    [10, 11_025],
    [11, 8000],
  ])('keeps a low rate (index %i: %i Hz) where no SBR is in it', async (index, rate) => {
    // The tables of bands differ by rate, so that the sound is another; silence is the same.
    const { silentFrame } = await import('../../src/audio/formats/aac/config.js');
    const silence = Array<Uint8Array>(20).fill(silentFrame(2)!);
    const bytes = adtsFile(silence, index, 2);
    expect(await probeAudio(bytes)).toMatchObject({ sampleRate: rate, channels: 2 });
    const { channels, errors } = await decodeAudio(bytes);
    expect([channels[0].length, errors]).toEqual([20 * UNIT, 0]);
  });

  // Silence of fdk-aac in HE-AAC (the first two units), filled up to a constant length.
  it.each([
    [
      48_000,
      249,
      '2111450014500146ddf2415d0800000000706000c00dfa6214',
      '2111450014500146ad21100000000d0c00000dfac214',
    ],
    [
      96_000,
      121,
      '2111450014500146f01dd241790800000000001c0c0001800dea0214',
      '2111450014500146cd21100000000003418000000dea8214',
    ],
  ])('has the rate that SBR makes (%i Hz) where it begins in silence', async (rate, length, ...begins) => {
    const silence = begins.map((hex) => {
      const begin = Buffer.from(hex, 'hex');
      return Buffer.concat([begin, Buffer.alloc(length - begin.length - 1, 0xb4), Uint8Array.of(0xbc)]);
    });
    const coreIndex = rate === 48_000 ? 6 : 3;
    const count = 30;
    const units = [silence[0], ...Array.from({ length: count - 1 }, () => silence[1])];
    const decoded = await decodeAudio(adtsFile(units, coreIndex, 2));
    expect([decoded.sampleRate, decoded.errors]).toEqual([rate, 0]);
    expect(decoded.channels.map((channel) => channel.length)).toEqual([count * 2048, count * 2048]);
    const asc = makeConfig(2, coreIndex, 2);
    const edited = await decodeAudio(
      mp4File({ units, asc, sampleRate: rate / 2, channels: 2, edits: [[0, count * 1024]] }),
    );
    expect([edited.sampleRate, edited.errors]).toEqual([rate, 0]);
    expect(edited.channels[0].length).toBe(count * 2048);
  });

  it('is damaged where a unit is cut or broken', async () => {
    const bytes = adtsFile(units, RATE_INDEX, 2);
    expect((await decodeAudio(bytes.subarray(0, -20))).errors).toBe(1);
    const holed = Buffer.concat([bytes.subarray(0, 3000), bytes.subarray(3100)]);
    expect((await decodeAudio(holed)).errors).toBeGreaterThan(0);
  });
});

describe('recordings of ../shared', () => {
  const files: Record<string, [samples: number, errors: number, rate: number]> = {
    'aac_frag.mp4': [46_080, 0, 44_100],
    'qt.mov': [44_100, 0, 44_100],
    'truncated_faststart.m4a': [28_672, 1, 44_100],
    'b22.aac': [23_552, 0, 22_050],
  };
  it.for(Object.entries(files))('%s', async ([name, expected], ctx) => {
    if (!hasReference) needsShared(ctx);
    const decoded = await decodeAudio(referencePath('data', 'faults', 'reports', name));
    expect([decoded.channels[0].length, decoded.errors, decoded.sampleRate]).toEqual(expected);
  });
});
