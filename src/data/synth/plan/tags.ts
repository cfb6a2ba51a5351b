/** The tags of the synthetic corpus and when each is true of the sound. All are tags of MagnaTagATune. */
import { type InstrumentName, instruments } from '../sound/instruments.js';
import type { ClipPlan } from './clip-plan.js';

const instrumentTags = Object.fromEntries(
  (Object.keys(instruments) as InstrumentName[]).map((name) => [
    name,
    (clip: ClipPlan) => clip.arrangement.instruments.includes(name),
  ]),
) as Record<InstrumentName, (clip: ClipPlan) => boolean>;

/** Beats a minute at and above which a clip is fast, and at and below which it is slow. */
export const TEMPO_LIMITS = { fast: 130, slow: 82 } as const;

/** Each tag and whether it is true of a clip. */
export const tagRules = {
  ...instrumentTags,
  bass: (clip) => clip.arrangement.bass,
  drums: (clip) => clip.arrangement.groove !== null && clip.arrangement.groove !== 'pulse',
  beat: (clip) => clip.arrangement.groove !== null && clip.arrangement.groove !== 'light',
  vocal: (clip) => clip.arrangement.voice !== null,
  'no vocal': (clip) => clip.arrangement.voice === null,
  'male voice': (clip) => clip.arrangement.voice === 'male',
  'female voice': (clip) => clip.arrangement.voice === 'female',
  fast: (clip) => clip.song.tempo >= TEMPO_LIMITS.fast,
  slow: (clip) => clip.song.tempo <= TEMPO_LIMITS.slow,
  loud: (clip) => clip.dynamics === 'loud',
  quiet: (clip) => clip.dynamics === 'quiet',
  classical: (clip) => clip.song.style === 'classical',
  ambient: (clip) => clip.song.style === 'ambient',
  techno: (clip) => clip.song.style === 'techno',
  electronic: (clip) => clip.song.style === 'techno' || clip.song.style === 'electronic',
  rock: (clip) => clip.song.style === 'rock',
  solo: ({ arrangement: { instruments: names, voice, bass, groove } }) =>
    names.length === 1 && voice === null && !bass && groove === null,
} as const satisfies Record<string, (clip: ClipPlan) => boolean>;

export type SyntheticTag = keyof typeof tagRules;

/** Every tag, in the order of the table's columns. */
export const SYNTHETIC_TAGS = Object.keys(tagRules) as SyntheticTag[];

/** The tags that are true of a clip, in the order of `SYNTHETIC_TAGS`. */
export function tagsOf(clip: ClipPlan): SyntheticTag[] {
  return SYNTHETIC_TAGS.filter((tag) => tagRules[tag](clip));
}
