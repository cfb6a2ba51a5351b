/** Writes MP4 and QuickTime files, plain and fragmented, and bare AAC, out of access units. */

const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, 4 * i);
  return bytes;
};

/** A box. */
export function box(type: string, ...content: Uint8Array[]): Buffer {
  const body = Buffer.concat(content);
  return Buffer.concat([u32(body.length + 8), Buffer.from(type, 'latin1'), body]);
}

/** How a file is written. */
export interface Mp4Content {
  units: Uint8Array[];
  /** AudioSpecificConfig. */
  asc: Uint8Array;
  sampleRate: number;
  channels: number;
  /** Media times and durations (both in samples; −1: a pause) of the edit list. Default: none. */
  edits?: [start: number, duration: number][];
  /** Whether the movie header comes before the media. Default: true. */
  isFastStart?: boolean;
  /** Whether the configuration lies in a box `wave`, as QuickTime has it. Default: false. */
  isQuickTime?: boolean;
  /** Units in each fragment; 0: no fragments. Default: 0. */
  perFragment?: number;
  /** Duration that the movie header states, in samples. Default: that of the units. */
  movieDuration?: number;
  /** Units of the movie's time (in which edits state durations) in a second. Default: the sample rate. */
  movieScale?: number;
  /** Which fragments are written, by their numbers. Default: each once. */
  order?: number[];
  /** Whether fragments state when they begin, and an index at the end lists them. Default: false. */
  hasTimes?: boolean;
  /** A track of pictures before the sound. Default: none. */
  hasPictures?: boolean;
}

const UNIT = 1024;

function soundDescription({ asc, channels, sampleRate, isQuickTime }: Mp4Content): Buffer {
  const config = Buffer.concat([Uint8Array.of(5, asc.length), asc]);
  const decoder = Buffer.concat([Uint8Array.of(4, 13 + config.length, 0x40, 0x15), Buffer.alloc(11), config]);
  const descriptor = Buffer.concat([Uint8Array.of(3, 3 + decoder.length, 0, 1, 0), decoder]);
  const esds = box('esds', u32(0), descriptor);
  const entry = Buffer.alloc(isQuickTime ? 44 : 28);
  entry.writeUInt16BE(1, 6);
  entry.writeUInt16BE(isQuickTime ? 1 : 0, 8);
  entry.writeUInt16BE(channels, 16);
  entry.writeUInt16BE(16, 18);
  entry.writeUInt32BE((sampleRate << 16) >>> 0, 24);
  const inner = isQuickTime ? box('wave', box('frma', Buffer.from('mp4a')), esds) : esds;
  return box('stsd', u32(0, 1), box('mp4a', entry, inner));
}

function track(content: Mp4Content, offset: number): Buffer {
  const { units, sampleRate, edits = [], perFragment = 0 } = content;
  const listed = perFragment > 0 ? [] : units;
  const tables = [
    soundDescription(content),
    box('stts', listed.length > 0 ? u32(0, 1, listed.length, UNIT) : u32(0, 0)),
    box('stsc', listed.length > 0 ? u32(0, 1, 1, listed.length, 1) : u32(0, 0)),
    box('stsz', u32(0, 0, listed.length, ...listed.map(({ length }) => length))),
    box('stco', listed.length > 0 ? u32(0, 1, offset) : u32(0, 0)),
  ];
  const { movieScale = sampleRate } = content;
  const list = edits.flatMap(([start, duration]) => [
    Math.floor((duration * movieScale) / sampleRate),
    start,
    0x10000,
  ]);
  return box(
    'trak',
    box('tkhd', u32(7, 0, 0, 2, 0, 0), Buffer.alloc(60)),
    ...(edits.length > 0 ? [box('edts', box('elst', u32(0, edits.length, ...list)))] : []),
    box(
      'mdia',
      box('mdhd', u32(0, 0, 0, sampleRate, listed.length * UNIT, 0)),
      box('hdlr', u32(0, 0), Buffer.from('soun'), Buffer.alloc(13)),
      box('minf', box('stbl', ...tables)),
    ),
  );
}

/** A track of another kind. */
const pictures = box(
  'trak',
  box('tkhd', u32(7, 0, 0, 1, 0, 0), Buffer.alloc(60)),
  box(
    'mdia',
    box('mdhd', u32(0, 0, 0, 1000, 5000, 0)),
    box('hdlr', u32(0, 0), Buffer.from('vide'), Buffer.alloc(13)),
    box('minf', box('stbl', box('stsd', u32(0, 1), box('avc1', Buffer.alloc(78))))),
  ),
);

function movie(content: Mp4Content, offset: number): Buffer {
  const { units, sampleRate, perFragment = 0, hasPictures = false } = content;
  const { movieDuration = perFragment > 0 ? 0 : units.length * UNIT } = content;
  const extends_ = box('mvex', box('trex', u32(0, 2, 1, UNIT, 0, 0)));
  return box(
    'moov',
    box('mvhd', u32(0, 0, 0, content.movieScale ?? sampleRate, movieDuration), Buffer.alloc(80)),
    ...(hasPictures ? [pictures] : []),
    track(content, offset),
    ...(perFragment > 0 ? [extends_] : []),
  );
}

/** @param time - when it begins; null: it does not tell */
function fragment(units: Uint8Array[], number: number, time: number | null): Buffer {
  const sizes = u32(...units.map(({ length }) => length));
  const make = (offset: number): Buffer =>
    box(
      'moof',
      box('mfhd', u32(0, number)),
      box(
        'traf',
        box('tfhd', u32(0x20000, 2)),
        ...(time === null ? [] : [box('tfdt', u32(0, time))]),
        box('trun', u32(0x201, units.length, offset), sizes),
      ),
    );
  const offset = make(0).length + 8;
  return Buffer.concat([make(offset), box('mdat', ...units)]);
}

/** Bytes of a file. */
export function mp4File(content: Mp4Content): Buffer {
  const { units, isFastStart = true, isQuickTime = false, perFragment = 0 } = content;
  const type = box('ftyp', Buffer.from(isQuickTime ? 'qt  ' : 'M4A '), u32(0));
  if (perFragment > 0) {
    const { hasTimes = false } = content;
    const numbers = Array.from({ length: Math.ceil(units.length / perFragment) }, (_, i) => i);
    const parts = (content.order ?? numbers).map((i) =>
      fragment(
        units.slice(i * perFragment, (i + 1) * perFragment),
        i + 1,
        hasTimes ? i * perFragment * UNIT : null,
      ),
    );
    const listed = numbers.flatMap((i) => [i * perFragment * UNIT, 0, 0x01010100]);
    // Each entry has a time, an offset, and three numbers of one byte.
    const entries = Buffer.concat(numbers.map((i) => u32(...listed.slice(3 * i, 3 * i + 3)).subarray(0, 11)));
    const index = hasTimes ? [box('mfra', box('tfra', u32(0, 2, 0, numbers.length), entries))] : [];
    return Buffer.concat([type, movie(content, 0), ...parts, ...index]);
  }
  const media = box('mdat', ...units);
  if (!isFastStart) return Buffer.concat([type, media, movie(content, type.length + 8)]);
  const header = movie(content, 0);
  return Buffer.concat([type, movie(content, type.length + header.length + 8), media]);
}

/** Bare AAC with a header before each unit. */
export function adtsFile(units: Uint8Array[], rateIndex: number, channels: number): Buffer {
  return Buffer.concat(
    units.flatMap((unit) => {
      const length = unit.length + 7;
      const header = Uint8Array.of(
        0xff,
        0xf1,
        (1 << 6) | (rateIndex << 2),
        (channels << 6) | (length >> 11),
        (length >> 3) & 255,
        ((length & 7) << 5) | 0x1f,
        0xfc,
      );
      return [header, unit];
    }),
  );
}
