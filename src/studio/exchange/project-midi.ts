/** A project as a MIDI file. */
import type { MidiEvent } from 'midi-file';
import { keySignature, midiFile, midiText, type TimedEvent } from '../../transcription/outputs/midi-file.js';
import { type Project, QUARTER_TICKS } from '../project/schema.js';
import { pieceTicks, placedPassages } from '../project/timeline.js';
import { type PlayedPart, playedParts } from './played-parts.js';

/** Controllers of General MIDI. */
export const CONTROLLERS = { volume: 7, pan: 10 } as const;

/** The value of controller 7 for a volume from 0 to 1. */
export const volumeController = (volume: number): number => Math.round(127 * volume);

/** The value of controller 10 for a place from -1 (left) to 1: 64 is the middle. */
export const panController = (pan: number): number => Math.round(64 + 63 * pan);

const at = (ticks: number, event: TimedEvent['event']): TimedEvent => ({ ticks, event });

/** Clocks of a click of the metronome, and thirty-seconds of a quarter: MIDI's usual values. */
const CLICK = { metronome: 24, thirtyseconds: 8 };

/** A time signature of some ticks, or null where no signature has as many. */
function signatureOf(ticks: number): { numerator: number; denominator: number } | null {
  for (const denominator of [4, 8, 16, 32, 64]) {
    const unit = (4 * QUARTER_TICKS) / denominator;
    if (ticks % unit === 0 && ticks / unit < 256) return { numerator: ticks / unit, denominator };
  }
  return null;
}

/** The meter; a pickup is a first bar of its own, with a signature of its length where there is one. */
function meterEvents({ beats, pickup }: Project): TimedEvent[] {
  const meter = { numerator: beats, denominator: 4 };
  const event = (signature: typeof meter): MidiEvent => ({
    ...{ deltaTime: 0, meta: true, type: 'timeSignature' },
    ...{ ...signature, ...CLICK },
  });
  if (pickup === 0) return [at(0, event(meter))];
  return [at(0, event(signatureOf(pickup) ?? meter)), at(pickup, event(meter))];
}

/** The first track: title, meter, key, tempo, and a marker where each passage begins. */
function conductorEvents(project: Project): TimedEvent[] {
  const { title, tempo, key } = project;
  const markers = placedPassages(project).map(({ name, start }) =>
    at(start, { deltaTime: 0, meta: true, type: 'marker', text: midiText(name) }),
  );
  return [
    at(0, { deltaTime: 0, meta: true, type: 'trackName', text: midiText(title) }),
    ...meterEvents(project),
    ...(key ? [at(0, keySignature(key))] : []),
    at(0, {
      ...{ deltaTime: 0, meta: true, type: 'setTempo' },
      microsecondsPerBeat: Math.round(60e6 / tempo),
    }),
    ...markers,
    at(pieceTicks(project), { deltaTime: 0, meta: true, type: 'endOfTrack' }),
  ];
}

function partEvents({ track, port, channel, notes }: PlayedPart): TimedEvent[] {
  const controller = (controllerType: number, value: number): TimedEvent =>
    at(0, { deltaTime: 0, type: 'controller', channel, controllerType, value });
  return [
    at(0, { deltaTime: 0, meta: true, type: 'trackName', text: midiText(track.name) }),
    at(0, { deltaTime: 0, meta: true, type: 'portPrefix', port }),
    at(0, { deltaTime: 0, type: 'programChange', channel, programNumber: track.tone.program }),
    controller(CONTROLLERS.volume, volumeController(track.volume)),
    controller(CONTROLLERS.pan, panController(track.pan)),
    ...notes.flatMap(({ start, end, pitch, velocity }) => [
      at(start, { deltaTime: 0, type: 'noteOn', channel, noteNumber: pitch, velocity }),
      at(end, { deltaTime: 0, type: 'noteOff', channel, noteNumber: pitch, velocity: 0 }),
    ]),
  ];
}

/**
 * A project as a MIDI file of format 1 and 480 ticks per quarter. The first track has title, meter, key, tempo and a marker
 * for each passage, in the order in which they are played; then comes one track for each that sounds (`mute` and `solo` are
 * kept to), with its name, program, volume (controller 7) and pan (10). Drums are on channel 10. Pitched tracks take the
 * other 15 channels; the sixteenth and later ones are on a further port, which sequencers and MuseScore read and simple
 * players ignore, so that they play them with the instruments of the first. Times, pitches and velocities are exact, the
 * tempo to a microsecond of a quarter; a note ends at the latest where the next of its pitch begins.
 */
export const projectMidi = (project: Project): Uint8Array =>
  midiFile([conductorEvents(project), ...playedParts(project).map(partEvents)]);
