/** Pitch classes of the notes whose harmonics explain a spectrum. */
import { type FeatureMatrix, zeroMatrix } from '../matrix.js';
import {
  BINS_PER_SEMITONE,
  HIGHEST_NOTE,
  LOWEST_NOTE,
  type NoteSpectrumSettings,
  noteSpectrum,
  whitened,
} from './note-spectrum.js';

/** Seconds from one frame to the next that chords and keys are told by. */
const HOP_SECONDS = 0.064;

/** The hop of harmonic chroma for chords and keys, in samples. */
export const harmonyHop = (sampleRate: number): number => Math.max(1, Math.round(HOP_SECONDS * sampleRate));

/** Pitch classes of the bass and of what is above it. */
export interface HarmonicChroma {
  /** frames × 12, from C. */
  bass: FeatureMatrix;
  /** frames × 12, from C. */
  treble: FeatureMatrix;
  /** In semitones above A = 440 Hz, from −0.5 to 0.5. */
  tuning: number;
}

const NOTES = HIGHEST_NOTE - LOWEST_NOTE + 1;
/** Harmonics of a note, each by this factor weaker than the one below: in the middle of what Mauch and Dixon use. */
const [HARMONICS, DECAY] = [20, 0.7];
/** Sweeps of coordinate descent; more change the third digit. */
const SWEEPS = 12;
/** MIDI numbers: the bass is whole up to the first and ends at the second; treble begins and ends between these. */
const [BASS_FULL, BASS_END] = [48, 57];
const [TREBLE_BEGIN, TREBLE_FULL, TREBLE_FADES, TREBLE_END] = [45, 55, 84, 100];

/** Spectra of single notes, in thirds of a semitone, as [bin, weight] pairs: sums of harmonics. */
function noteTemplates(): [number, number][][] {
  const bins = NOTES * BINS_PER_SEMITONE;
  return Array.from({ length: NOTES }, (_, note) => {
    const spectrum = new Float64Array(bins);
    for (let harmonic = 1; harmonic <= HARMONICS; harmonic++) {
      // The tuned pitch is the middle bin of three.
      const place = BINS_PER_SEMITONE * (note + 12 * Math.log2(harmonic)) + 1;
      for (let bin = Math.ceil(place - 2); bin < place + 2; bin++)
        if (bin >= 0 && bin < bins)
          spectrum[bin] += DECAY ** (harmonic - 1) * (0.5 + 0.5 * Math.cos((Math.PI * (bin - place)) / 2));
    }
    return Array.from(spectrum, (weight, bin): [number, number] => [bin, weight]).filter(
      ([, weight]) => weight > 0,
    );
  });
}

/** Products of every two templates, [notes × notes]. */
function gramOf(templates: [number, number][][]): Float64Array {
  const dense = templates.map((pairs) => {
    const row = new Float64Array(NOTES * BINS_PER_SEMITONE);
    for (const [bin, weight] of pairs) row[bin] = weight;
    return row;
  });
  const gram = new Float64Array(NOTES * NOTES);
  for (let a = 0; a < NOTES; a++)
    for (let b = 0; b < NOTES; b++)
      gram[a * NOTES + b] = templates[a].reduce((sum, [bin, weight]) => sum + weight * dense[b][bin], 0);
  return gram;
}

/** Up from 0 at `from` to 1 at `to`. */
const ramp = (note: number, from: number, to: number): number =>
  Math.min(1, Math.max(0, (note - from) / (to - from)));

/**
 * Chroma of mono samples after NNLS Chroma (Mauch and Dixon 2010, Approximate note transcription for the improved
 * identification of difficult chords): the spectrum of each frame, whitened, as a sum of notes with harmonics whose
 * strengths are not negative (least squares, by coordinate descent), so that a note's harmonics do not count as notes.
 * Tuned to the recording. Zeros for a silent
 * frame. Throws RangeError for samples that are not finite.
 */
export function harmonicChroma(samples: Float32Array, settings: NoteSpectrumSettings): HarmonicChroma {
  const { matrix, tuning } = noteSpectrum(samples, settings);
  const { values, frames, bands } = whitened(matrix);
  const templates = noteTemplates();
  const gram = gramOf(templates);
  const [bass, treble] = [zeroMatrix(frames, 12), zeroMatrix(frames, 12)];
  const [wanted, strengths] = [new Float64Array(NOTES), new Float64Array(NOTES)];
  for (let t = 0; t < frames; t++) {
    const row = values.subarray(t * bands, (t + 1) * bands);
    for (let note = 0; note < NOTES; note++) {
      let sum = 0;
      for (const [bin, weight] of templates[note]) sum += weight * row[bin];
      wanted[note] = sum;
    }
    solve(gram, wanted, strengths);
    for (let note = 0; note < NOTES; note++) {
      const pitch = LOWEST_NOTE + note;
      const at = 12 * t + (pitch % 12);
      bass.values[at] += strengths[note] * (1 - ramp(pitch, BASS_FULL, BASS_END));
      treble.values[at] +=
        strengths[note] *
        ramp(pitch, TREBLE_BEGIN, TREBLE_FULL) *
        (1 - ramp(pitch, TREBLE_FADES, TREBLE_END));
    }
  }
  return { bass, treble, tuning };
}

/** Least squares with strengths not below 0, by coordinate descent from zeros. */
function solve(gram: Float64Array, wanted: Float64Array, strengths: Float64Array): void {
  strengths.fill(0);
  for (let sweep = 0; sweep < SWEEPS; sweep++)
    for (let note = 0; note < NOTES; note++) {
      let rest = wanted[note];
      if (rest <= 0 && strengths[note] === 0) continue;
      const row = note * NOTES;
      for (let other = 0; other < NOTES; other++) rest -= gram[row + other] * strengths[other];
      const own = gram[row + note];
      strengths[note] = Math.max(0, strengths[note] + rest / own);
    }
}
