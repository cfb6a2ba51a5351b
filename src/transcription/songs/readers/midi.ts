/** Songs of MIDI files: a part for each track and channel; drums have no melody. */
import { type MidiEvent, parseMidi } from 'midi-file';
import type { MelodyNote } from '../song.js';
import type { ReadSongs } from './reader.js';

const DRUMS = 9;

/** Channels of a track. */
const CHANNELS = 16;

/** Notes of a track by channel, in ticks. */
function notesOf(track: readonly MidiEvent[]): MelodyNote[][] {
  const channels: MelodyNote[][] = Array.from({ length: CHANNELS }, () => []);
  const sounding = new Map<number, MelodyNote[]>();
  let ticks = 0;
  for (const event of track) {
    ticks += event.deltaTime;
    if (event.type !== 'noteOn' && event.type !== 'noteOff') continue;
    const { channel, noteNumber } = event;
    if (channel === DRUMS) continue;
    const key = channel * 128 + noteNumber;
    const own = sounding.get(key) ?? [];
    sounding.set(key, own);
    if (event.type === 'noteOn' && event.velocity > 0) {
      const note = { onset: ticks, offset: ticks, pitch: noteNumber };
      own.push(note);
      channels[channel].push(note);
    } else {
      const ended = own.shift();
      if (ended) ended.offset = ticks;
    }
  }
  // A note that the file never ends lasts as long as the track.
  for (const own of sounding.values()) for (const note of own) note.offset = ticks;
  return channels.filter((notes) => notes.length > 0);
}

const isTitle = (event: MidiEvent): event is MidiEvent & { text: string } => event.type === 'trackName';

export const readMidi: ReadSongs = async (bytes) => {
  // Its types ask for an array; it takes bytes as well.
  const { tracks } = parseMidi(bytes as unknown as ArrayLike<number>);
  const name = tracks[0]?.find(isTitle)?.text.trim();
  return [{ number: null, title: name || null, parts: tracks.flatMap(notesOf) }];
};
