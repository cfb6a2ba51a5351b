/** What a movie header states of an audio track: codec, access units, edits. */
import { DamagedAudio } from '../../audio.js';
import type { UnitCodec } from '../aac/decoder.js';
import { fourLetters, UnsupportedAudio, viewOf } from '../format.js';
import { boxes, child } from './boxes.js';

/** A part of the media that is played, in units of the media's time. */
export interface Edit {
  start: number;
  /** In seconds; infinite where it reaches to the end. */
  seconds: number;
  /** Seconds by which coarse units of the movie's time may have rounded it. */
  tick: number;
}

/** Where an access unit lies in the file. */
export interface Unit {
  offset: number;
  size: number;
}

/** An audio track. */
export interface Track {
  id: number;
  codec: UnitCodec;
  /** Units of time in a second. */
  timescale: number;
  /** Of the media, in its units of time; 0 where its units lie in fragments. */
  length: number;
  edits: Edit[];
  /** iTunes' list of tags; null where there is none. */
  tags: Uint8Array | null;
  /** Its access units in order. */
  units(): Iterable<Unit>;
  /** Size and duration of units in fragments that do not state their own. */
  defaults: { size: number; duration: number };
}

/** A whole number of a box that holds one behind version and flags, by what its versions have before it. */
function versioned(content: Uint8Array, short: number, long: number): number {
  const view = viewOf(content);
  return view.getUint32(content[0] === 1 ? long : short);
}

/** An object descriptor's configuration and kind of codec. */
function readDescriptor(content: Uint8Array): { kind: number; config: Uint8Array | null } {
  let kind = 0;
  for (let at = 4; at + 2 < content.length; ) {
    const tag = content[at++];
    let length = 0;
    let byte: number;
    do {
      byte = content[at++];
      length = (length << 7) | (byte & 0x7f);
    } while (byte & 0x80 && at < content.length);
    if (tag === 3) at += 3;
    else if (tag === 4) {
      kind = content[at];
      at += 13;
    } else if (tag === 5) return { kind, config: content.subarray(at, at + length) };
    else at += length;
  }
  return { kind, config: null };
}

/** Boxes of a sound's description; QuickTime has headers of three lengths, and puts some into a box `wave`. */
function* descriptionBoxes(entry: Uint8Array): Generator<{ type: string; content: Uint8Array }, void> {
  const version = entry.length > 10 ? viewOf(entry).getUint16(8) : 0;
  const from = version === 1 ? 44 : version === 2 && entry.length > 32 ? viewOf(entry).getUint32(28) - 8 : 28;
  for (const box of boxes(entry, from)) {
    yield box;
    if (box.type === 'wave') yield* boxes(box.content);
  }
}

/** Kinds of codec in a descriptor that are AAC: of MPEG-4, and the profiles of MPEG-2. */
const AAC_KINDS = [0x40, 0x66, 0x67, 0x68];

/** Codec of a track by its sample description; a name where it is not read here. */
function readCodec(stsd: Uint8Array): UnitCodec | string {
  for (const { type, content } of boxes(stsd, 8)) {
    if (type === 'enca') return 'encrypted sound';
    if (type !== 'mp4a' && type !== 'alac') return fourLetters(stsd, 12);
    for (const box of descriptionBoxes(content)) {
      if (box.type === 'alac' && box.content.length >= 24) return { alac: box.content };
      if (box.type !== 'esds') continue;
      const { kind, config } = readDescriptor(box.content);
      if (!AAC_KINDS.includes(kind)) return `sound of object type ${kind}`;
      if (config && config.length >= 2) return { asc: config };
    }
    return `${type} without a configuration`;
  }
  return 'nothing';
}

function readEdits(elst: Uint8Array | null, timescale: number, movieScale: number): Edit[] {
  if (!elst || elst.length < 8) return [];
  const view = viewOf(elst);
  const isLong = elst[0] === 1;
  const size = isLong ? 20 : 12;
  const edits: Edit[] = [];
  for (let i = 0, at = 8; i < view.getUint32(4) && at + size <= elst.length; i++, at += size) {
    const duration = isLong ? Number(view.getBigUint64(at)) : view.getUint32(at);
    const start = isLong ? Number(view.getBigInt64(at + 8)) : view.getInt32(at + 4);
    // An empty edit is a pause before the sound, which no sample of the file is.
    if (start < 0) continue;
    const isStated = duration > 0 && movieScale > 0;
    edits.push({
      start,
      seconds: isStated ? duration / movieScale : Number.POSITIVE_INFINITY,
      tick: isStated && movieScale < timescale ? 1 / movieScale : 0,
    });
  }
  return edits;
}

/** The sum of the durations of all units. */
function totalTime(stts: Uint8Array | null): number {
  if (!stts || stts.length < 8) return 0;
  const view = viewOf(stts);
  let sum = 0;
  for (let i = 0, at = 8; i < view.getUint32(4) && at + 8 <= stts.length; i++, at += 8)
    sum += view.getUint32(at) * view.getUint32(at + 4);
  return sum;
}

/** The units that the tables of a track list. */
function* listedUnits(stbl: Uint8Array): Generator<Unit, void> {
  const sizes = child(stbl, 'stsz');
  const short = child(stbl, 'stco');
  const long = child(stbl, 'co64');
  const runs = child(stbl, 'stsc');
  const offsets = short ?? long;
  if (!sizes || !offsets || !runs || sizes.length < 12 || offsets.length < 8 || runs.length < 8) return;
  const [sizeView, offsetView, runView] = [viewOf(sizes), viewOf(offsets), viewOf(runs)];
  const fixed = sizeView.getUint32(4);
  const room = fixed > 0 ? Number.POSITIVE_INFINITY : Math.floor((sizes.length - 12) / 4);
  const count = Math.min(sizeView.getUint32(8), room);
  const width = short ? 4 : 8;
  const chunks = Math.min(offsetView.getUint32(4), Math.floor((offsets.length - 8) / width));
  const entries = Math.min(runView.getUint32(4), Math.floor((runs.length - 8) / 12));
  let unit = 0;
  let run = 0;
  for (let chunk = 0; chunk < chunks; chunk++) {
    while (run + 1 < entries && runView.getUint32(8 + 12 * (run + 1)) <= chunk + 1) run++;
    const perChunk = entries > 0 ? runView.getUint32(8 + 12 * run + 4) : 1;
    const at = 8 + width * chunk;
    let offset = short ? offsetView.getUint32(at) : Number(offsetView.getBigUint64(at));
    for (let i = 0; i < perChunk && unit < count; i++, unit++) {
      const size = fixed || sizeView.getUint32(12 + 4 * unit);
      yield { offset, size };
      offset += size;
    }
  }
}

/** The list of tags; the box around it has a version in MP4 and none in QuickTime. */
function readTags(moov: Uint8Array): Uint8Array | null {
  const meta = child(moov, 'udta', 'meta');
  return meta && (child(meta.subarray(4), 'ilst') ?? child(meta, 'ilst'));
}

/** The first track of a movie header that is read here. Throws UnsupportedAudio, with what there is, where none is. */
export function readTrack(moov: Uint8Array): Track {
  const mvhd = child(moov, 'mvhd');
  const movieScale = mvhd && mvhd.length >= 24 ? versioned(mvhd, 12, 20) : 0;
  const others: string[] = [];
  for (const { type, content: trak } of boxes(moov)) {
    if (type !== 'trak') continue;
    const handler = child(trak, 'mdia', 'hdlr');
    const isSound = handler !== null && String.fromCharCode(...handler.subarray(8, 12)) === 'soun';
    const [mdhd, stbl] = [child(trak, 'mdia', 'mdhd'), child(trak, 'mdia', 'minf', 'stbl')];
    const stsd = stbl && child(stbl, 'stsd');
    if (!isSound || !mdhd || mdhd.length < 24 || !stbl || !stsd) continue;
    const codec = readCodec(stsd);
    if (typeof codec === 'string') {
      others.push(codec);
      continue;
    }
    const tkhd = child(trak, 'tkhd');
    const id = tkhd && tkhd.length >= 24 ? versioned(tkhd, 12, 20) : 0;
    const timescale = versioned(mdhd, 12, 20);
    if (timescale === 0) throw new DamagedAudio('states a scale of time of 0');
    const length = totalTime(child(stbl, 'stts'));
    const trex = [...boxes(child(moov, 'mvex') ?? new Uint8Array(0))].find(
      (box) => box.type === 'trex' && box.content.length >= 24 && viewOf(box.content).getUint32(4) === id,
    );
    const view = trex && viewOf(trex.content);
    return {
      id,
      codec,
      timescale,
      length,
      edits: readEdits(child(trak, 'edts', 'elst'), timescale, movieScale),
      tags: readTags(moov),
      units: () => listedUnits(stbl),
      defaults: { duration: view?.getUint32(12) ?? 0, size: view?.getUint32(16) ?? 0 },
    };
  }
  throw others.length > 0
    ? new UnsupportedAudio(`holds ${others.join(', ')}, which is not supported`)
    : new UnsupportedAudio('has no audio track');
}
