/** How an amateur sings a song: at their own pitch and speed, a little out of tune and time. */
import type { RandomGenerator } from '../../../base/random.js';

/** Notes of a song, in any unit of time. */
export interface ScoreNote {
  onset: number;
  offset: number;
  /** MIDI number. */
  pitch: number;
}

/** A note as it is sung. */
export interface SungNote {
  /** Seconds. */
  onset: number;
  offset: number;
  /** MIDI number with its fraction: the middle of vibrato and drift. */
  midi: number;
}

/** What a voice does in all songs. Pitches are in semitones. */
export interface Singer {
  /** Scale of the vocal tract: frequencies of the formants against those of a grown man. 1 to 1.35. */
  tract: number;
  /** Middle of the range, a MIDI number. */
  range: number;
  /** Amplitude of the vibrato to either side, and its frequency in Hz. */
  vibrato: number;
  vibratoRate: number;
  /** Seconds from a note to the next. */
  glide: number;
  /** Part of a note that is silence before the next. */
  gap: number;
  /** Formants: `hum` with closed lips, else a vowel after a consonant. */
  manner: 'hum' | 'syllables';
  /** Deviation of a note's pitch, and of its length as a part of it. */
  outOfTune: number;
  outOfTime: number;
  /** Amplitude of breath against the tone. */
  breath: number;
  /** Level of the room's noise against full scale, in dB. */
  room: number;
}

/** A singer, drawn. */
export function drawSinger(random: RandomGenerator): Singer {
  const tract = random.between(1, 1.35);
  return {
    tract,
    // Small heads sing high, with an octave of play.
    range: 48 + 34 * (tract - 1) + random.between(0, 9),
    vibrato: random.uniform() < 0.5 ? 0 : random.between(0.05, 0.45),
    vibratoRate: random.between(4.5, 6.5),
    glide: random.between(0.02, 0.11),
    gap: random.between(0.02, 0.18),
    manner: random.uniform() < 0.4 ? 'hum' : 'syllables',
    outOfTune: random.between(0.02, 0.3),
    outOfTime: random.between(0.01, 0.1),
    breath: random.between(0.005, 0.08),
    room: random.between(-75, -42),
  };
}

/** Seconds of silence, at least, before a note is repeated. */
const AGAIN = 0.06;

/** Seconds of the median note. */
const SPEED = [0.25, 0.6] as const;

/** About normal, from four even draws: unlike a logarithm, the same to the bit on every machine. Deviation 1. */
const bell = (random: RandomGenerator): number =>
  Math.sqrt(3) * (random.uniform() + random.uniform() + random.uniform() + random.uniform() - 2);

/**
 * The notes that a singer makes of a melody in so many seconds, as many as fit: in one key near the middle of their range, at one
 * speed. A note that would end later than 50 ms before the end is left out.
 *
 * @param notes - at least one, in the order of their onsets
 */
export function perform(
  notes: readonly ScoreNote[],
  { range, gap, outOfTune, outOfTime }: Singer,
  seconds: number,
  random: RandomGenerator,
): SungNote[] {
  const lengths = notes.map(({ onset, offset }) => offset - onset).sort((a, b) => a - b);
  const unit = random.between(...SPEED) / lengths[lengths.length >> 1];
  const pitches = notes.map(({ pitch }) => pitch).sort((a, b) => a - b);
  const shift = range + random.between(-3, 3) - (pitches[0] + pitches[pitches.length - 1]) / 2;
  const drift = random.between(-0.05, 0.05);
  const sung: SungNote[] = [];
  let now = random.between(0.1, 0.7);
  for (const [i, { onset, offset, pitch }] of notes.entries()) {
    const toNext = (notes[i + 1]?.onset ?? offset) - onset;
    const step = Math.max(0.08, unit * toNext * (1 + outOfTime * bell(random)));
    const length = Math.min(unit * (offset - onset), step);
    // A note that comes again is begun again.
    const silence = notes[i + 1]?.pitch === pitch ? Math.max(AGAIN, gap * length) : gap * length;
    const held = Math.max(0.07, length - silence);
    if (now + held > seconds - 0.05) break;
    sung.push({
      onset: now,
      offset: now + held,
      midi: pitch + shift + drift * now + outOfTune * bell(random),
    });
    now += step;
  }
  return sung;
}
