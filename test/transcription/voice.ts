/** A voice by formula, whose notes are known. */

/** A note to be sung. */
export interface SungNote {
  onset: number;
  offset: number;
  /** MIDI number, fractions too. */
  pitch: number;
}

export const VOICE_RATE = 16_000;

/** How the voice sings. */
export interface Manner {
  /** Semitones of vibrato to either side, at 5.5 Hz. */
  vibrato?: number;
  /** Seconds of glide from the note before. */
  glide?: number;
}

/** Harmonics under a formant-like slope, with attacks and releases of 15 ms. */
export function sing(
  notes: readonly SungNote[],
  seconds: number,
  { vibrato = 0, glide = 0 }: Manner = {},
  rate = VOICE_RATE,
): Float32Array {
  const samples = new Float32Array(Math.round(seconds * rate));
  let phase = 0;
  for (const [i, { onset, offset, pitch }] of notes.entries()) {
    const from = i > 0 && glide > 0 ? notes[i - 1].pitch : pitch;
    for (let n = Math.round(onset * rate); n < Math.min(samples.length, offset * rate); n++) {
      const t = n / rate - onset;
      const gliding = glide > 0 && t < glide ? from + ((pitch - from) * t) / glide : pitch;
      const midi = gliding + vibrato * Math.sin(2 * Math.PI * 5.5 * t);
      phase += (2 * Math.PI * 440 * 2 ** ((midi - 69) / 12)) / rate;
      const envelope = Math.min(1, t / 0.015, (offset - onset - t) / 0.015);
      let tone = 0;
      for (let k = 1; k <= 8; k++) tone += Math.sin(k * phase) / k ** 1.3;
      samples[n] = 0.2 * Math.max(0, envelope) * tone;
    }
  }
  return samples;
}

/** Notes of one length each, one after another with a gap. */
export const inTime = (pitches: readonly number[], length = 0.4, gap = 0.06, start = 0.3): SungNote[] =>
  pitches.map((pitch, i) => ({
    onset: start + i * (length + gap),
    offset: start + i * (length + gap) + length,
    pitch,
  }));
