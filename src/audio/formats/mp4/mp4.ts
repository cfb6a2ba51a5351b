/** AAC and Apple Lossless in MP4, M4A and QuickTime. */
import { DamagedAudio, type OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { joinBytes } from '../../samples.js';
import { type ByteReader, type ByteSource, bytesSource } from '../../source.js';
import { AAC_DECODER, startUnits, type UnitDecoder } from '../aac/decoder.js';
import { type AudioFormat, spells, UnsupportedAudio, viewOf } from '../format.js';
import { readBoxHeader } from './boxes.js';
import { lastListed, readFragment } from './fragments.js';
import { readTrack, type Track, type Unit } from './track.js';
import { inOrder, passesOf, type Window, windowsOf } from './window.js';

/** Largest header that is read into memory, in bytes: more than 24 hours need. */
const LARGEST_HEADER = 1 << 26;

/** Bytes that are read at a time, and most units that are decoded at a time. */
const READ = 1 << 18;
const BATCH = 32;

/** Units that are looked at before the first is decoded. */
const AHEAD = 50;

/** Most times that the sound is decoded because edits play it out of order. */
const MOST_PASSES = 16;

/** A source that can be read anywhere. */
type Seekable = ByteSource & Required<Pick<ByteSource, 'read' | 'size'>>;

/** A stream lies in memory: its table of contents may be at its end. */
async function seekable(source: ByteSource, reader: ByteReader): Promise<Seekable> {
  if (source.read && source.size !== undefined) return source as Seekable;
  const parts: Uint8Array[] = [new Uint8Array(reader.position)];
  for await (const part of reader.rest()) parts.push(part);
  return bytesSource(joinBytes(parts), source.name) as Seekable;
}

/** Where a box of the file begins, and its kind. */
interface Place {
  type: string;
  begin: number;
  headerLength: number;
  length: number;
  /** Whether the file ends before it, or in its header. */
  isCut: boolean;
}

async function* placesOf(source: Seekable, from: number): AsyncGenerator<Place, void> {
  for (let begin = from; begin < source.size; ) {
    const header = readBoxHeader(await source.read(begin, 16));
    const left = source.size - begin;
    if (!header) {
      yield { type: '', headerLength: 0, begin, length: left, isCut: true };
      return;
    }
    const isCut = Number.isFinite(header.length) && header.length > left;
    yield { ...header, begin, length: Math.min(header.length, left), isCut };
    begin += header.length;
  }
}

const contentOf = async (source: Seekable, { begin, headerLength, length }: Place): Promise<Uint8Array> =>
  source.read(begin + headerLength, Math.min(length - headerLength, LARGEST_HEADER));

/** A track with all its units: those of the tables, or those of the fragments. */
interface Content {
  track: Track;
  /** Of the media, in units of its time. */
  length: number;
  units: Iterable<Unit>;
  /** Whether a fragment, or more, is missing at the end by what the file states. */
  isCut: boolean;
  /** Places where fragments are missing or come once more, and the seconds that are missing there. */
  breaks: { count: number; seconds: number };
}

/** Share of a second, or of a longer fragment, by which a fragment may begin beside the end of the one before: rounding. */
const FRAGMENT_SLACK = 0.02;

async function readContent(source: Seekable, base: number): Promise<Content> {
  let track: Track | null = null;
  const fragments: Unit[] = [];
  let length = 0;
  /** Where the index of the segments says that they end. */
  let stated = 0;
  let isCut = false;
  /** Where the fragments so far end; null where they do not tell. */
  let end: number | null = null;
  const breaks = { count: 0, seconds: 0 };
  for await (const place of placesOf(source, base)) {
    // Of media the units tell what is missing.
    isCut ||= place.isCut && place.type !== 'mdat';
    if (place.type === 'moov') {
      track = readTrack(await contentOf(source, place));
      end = null;
    } else if (place.type === 'mfra' && track && end !== null) {
      const last = lastListed(await contentOf(source, place), track.id);
      isCut ||= last !== null && last > end - FRAGMENT_SLACK * track.timescale;
    } else if (place.type === 'sidx')
      stated = Math.max(stated, segmentsEnd(await contentOf(source, place), place));
    else if (place.type === 'moof' && track) {
      const fragment = readFragment(await contentOf(source, place), place.begin - base, track);
      const { begin } = fragment;
      const slack = FRAGMENT_SLACK * Math.max(track.timescale, fragment.length);
      const gap: number = begin === null || end === null ? 0 : begin - end;
      if (Math.abs(gap) > slack) breaks.count++;
      // What came already comes once more.
      if (gap < -slack) continue;
      if (gap > slack) breaks.seconds += gap / track.timescale;
      end = begin === null ? null : begin + fragment.length;
      for (const unit of fragment.units) fragments.push(unit);
      length += fragment.length;
    }
  }
  if (!track) throw new DamagedAudio('has no header of the movie: it is cut, or was not finished');
  const isFragmented = fragments.length > 0;
  return {
    track,
    length: isFragmented ? length : track.length,
    units: isFragmented ? fragments : { [Symbol.iterator]: () => track.units()[Symbol.iterator]() },
    isCut: stated > source.size || (isFragmented && isCut),
    breaks,
  };
}

/** Where the last segment of an index ends in the file. */
function segmentsEnd(sidx: Uint8Array, { begin, length }: Place): number {
  if (sidx.length < 24) return 0;
  const view = viewOf(sidx);
  const isLong = sidx[0] === 1;
  const offsetAt = isLong ? 20 : 16;
  const countAt = isLong ? 30 : 22;
  if (sidx.length < countAt + 2) return 0;
  let end = begin + length + (isLong ? Number(view.getBigUint64(offsetAt)) : view.getUint32(offsetAt));
  for (let i = 0, at = countAt + 2; i < view.getUint16(countAt) && at + 12 <= sidx.length; i++, at += 12)
    end += view.getUint32(at) & 0x7fffffff;
  return end;
}

/** The bytes of units in order, in batches; those that the file does not hold are counted by `onMissing`. */
async function* readUnits(
  source: Seekable,
  base: number,
  units: Iterable<Unit>,
  onMissing: (count: number) => void,
): AsyncGenerator<Uint8Array[], void> {
  let window: { begin: number; bytes: Uint8Array } = { begin: 0, bytes: new Uint8Array(0) };
  let batch: Uint8Array[] = [];
  for (const { offset, size } of units) {
    const from = base + offset;
    const isInside = from >= window.begin && from + size <= window.begin + window.bytes.length;
    if (!isInside && from + size <= source.size)
      window = { begin: from, bytes: await source.read(from, Math.max(READ, size)) };
    const at = from - window.begin;
    if (size === 0 || at < 0 || at + size > window.bytes.length) {
      onMissing(1);
      continue;
    }
    batch.push(window.bytes.subarray(at, at + size));
    if (batch.length < BATCH) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* samplesOf(
  decoder: UnitDecoder,
  batches: AsyncIterable<Uint8Array[]>,
  windows: Window[] | null,
  unitSeconds: number,
  damage: Damage,
): AsyncGenerator<Float32Array[], void> {
  const cut = inOrder(windows);
  try {
    for await (const units of batches) {
      const { channels, errors } = decoder.decode(units);
      if (errors > 0) damage.add(errors, errors * unitSeconds);
      if (channels[0]?.length) yield* cut(channels);
    }
    const rest = windows === null ? [] : decoder.finish();
    if (rest[0]?.length) yield* cut(rest);
  } catch (error) {
    if (!(error instanceof DamagedAudio)) throw error;
    damage.add();
  } finally {
    decoder.free();
  }
}

/** Kinds of boxes that files begin with: most state their type, old QuickTime files do not. */
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'wide', 'styp', 'moof'];

/** MP4, M4A and QuickTime; priming, padding and cuts by the edit list or iTunes' own tag. */
export const mp4: AudioFormat = {
  name: 'AAC',
  decoder: AAC_DECODER,
  matches: (head) => FIRST_BOXES.some((type) => spells(head, 4, type)),
  async open(reader, given): Promise<OpenAudio> {
    const base = reader.position;
    const source = await seekable(given, reader);
    const { track, length, units, isCut, breaks } = await readContent(source, base);
    const damage = new Damage();
    let lost = 0;
    const batches = readUnits(source, base, units, (count) => {
      lost += count;
    });
    const { value: first } = await batches.next();
    if (!first) throw new DamagedAudio('holds no access units: it is cut');
    const decoder = await startUnits(track.codec, first.slice(0, AHEAD));
    const { sampleRate, channels } = decoder;
    const windows = await windowsOf(track, length, decoder);
    const [pass, ...more] = passesOf(windows);
    if (more.length >= MOST_PASSES)
      throw new UnsupportedAudio('plays its sound in too many turns by its edit list');
    const count = [...units].length;
    const unitSeconds = length / track.timescale / Math.max(1, count);
    const all = async function* (): AsyncGenerator<Uint8Array[], void> {
      yield first;
      yield* batches;
      if (breaks.count > 0) damage.add(breaks.count, breaks.seconds);
      if (lost > 0) damage.add(1, lost * unitSeconds);
      else if (isCut) damage.add();
    };
    const seconds = windows
      ? windows.reduce((sum, window) => sum + window.seconds, 0)
      : length / track.timescale;
    const duration = Number.isFinite(seconds) && seconds > 0 ? seconds : null;
    return {
      info: { format: mp4.name, decoder: mp4.decoder, sampleRate, channels, duration },
      blocks: (async function* () {
        yield* samplesOf(decoder, all(), pass, unitSeconds, damage);
        // What edits play once more, or out of order, is decoded once more; its damage is counted already.
        for (const again of more) {
          const next = await startUnits(track.codec, first.slice(0, AHEAD));
          const batches = readUnits(source, base, units, () => {});
          yield* samplesOf(next, batches, again, unitSeconds, new Damage());
        }
      })(),
      errors: () => damage.errors,
      missing: () => damage.missing,
    };
  },
};
