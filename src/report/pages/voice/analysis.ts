/** What the page draws, computed from the samples and their transcription. */
import { powerToDecibels } from '../../../features/compression.js';
import { type FeatureMatrix, zeroMatrix } from '../../../features/matrix.js';
import { spectrogram } from '../../../features/stft.js';
import { FeatureStream } from '../../../features/stream.js';
import { noteName } from '../../../transcription/facts.js';
import { semitoneOf } from '../../../transcription/melody.js';
import { midiOf } from '../../../transcription/segment.js';
import type { SungNote } from '../../../transcription/songs/alignment.js';
import type { Transcription } from '../../../transcription/transcribe.js';
import { base64, embedMatrix, embedWaveform, IMAGE_COLUMNS, PAGE_RATE } from '../../kit/timeline/embed.js';
import type { VoiceData } from './data.js';

/** Frames of 128 ms, in which a semitone can be seen from the middle of the voice up, padded for smooth rows. */
const STFT = { nFft: 4096, winLength: 2048 };

/** Rows of the spectrogram per semitone. */
const ROWS = 3;

/** Samples that are analysed at a time. */
const PIECE = 1 << 16;

/** What is drawn below the lowest and above the highest note, in semitones, and at least in all. */
const MARGIN = { below: 4, above: 6, least: 24 };

/** The range where there are no notes: that of most voices. */
const NO_NOTES = { lowest: 48, highest: 72 };

/** Pitches that are drawn at all: C1 to C8. */
const LIMITS = { low: 24, high: 108 };

/** Power that is drawn dark, below the loudest in dB. */
const DARK_DB = -60;

/** Least power that is drawn bright: some 55 dB below that of a sine at full scale. */
const QUIET = 1;

/** Semitones of the scales above the tonic. */
const SCALES = { major: [0, 2, 4, 5, 7, 9, 11], minor: [0, 2, 3, 5, 7, 8, 10] };

const hertzOf = (midi: number): number => 440 * 2 ** ((midi - 69) / 12);

function rangeOf(pitches: readonly number[]): { low: number; high: number } {
  const { lowest, highest } = pitches.reduce(
    (range, pitch) => ({
      lowest: Math.min(range.lowest, pitch),
      highest: Math.max(range.highest, pitch),
    }),
    pitches.length === 0 ? NO_NOTES : { lowest: Infinity, highest: -Infinity },
  );
  const low = Math.max(LIMITS.low, Math.floor(lowest) - MARGIN.below);
  const high = Math.min(LIMITS.high, Math.max(Math.ceil(highest) + MARGIN.above, low + MARGIN.least));
  return { low, high };
}

/** Power at evenly spaced pitches: of each frame's spectrum, what lies between the two nearest bins. */
function powerOverPitch(samples: Float32Array, hopLength: number, low: number, rows: number): FeatureMatrix {
  const places = Float64Array.from(
    { length: rows },
    (_, row) => (hertzOf(low + (row + 0.5) / ROWS) * STFT.nFft) / PAGE_RATE,
  );
  const framing = { frameLength: STFT.nFft, hopLength, padMode: 'constant' } as const;
  const stream = new FeatureStream(framing, (piece) => {
    const power = spectrogram(piece, { ...STFT, hopLength, center: false }, 2);
    const matrix = zeroMatrix(power.frames, rows);
    for (let t = 0; t < power.frames; t++)
      for (let row = 0; row < rows; row++) {
        const bin = Math.floor(places[row]);
        const part = places[row] - bin;
        const at = t * power.bands + bin;
        matrix.values[t * rows + row] = (1 - part) * power.values[at] + part * power.values[at + 1];
      }
    return matrix;
  });
  const parts: FeatureMatrix[] = [];
  for (let at = 0; at < samples.length; at += PIECE) {
    const part = stream.push(samples.subarray(at, at + PIECE));
    if (part) parts.push(part);
  }
  const last = stream.finish();
  if (last) parts.push(last);
  const whole = zeroMatrix(
    parts.reduce((sum, { frames }) => sum + frames, 0),
    rows,
  );
  let at = 0;
  for (const { values } of parts) {
    whole.values.set(values, at);
    at += values.length;
  }
  return whole;
}

/**
 * Prepares a recording and its transcription for the page: what lies within the samples.
 *
 * @param samples - mono, at PAGE_RATE, at least one
 * @param song - notes of the song that was found
 */
export function analyseVoice(
  samples: Float32Array,
  { notes, tuningCents, key, f0 }: Pick<Transcription, 'notes' | 'tuningCents' | 'key' | 'f0'>,
  song: readonly SungNote[] = [],
): Omit<VoiceData, 'playable'> {
  const seconds = samples.length / PAGE_RATE;
  const within = <Note extends { onset: number; offset: number }>(all: readonly Note[]): Note[] =>
    all
      .filter(({ onset }) => onset < seconds)
      .map((note) => ({ ...note, offset: Math.min(seconds, note.offset) }));
  const [shown, sung] = [within(notes), within(song)];
  const { low, high } = rangeOf([...shown, ...sung].map(({ pitch }) => pitch));
  // As many frames as the picture has columns, or a few times more, which are averaged.
  const hopLength = samples.length > 256 * IMAGE_COLUMNS ? 512 : 256;
  const power = powerOverPitch(samples, hopLength, low, ROWS * (high - low));
  const loudest = power.values.reduce((a, b) => Math.max(a, b), QUIET);
  const decibels = powerToDecibels(power.values, { ref: loudest, amin: 1e-12, topDb: null });
  const count = Math.min(f0.hz.length, Math.ceil(seconds / f0.hop));
  const curve = Float32Array.from({ length: count }, (_, t) =>
    f0.voiced[t] === 1 && f0.hz[t] > 0 ? midiOf(f0.hz[t]) : 0,
  );
  const named = (pitch: number): string => noteName(semitoneOf({ pitch }, tuningCents), key);
  const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
  return {
    seconds,
    waveform: embedWaveform(samples).peaks,
    range: { low, high },
    spectrogram: embedMatrix({ ...power, values: decibels }, hopLength, DARK_DB, 0),
    f0: { values: base64(curve), count, secondsPerValue: f0.hop },
    notes: shown.map(({ onset, offset, pitch, confidence }) => ({
      onset: rounded(onset, 4),
      offset: rounded(offset, 4),
      pitch: rounded(pitch, 3),
      name: named(pitch),
      confidence: rounded(confidence, 3),
    })),
    semitones: Array.from({ length: high - low + 1 }, (_, i) => ({
      pitch: low + i + tuningCents / 100,
      name: noteName(low + i, key),
      isInKey: SCALES[key?.mode ?? 'major'].includes((low + i - (key?.tonic ?? 0) + 12) % 12),
    })),
    song: sung.map(({ onset, offset, pitch, isHummed }) => ({
      onset: rounded(onset, 4),
      offset: rounded(offset, 4),
      pitch: rounded(pitch, 3),
      name: named(pitch),
      isHummed,
    })),
  };
}
