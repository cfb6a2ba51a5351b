/** Words and numbers as the page writes them. */
import { keyName } from '../../../features/harmony/key.js';
import { noteName } from '../../../transcription/facts.js';
import { type Note, type Project, QUARTER_TICKS } from '../../project/schema.js';
import type { JobProgress } from '../api.js';

/** `, 12 s left`; nothing where it is not known. */
export const timeLeft = (seconds: number | null): string =>
  seconds === null ? '' : `, ${Math.ceil(seconds)} s left`;

/** `Finding notes`, or `Waiting, place 2 in line`. */
export function stepText({ step, place }: Pick<JobProgress, 'step' | 'place'>): string {
  const text = step.charAt(0).toUpperCase() + step.slice(1);
  return place === undefined ? text : `${text}, place ${place} in line`;
}

/** `3.2 MB`. */
export const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** `G major`, or `no key`. */
export const keyText = (key: Project['key']): string => (key ? keyName(key) : 'no key');

/** `C4, bar 2, beat 3½, 1 quarter`: a note for those who do not see it. `start`: ticks in the piece. */
export function noteText({ pitch, length }: Note, start: number, project: Project): string {
  const bar = project.beats * QUARTER_TICKS;
  const ticks = start - project.pickup;
  const number = Math.floor(ticks / bar) + 1;
  const beat = 1 + (((ticks % bar) + bar) % bar) / QUARTER_TICKS;
  const quarters = Number((length / QUARTER_TICKS).toFixed(2));
  return `${noteName(pitch, project.key)}, ${number < 1 ? 'pickup' : `bar ${number}`}, beat ${Number(beat.toFixed(2))}, ${quarters} quarter${quarters === 1 ? '' : 's'}`;
}
