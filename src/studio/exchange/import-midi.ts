/** MIDI files as projects. */
import { type MidiData, type MidiEvent, parseMidi } from 'midi-file';
import { UsageError } from '../../base/errors.js';
import type { Key } from '../../features/harmony/key.js';
import { fileText } from '../../transcription/songs/readers/reader.js';
import { QUARTER_TICKS } from '../project/schema.js';
import { type FileNote, type FilePart, type Imported, importedProject } from './imported.js';
import { DRUM_CHANNEL } from './played-parts.js';
import { CONTROLLERS } from './project-midi.js';

/** Bytes before the events of a chunk. */
const CHUNK_HEAD = 8;

const damaged = (name: string, what: string): UsageError =>
  new UsageError(`${name} ${what}; export it again from the program that made it.`);

/**
 * Looks whether all chunks lie within the file: the library reads beyond the end as if there were zeros.
 *
 * @throws UsageError where they do not
 */
function checkChunks(bytes: Uint8Array, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const tagAt = (at: number): string => String.fromCharCode(...bytes.subarray(at, at + 4));
  if (bytes.length < CHUNK_HEAD + 6 || tagAt(0) !== 'MThd')
    throw new UsageError(`${name} is not a MIDI file; choose one that ends in .mid.`);
  const wanted = view.getUint16(10);
  let tracks = 0;
  for (let at = CHUNK_HEAD + view.getUint32(4); tracks < wanted; ) {
    const length = at + CHUNK_HEAD <= bytes.length ? view.getUint32(at + 4) : Number.POSITIVE_INFINITY;
    if (at + CHUNK_HEAD + length > bytes.length)
      throw damaged(name, `is cut off: it has ${tracks} whole tracks of ${wanted}`);
    if (tagAt(at) === 'MTrk') tracks++;
    at += CHUNK_HEAD + length;
  }
}

/** @throws UsageError for what is no MIDI file, damaged, or without bars and beats */
function parsed(bytes: Uint8Array, name: string): MidiData & { quarter: number } {
  checkChunks(bytes, name);
  let file: MidiData;
  try {
    // Its types ask for an array; it takes bytes as well.
    file = parseMidi(bytes as unknown as ArrayLike<number>);
  } catch {
    throw damaged(name, 'is damaged: one of its events cannot be read');
  }
  const { format, ticksPerBeat } = file.header;
  if (!ticksPerBeat) throw damaged(name, 'counts time in frames of film, not in beats');
  if (format === 2) throw damaged(name, 'is a collection of separate patterns (format 2)');
  return { ...file, quarter: ticksPerBeat };
}

const textOf = (text: string): string =>
  fileText(Uint8Array.from(text, (letter) => letter.charCodeAt(0))).trim();

/** An event and its time in ticks of a project. */
type Timed<T extends MidiEvent['type']> = Extract<MidiEvent, { type: T }> & { at: number };

const TONICS = { major: 0, minor: 9 } as const;

function keyOf({ key, scale }: Timed<'keySignature'>): Key | null {
  if (!(key >= -7 && key <= 7)) return null;
  const mode = scale === 1 ? 'minor' : 'major';
  return { tonic: (((7 * key + TONICS[mode]) % 12) + 12) % 12, mode };
}

/** The parts of a track, one for each channel that has notes. */
function partsOf(track: readonly MidiEvent[], scale: number): FilePart[] {
  interface Channel {
    notes: FileNote[];
    program: number;
    volume: number | null;
    pan: number | null;
  }
  const channels = new Map<number, Channel>();
  const channelAt = (channel: number): Channel => {
    const own = channels.get(channel) ?? { notes: [], program: 0, volume: null, pan: null };
    channels.set(channel, own);
    return own;
  };
  const sounding = new Map<number, FileNote[]>();
  let name = '';
  let now = 0;
  for (const event of track) {
    now += event.deltaTime * scale;
    if (event.type === 'trackName') name ||= textOf(event.text);
    if (event.type === 'programChange') {
      const own = channelAt(event.channel);
      if (own.notes.length === 0) own.program = event.programNumber & 127;
    } else if (event.type === 'controller') {
      const own = channelAt(event.channel);
      if (event.controllerType === CONTROLLERS.volume) own.volume ??= event.value / 127;
      if (event.controllerType === CONTROLLERS.pan) own.pan ??= (event.value - 64) / 63;
    } else if (event.type === 'noteOn' || event.type === 'noteOff') {
      const key = 128 * event.channel + event.noteNumber;
      const own = sounding.get(key) ?? [];
      sounding.set(key, own);
      if (event.type === 'noteOn' && event.velocity > 0) {
        const note = { start: now, length: 0, pitch: event.noteNumber, velocity: event.velocity };
        own.push(note);
        channelAt(event.channel).notes.push(note);
      } else {
        const ended = own.shift();
        if (ended) ended.length = now - ended.start;
      }
    }
  }
  // A note that the file never ends lasts as long as the track.
  for (const own of sounding.values()) for (const note of own) note.length = now - note.start;
  return [...channels]
    .filter(([, { notes }]) => notes.length > 0)
    .map(([channel, own]) => ({ name, drums: channel === DRUM_CHANNEL, ...own }));
}

/**
 * The events of some type of all tracks in order of time, those of a value that is in force already left out.
 *
 * @param value - what an event sets
 */
function changesOf<T extends MidiEvent['type']>(
  tracks: readonly (readonly MidiEvent[])[],
  scale: number,
  type: T,
  value: (event: Timed<T>) => string,
): Timed<T>[] {
  const all = tracks.flatMap((track) => {
    let now = 0;
    return track.flatMap((event): Timed<T>[] => {
      now += event.deltaTime * scale;
      return event.type === type ? [{ ...(event as Extract<MidiEvent, { type: T }>), at: now }] : [];
    });
  });
  all.sort((a, b) => a.at - b.at);
  return all.filter((event, i) => i === 0 || value(event) !== value(all[i - 1]));
}

/**
 * Reads a MIDI file (format 0 or 1) as a project: a track for each track and channel with notes, with name, program, volume
 * and pan; times in ticks of 480 per quarter; tempo, meter and key are the file's first; a passage for each marker. A first
 * bar that is shorter than the meter after it is a pickup, as `projectMidi` writes one.
 *
 * @param name - the file, for messages and for the title of a file that has none
 * @throws UsageError for a file that is damaged, is none of MIDI, or does not count time in beats
 */
export function importMidi(bytes: Uint8Array, name: string): Imported {
  const { tracks, quarter } = parsed(bytes, name);
  const scale = QUARTER_TICKS / quarter;
  const warnings: string[] = [];
  const tempos = changesOf(tracks, scale, 'setTempo', (event) => String(event.microsecondsPerBeat)).filter(
    ({ microsecondsPerBeat }) => microsecondsPerBeat > 0,
  );
  if (tempos.length > 1)
    warnings.push(
      `The tempo changes ${tempos.length - 1 === 1 ? 'once' : `${tempos.length - 1} times`}; the project keeps the first, ${Math.round(60e6 / tempos[0].microsecondsPerBeat)} quarters a minute.`,
    );
  const meters = changesOf(
    tracks,
    scale,
    'timeSignature',
    (event) => `${event.numerator}/${event.denominator}`,
  );
  const ticksOf = ({ numerator, denominator }: Timed<'timeSignature'>): number =>
    (numerator * 4 * QUARTER_TICKS) / denominator;
  const everySignature = changesOf(tracks, scale, 'timeSignature', (event) => String(event.at));
  // A second signature before the first bar ends: what comes before it is a pickup.
  const second = everySignature.find(({ at }) => at > 0);
  const isPickup = second !== undefined && second.at < ticksOf(second);
  const meter = isPickup ? second : meters[0];
  const later = meters.filter((event) => event.at > (meter?.at ?? 0));
  if (later.length > 0)
    warnings.push(
      `The meter changes; the project keeps ${meter.numerator}/${meter.denominator}, so bar lines may lie elsewhere.`,
    );
  const keys = changesOf(tracks, scale, 'keySignature', (event) => `${event.key} ${event.scale}`);
  if (keys.length > 1) warnings.push('The key signature changes; the project keeps the first.');
  const markers = changesOf(tracks, scale, 'marker', ({ at, text }) => `${at} ${text}`);
  const parts = tracks.map((track) => partsOf(track, scale));
  const title =
    parts[0]?.length === 0
      ? tracks[0].find(
          (event): event is Extract<MidiEvent, { type: 'trackName' }> => event.type === 'trackName',
        )
      : undefined;
  const ends = tracks.map((track) => scale * track.reduce((sum, { deltaTime }) => sum + deltaTime, 0));
  return importedProject(
    {
      title: (title && textOf(title.text)) || name.replace(/\.[^.]*$/, ''),
      tempo: tempos.length > 0 ? 60e6 / tempos[0].microsecondsPerBeat : null,
      meter: meter ? ticksOf(meter) / QUARTER_TICKS : null,
      pickup: isPickup ? second.at : 0,
      key: keys.length > 0 ? keyOf(keys[0]) : null,
      parts: parts.flat(),
      marks: markers.map(({ at, text }) => ({ at, name: textOf(text) })),
      end: Math.max(0, ...ends),
    },
    name,
    warnings,
  );
}
