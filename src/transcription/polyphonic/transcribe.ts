/** A recording with any number of voices to notes, tempo and key. */
import { resample } from '../../audio/resample.js';
import type { InputQuality } from '../input-quality.js';
import { keyOfNotes } from '../melody.js';
import { fitTempo } from '../tempo.js';
import type { NoteList } from '../transcribe.js';
import { ActivationStream, type Activations } from './activations.js';
import { type BasicPitch, NETWORK_RATE } from './basic-pitch.js';
import { createNotes, type NoteCreationSettings, type PolyphonicNote } from './create-notes.js';

/** How a recording becomes notes. */
export interface PolyphonicSettings extends NoteCreationSettings {
  /** In quarters per minute. Default: fitted to the onsets. */
  tempo?: number;
}

/** A recording as notes that may sound together; there is no one pitch curve. */
export interface PolyphonicTranscription extends NoteList {
  notes: PolyphonicNote[];
  f0: null;
}

/** Recordings up to this long, in seconds: a chord's notes are chosen with all others in view, 68 kB per second. */
export const LONGEST_POLYPHONIC = 3600;

/** Recordings whose peak is below this are silent: −70 dB of full scale. */
const SILENT = 10 ** (-70 / 20);

/** Onsets within this many seconds are of one chord. */
const CHORD = 0.05;

/** The first onset of each chord. */
function chordOnsets(notes: readonly PolyphonicNote[]): number[] {
  const onsets: number[] = [];
  for (const { onset } of notes) if (!(onset - onsets[onsets.length - 1] < CHORD)) onsets.push(onset);
  return onsets;
}

/** Notes and the rest from what the network said. Throws RangeError for a setting out of range. */
export function transcribeActivations(
  activations: Activations,
  seconds: number,
  { tempo, ...settings }: PolyphonicSettings = {},
): PolyphonicTranscription {
  const notes = createNotes(activations, settings);
  return {
    notes,
    // Pitches are semitones of A = 440 Hz.
    tuningCents: 0,
    tempo: tempo ?? fitTempo(chordOnsets(notes)),
    key: keyOfNotes(notes, 0),
    f0: null,
    seconds,
  };
}

/** A transcription of a recording that comes in pieces, and what its samples are like. */
export class PolyphonicStream {
  private readonly stream: ActivationStream;

  constructor(network: BasicPitch) {
    this.stream = new ActivationStream(network);
  }

  /**
   * Takes the next samples, mono, at `NETWORK_RATE`. Throws RangeError for samples that are not finite, and for a
   * recording longer than an hour.
   */
  push(samples: Float32Array): void {
    if (this.seconds + samples.length / NETWORK_RATE > LONGEST_POLYPHONIC)
      throw new RangeError(
        `The recording is longer than ${LONGEST_POLYPHONIC / 60} minutes, more than basic-pitch transcribes at once; cut it, or set its duration.`,
      );
    this.stream.push(samples);
  }

  /** Seconds so far. */
  get seconds(): number {
    return this.stream.check.received / NETWORK_RATE;
  }

  /** Of the samples so far; any number of voices is as it should be. */
  get quality(): InputQuality {
    const { peak, clipped } = this.stream.check;
    return { peak, clipped, clear: peak < SILENT ? null : 1 };
  }

  /** Ends the recording. Throws RangeError for a setting out of range. */
  finish(settings: PolyphonicSettings = {}): PolyphonicTranscription {
    return transcribeActivations(this.stream.finish(), this.seconds, settings);
  }
}

/**
 * Transcribes a recording with any number of voices or instruments, by Basic Pitch.
 *
 * @param recording - mono samples and their rate in Hz, an hour at most
 * @param network - as `openBasicPitch` gives it
 * @returns notes that may sound together, tempo and key; silence has no notes
 * @throws RangeError for a setting out of range, samples that are not numbers, or a longer recording
 */
export function transcribePolyphonic(
  { samples, sampleRate }: { samples: Float32Array; sampleRate: number },
  network: BasicPitch,
  settings: PolyphonicSettings = {},
): PolyphonicTranscription {
  const stream = new PolyphonicStream(network);
  stream.push(resample(samples, sampleRate, NETWORK_RATE));
  return stream.finish(settings);
}
