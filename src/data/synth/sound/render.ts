/** From the plan of a clip to its samples: every part is composed, played, levelled, mixed and put into a room. */
import { randomGenerator } from '../../../base/random.js';
import type { Arrangement, ClipPlan, SongPlan } from '../plan/clip-plan.js';
import { playBass } from './analog.js';
import { playDrums } from './drums.js';
import { type Instrument, instruments, type Role } from './instruments.js';
import type { Note, Tone } from './note.js';
import { overdrive } from './plucked.js';
import { amplitudeOf, SAMPLE_RATE, saturate } from './portable.js';
import { reverberate } from './reverb.js';
import {
  composeAccompaniment,
  composeBass,
  composeDrums,
  composeMelody,
  type Harmony,
  PROGRESSIONS,
} from './score.js';
import { sing } from './voice.js';

/** Level of the whole clip in decibels below full scale (root mean square), by its dynamics. */
const LEVELS = { quiet: -33, moderate: -23, loud: -14.5 } as const;

/** Strength of every attack, by the clip's dynamics: soft playing is also darker. */
const STRENGTHS = { quiet: 0.55, moderate: 0.8, loud: 1 } as const;

/** Rooms by style: how much of it, its length and its damping. */
const ROOMS: Record<SongPlan['style'], readonly [number, number, number]> = {
  classical: [0.5, 0.82, 0.35],
  ambient: [1.3, 0.93, 0.25],
  techno: [0.12, 0.7, 0.3],
  electronic: [0.3, 0.78, 0.2],
  rock: [0.15, 0.7, 0.4],
  folk: [0.1, 0.65, 0.5],
};

function rms(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return Math.sqrt(sum / samples.length);
}

/** Adds a part to the mix so that it has the given level, whatever the instrument gave. */
function mixIn(mix: Float32Array, part: Float32Array, decibels: number): void {
  const level = rms(part);
  if (level === 0) return;
  const gain = amplitudeOf(decibels) / level;
  for (let i = 0; i < mix.length; i++) mix[i] += gain * part[i];
}

/** The roles of the instruments: the first carries the melody unless somebody sings. */
function rolesOf(arrangement: Arrangement): Role[] {
  const melodyFree = arrangement.voice === null;
  return arrangement.instruments.map((name, i) => {
    const roles: readonly Role[] = instruments[name].roles;
    const leads = i === 0 && melodyFree && arrangement.instruments.length > 1;
    if (leads && roles.includes('melody')) return 'melody';
    return roles[arrangement.variant % roles.length];
  });
}

function harmonyOf(song: SongPlan, length: number): Harmony {
  return {
    tempo: song.tempo,
    tonic: song.tonic,
    mode: song.mode,
    progression: PROGRESSIONS[song.mode][song.progression % PROGRESSIONS[song.mode].length],
    beatsPerChord: song.tempo < 100 ? 2 : 4,
    length,
  };
}

/** Renders a clip: mono samples at 16 kHz, [seconds × 16000], within ±1. */
export function renderClip(clip: ClipPlan, seconds: number, seed: number): Float32Array {
  const { song, arrangement, dynamics } = clip;
  const random = randomGenerator(seed, 'sound', clip.id);
  const harmony = harmonyOf(song, Math.round(seconds * SAMPLE_RATE));
  const mix = new Float32Array(harmony.length);
  const busy = song.energy === 'high';
  const strength = STRENGTHS[dynamics];
  const soften = (note: Note): Note => ({ ...note, velocity: note.velocity * strength });
  const calm = song.style === 'ambient';

  rolesOf(arrangement).forEach((role, i) => {
    const instrument: Instrument = instruments[arrangement.instruments[i]];
    const notes =
      role === 'melody'
        ? composeMelody(harmony, instrument.range, busy && !calm, random)
        : composeAccompaniment(harmony, role, instrument.range, !calm, random);
    const tone: Tone = {
      brightness: song.artist.brightness * (dynamics === 'quiet' ? 0.75 : dynamics === 'loud' ? 1.2 : 1),
      cents: song.artist.cents,
      drive: song.drive,
    };
    const part = new Float32Array(harmony.length);
    for (const note of notes) instrument.play(part, soften(note), tone, random);
    if (arrangement.instruments[i] === 'guitar') overdrive(part, song.drive);
    mixIn(mix, part, random.between(-3, 0));
  });

  if (arrangement.voice) {
    const part = new Float32Array(harmony.length);
    const range = arrangement.voice === 'male' ? ([43, 57] as const) : ([58, 74] as const);
    for (const note of composeMelody(harmony, range, busy, random))
      sing(part, soften(note), arrangement.voice, random);
    mixIn(mix, part, random.between(1, 4));
  }
  if (arrangement.bass) {
    const part = new Float32Array(harmony.length);
    const tone: Tone = { brightness: 1, cents: song.artist.cents, drive: 0 };
    for (const note of composeBass(harmony, busy, random)) playBass(part, soften(note), tone, random);
    mixIn(mix, part, random.between(-5, -1));
  }
  reverberate(mix, ...ROOMS[song.style]);
  if (arrangement.groove) {
    const part = new Float32Array(harmony.length);
    const machine = song.style === 'techno' || song.style === 'electronic';
    playDrums(part, composeDrums(harmony, arrangement.groove, random), machine, random);
    mixIn(mix, part, random.between(-6, -1) - (arrangement.groove === 'light' ? 3 : 0));
  }
  return master(mix, LEVELS[dynamics] + random.between(-1.5, 1.5));
}

/** Brings the mix to a level; peaks are rounded off instead of clipped. */
function master(mix: Float32Array, decibels: number): Float32Array {
  const gain = amplitudeOf(decibels) / Math.max(rms(mix), 1e-9);
  for (let i = 0; i < mix.length; i++) mix[i] = saturate(mix[i] * gain);
  return mix;
}
