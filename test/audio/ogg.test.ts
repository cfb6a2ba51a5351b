/** What Ogg states (pages, serial numbers, positions, gain) against what is decoded. */
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { flacParts } from '../../src/audio/formats/flac/frames.js';
import type { FlacFrame } from '../../src/audio/formats/flac/header.js';
import { pageChecksum } from '../../src/audio/formats/ogg/pages.js';
import { probeAudio } from '../../src/audio/open.js';
import { ByteReader, bytesSource } from '../../src/audio/source.js';
import { relativeError } from '../features/reference.js';
import { hasReference, needsShared, referencePath } from '../reference.js';
import { packetsOf, page, type StreamOptions, streamPages } from './broken/ogg-writer.js';
import { goldenBytes } from './golden.js';

const opusPackets = packetsOf(goldenBytes('opus.opus'));
const [opusHead, opusTags, ...opusSound] = opusPackets;
/** Of the golden file: 26 packets of 20 ms, 312 samples before the sound, and 24,000 of it. */
const PRE_SKIP = 312;
const LENGTH = 24_000;

const opus = (options: Partial<StreamOptions> = {}): Uint8Array[] =>
  streamPages({
    headers: [opusHead, opusTags],
    packets: opusSound,
    samples: opusSound.map(() => 960),
    end: PRE_SKIP + LENGTH,
    ...options,
  });

const [vorbisHead, vorbisTags, vorbisSetup, ...vorbisSound] = packetsOf(goldenBytes('vorbis.ogg'));
/** Positions after the pages of the golden file: 15 packets, and all 27. */
const VORBIS_ENDS = [12_992, 22_050];

/** The golden Vorbis file, with the serial number and the last position given. */
const vorbis = (serial = 1, end = VORBIS_ENDS[1]): Uint8Array[] => [
  page({ serial, sequence: 0, granule: 0, flags: { first: true }, packets: [vorbisHead] }),
  page({ serial, sequence: 1, granule: 0, packets: [vorbisTags, vorbisSetup] }),
  page({ serial, sequence: 2, granule: VORBIS_ENDS[0], packets: vorbisSound.slice(0, 15) }),
  page({ serial, sequence: 3, granule: end, flags: { last: true }, packets: vorbisSound.slice(15) }),
];

/** An OpusHead packet with one byte changed. */
const headWith = (change: (head: Buffer) => void): Uint8Array => {
  const head = Buffer.from(opusHead);
  change(head);
  return head;
};

/** A page without the mark of the last one. */
const unended = (bytes: Uint8Array): Uint8Array => {
  const open = Buffer.from(bytes);
  open[5] &= ~4;
  open.writeUInt32LE(pageChecksum(open), 22);
  return open;
};

const decode = async (pages: Uint8Array[], cut = 0) => {
  const bytes = Buffer.concat(pages);
  return decodeAudio(bytes.subarray(0, bytes.length - cut));
};

beforeAll(() => {
  // The decoders report every damaged packet to the console.
  vi.spyOn(console, 'error').mockImplementation(() => {});
});

beforeAll(() => {
  vi.stubEnv('POLYTAG_FFMPEG', 'none');
});

describe('Ogg FLAC', () => {
  // FFmpeg ends a stream with an empty packet.
  const [flacHead, flacComment, ...flacSound] = packetsOf(goldenBytes('flac.oga')).filter(
    ({ length }) => length > 0,
  );
  const flacPages = (head: Uint8Array, extra: Uint8Array[] = []): Uint8Array[] =>
    streamPages({
      headers: [head, flacComment, ...extra],
      packets: flacSound,
      samples: flacSound.map((_, i) => (i < flacSound.length - 1 ? 4608 : 22_050 % 4608)),
      perPage: 1,
    });
  /** The head with a number of header packets after it. */
  const counting = (count: number): Uint8Array => {
    const head = Buffer.from(flacHead);
    head.writeUInt16BE(count, 7);
    return head;
  };

  it('is read with header packets that are counted and that are not', async () => {
    const golden = await decodeAudio(goldenBytes('flac.oga'));
    expect(golden.channels[0]).toHaveLength(22_050);
    const padding = Buffer.from([0x81, 0, 0, 4, 0, 0, 0, 0]);
    for (const pages of [
      flacPages(counting(1)),
      flacPages(counting(2), [padding]),
      flacPages(counting(0)),
      flacPages(counting(0), [padding]),
    ])
      expect((await decode(pages)).channels).toEqual(golden.channels);
  });

  it('is damaged where a page is missing or its end is cut off', async () => {
    const pages = flacPages(flacHead);
    const holed = await decode(pages.filter((_, i) => i !== 3));
    expect(holed).toMatchObject({ errors: 1, missing: 4608 / 44_100 });
    expect(holed.channels[0]).toHaveLength(22_050 - 4608);
    const cut = await decode(pages, 100);
    expect(cut).toMatchObject({ errors: 1, missing: (22_050 % 4608) / 44_100 });
    expect(cut.channels[0]).toHaveLength(4 * 4608);
  });

  it('is refused in a sentence where its header is cut', async () => {
    const head = flacHead.subarray(0, 20);
    await expect(
      decode([page({ sequence: 0, granule: 0, flags: { first: true }, packets: [head] })]),
    ).rejects.toThrow(/has no FLAC header/);
  });
});

describe('Ogg', () => {
  it('is decoded to the same samples however its pages are made', async () => {
    const golden = await decodeAudio(goldenBytes('opus.opus'));
    for (const perPage of [1, 7, 26]) {
      const { channels, errors } = await decode(opus({ perPage }));
      expect(errors).toBe(0);
      expect(relativeError(channels[0], golden.channels[0])).toBe(0);
    }
  });

  it.each([300, 5000, 70_000, 500_000])('passes over tags of %i bytes, on many pages', async (bytes) => {
    const tags = Buffer.concat([opusTags, Buffer.alloc(bytes, 'la ')]);
    const { channels, errors } = await decode(opus({ headers: [opusHead, tags] }));
    expect([channels[0].length, errors]).toEqual([LENGTH, 0]);
  });

  it('puts a packet of sound together that lies on two pages', async () => {
    const pages = opus({ packets: opusSound.slice(0, 20), samples: Array(20).fill(960), end: 19_200 });
    const plain = await decode(pages);
    const long = opusSound[0];
    const parts = [
      ...pages.slice(0, 2),
      page({ sequence: 2, granule: -1, packets: [long.subarray(0, 255)], goesOn: true }),
      page({
        sequence: 3,
        granule: 19_200,
        flags: { continued: true, last: true },
        packets: [long.subarray(255), ...opusSound.slice(1, 20)],
      }),
    ];
    expect(long.length).toBeGreaterThan(255);
    const { channels, errors } = await decode(parts);
    expect(errors).toBe(0);
    expect(relativeError(channels[0], plain.channels[0])).toBe(0);
  });

  it('never makes more of a cut file than its whole pages hold, and says that it is cut', async () => {
    const bytes = Buffer.concat(opus({ perPage: 5 }));
    for (let share = 5; share < 100; share += 5) {
      const part = bytes.subarray(0, Math.floor((bytes.length * share) / 100));
      const decoded = await decodeAudio(part).catch(() => null);
      if (!decoded) continue;
      expect(decoded.errors, `${share} %`).toBeGreaterThan(0);
      expect((decoded.channels[0].length + PRE_SKIP) % (5 * 960), `${share} %`).toBe(0);
      expect(decoded.channels[0].length / LENGTH, `${share} %`).toBeLessThan(share / 100);
      await expect(decodeAudio(part, { damage: 'fail' })).rejects.toThrow(/is damaged/);
    }
  });

  it('is cut where its last page is missing, even between two pages', async () => {
    expect(await decode(opus().slice(0, -1))).toMatchObject({ errors: 1, missing: null });
    expect((await decode(vorbis().slice(0, -1))).errors).toBe(1);
  });

  it('tells by the page in which it ends how much is missing', async () => {
    const { errors, missing } = await decode(opus({ perPage: 13 }), 10);
    expect(errors).toBe(1);
    expect(missing).toBeCloseTo((24_312 - 13 * 960) / 48_000, 9);
  });

  it('leaves out a page whose checksum does not fit, and counts its time', async () => {
    const pages = opus({ perPage: 5 });
    pages[3][100] ^= 1;
    const { channels, errors, missing } = await decode(pages);
    expect([channels[0].length, errors, missing]).toEqual([LENGTH - 5 * 960, 1, 0.1]);
  });

  it('leaves out a lost page of Vorbis, and goes on without the packet before it', async () => {
    // With a position behind its end, the last page is not cut.
    const end = 23_000;
    const pages = vorbis(1, end);
    const whole = await decode(pages);
    expect(whole.errors).toBe(0);
    pages[2][200] ^= 1;
    const { channels, errors, missing } = await decode(pages);
    expect(errors).toBe(1);
    expect(channels[0].length / 44_100 + missing!).toBeCloseTo(end / 44_100, 9);
    expect(missing!).toBeGreaterThan(VORBIS_ENDS[0] / 44_100);
    // What is left is the end of the sound, not something between two distant packets.
    expect(relativeError(channels[0].slice(-5000), whole.channels[0].slice(-5000))).toBe(0);
  });

  it('gives all links of a chain, each of its own length', async () => {
    const end = PRE_SKIP + 9000;
    const short = { packets: opusSound.slice(0, 10), samples: Array(10).fill(960), end };
    const chain = [...opus(), ...opus({ serial: 2, ...short }), ...opus({ serial: 3 })];
    const { channels, errors } = await decode(chain);
    expect([channels[0].length, errors]).toEqual([2 * LENGTH + 9000, 0]);
    const { duration } = await probeAudio(Buffer.concat(chain));
    expect(duration).toBeCloseTo((2 * LENGTH + 9000) / 48_000, 9);
    const twice = [...vorbis(), ...vorbis()];
    expect((await decode(twice)).channels[0].length).toBe(44_100);
    expect((await probeAudio(Buffer.concat(twice))).duration).toBe(1);
  });

  it('takes the first of streams that lie beside each other', async () => {
    const [first, second] = [opus({ serial: 7 }), opus({ serial: 9, perPage: 4 })];
    const mixed = [first[0], second[0]];
    for (let i = 1; i < second.length; i++) mixed.push(...first.slice(i, i + 1), second[i]);
    const { channels, errors } = await decode(mixed);
    expect([channels[0].length, errors]).toEqual([LENGTH, 0]);
  });

  it('finds sound beside a stream of another kind that begins first', async () => {
    const theora = Buffer.concat([Buffer.from('\x80theora'), Buffer.alloc(35)]);
    const picture = { serial: 5, sequence: 0, granule: 0, flags: { first: true }, packets: [theora] };
    const pages = vorbis(6);
    const frame = page({ serial: 5, sequence: 1, granule: 1, packets: [theora] });
    const { channels, errors } = await decode([page(picture), pages[0], frame, ...pages.slice(1)]);
    expect([channels[0].length, errors]).toEqual([22_050, 0]);
    await expect(decode([page(picture), frame])).rejects.toThrow(
      /no Vorbis, Opus or FLAC stream, but theora/,
    );
  });

  it.each([
    [-6, 0.5012],
    [3.5, 1.4962],
  ])('applies a gain of %d dB', async (decibels, factor) => {
    const head = headWith((bytes) => bytes.writeInt16LE(Math.round(decibels * 256), 16));
    const plain = await decode(opus());
    const { channels } = await decode(opus({ headers: [head, opusTags] }));
    const scaled = plain.channels[0].map((sample) => sample * factor);
    expect(relativeError(channels[0], scaled)).toBeLessThan(1e-4);
  });

  it.each([1, 2, 3, 30])('cuts a file of one page at %i ms as its position says', async (ms) => {
    const count = Math.ceil((PRE_SKIP + 48 * ms) / 960);
    const options = { packets: opusSound.slice(0, count), samples: Array(count).fill(960) };
    const { channels, errors } = await decode(opus({ ...options, end: PRE_SKIP + 48 * ms }));
    expect([channels[0].length, errors]).toEqual([48 * ms, 0]);
  });

  it('begins where its first position says', async () => {
    const { channels, errors } = await decode(opus({ begin: 480_000, end: 480_000 + PRE_SKIP + LENGTH }));
    expect([channels[0].length, errors]).toEqual([LENGTH, 0]);
  });

  it('refuses headers that cannot be', async () => {
    const bad = [
      headWith((head) => head.writeUInt8(0, 9)),
      headWith((head) => head.writeUInt8(9, 9)),
      headWith((head) => head.writeUInt8(2, 18)),
      headWith((head) => head.writeUInt8(1, 18)),
    ];
    for (const head of bad)
      await expect(decode(opus({ headers: [head, opusTags] }))).rejects.toThrow(/states|mapping family/);
    const pages = vorbis();
    pages[0][42] = 255;
    await expect(decode(pages)).rejects.toThrow(/no intact first Ogg page/);
    const fast = Buffer.from(vorbisHead);
    fast.writeUInt32LE(16_733_730, 12);
    pages[0] = page({ sequence: 0, granule: 0, flags: { first: true }, packets: [fast] });
    await expect(decode(pages)).rejects.toThrow(/16733730 Hz, which cannot be/);
  });

  it('is FLAC, whose lost and missing pages are damage', async () => {
    const tone = Float32Array.from({ length: 30_000 }, (_, n) => 0.3 * Math.sin(n / 9));
    const file = await encodeAudio({ channels: [tone], sampleRate: 16_000 }, 'flac');
    const [sine] = (await decodeAudio(file)).channels;
    const frames: FlacFrame[] = [];
    const parts = flacParts(new ByteReader(bytesSource(file, '').chunks()), {
      onGap: () => {},
      isFrame: async () => true,
    });
    for await (const part of parts) if ('bytes' in part) frames.push(part);
    const head = Buffer.concat([Buffer.from('\x7fFLAC\x01\0\0\x01', 'latin1'), file.subarray(0, 42)]);
    const comment = Buffer.concat([Buffer.of(0x84, 0, 0, 8), Buffer.alloc(8)]);
    const samples = frames.map(({ header }) => header.samples);
    const pages = streamPages({
      headers: [head, comment],
      packets: frames.map(({ bytes }) => bytes),
      samples,
      perPage: 2,
    });
    const whole = await decode(pages);
    expect([whole.channels, whole.errors, whole.missing]).toEqual([[sine], 0, 0]);
    expect(await probeAudio(Buffer.concat(pages))).toMatchObject({
      format: 'Ogg FLAC',
      duration: 30_000 / 16_000,
    });
    const chain = await decode([...pages, ...pages]);
    expect([chain.channels[0].length, chain.errors]).toEqual([60_000, 0]);
    const cut = await decode(pages, 10);
    expect(cut.errors).toBe(1);
    expect(cut.channels[0]).toEqual(sine.subarray(0, cut.channels[0].length));
    const lost = await decode(pages.filter((_, i) => i !== 3));
    expect(lost.errors).toBe(1);
    expect(lost.missing).toBeCloseTo((samples[2] + samples[3]) / 16_000, 9);
    const empty = page({
      sequence: pages.length,
      granule: 30_000,
      flags: { last: true },
      packets: [Buffer.alloc(0)],
    });
    const open = pages.map((each, i) => (i === pages.length - 1 ? unended(each) : each));
    expect((await decode([...open, empty])).errors).toBe(0);
  });

  it('minds neither junk between its pages nor tags behind them', async () => {
    const pages = opus();
    const junk = Buffer.from('OggS is not always a page\n'.repeat(20));
    const { channels, errors } = await decode([...pages.slice(0, 3), junk, ...pages.slice(3), junk]);
    expect([channels[0].length, errors]).toEqual([LENGTH, 0]);
  });
});

describe('recordings of ../shared', () => {
  const files: Record<string, [samples: number, errors: number, channels: number]> = {
    'chain.opus': [96_000, 0, 2],
    'l_trunc.opus': [191_688, 1, 1],
    'o_art.opus': [48_000, 0, 2],
    'opus_comment_over_two_pages.opus': [48_000, 0, 2],
    'opus_gain.opus': [48_000, 0, 2],
    'opus_one_page.opus': [28_800, 0, 2],
    's51.opus': [28_800, 0, 6],
    'two.opus': [48_000, 0, 2],
    'l_trunc.ogg': [134_720, 1, 1],
  };
  it.for(Object.entries(files))('%s', async ([name, expected], ctx) => {
    if (!hasReference) needsShared(ctx);
    const { channels, errors } = await decodeAudio(referencePath('data', 'faults', 'reports', name));
    expect([channels[0].length, errors, channels.length]).toEqual(expected);
  });
});
