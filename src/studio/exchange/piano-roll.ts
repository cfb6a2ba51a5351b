/** The notes of a project as a piano roll in SVG. */
import { Html, html } from '../../report/kit/html.js';
import type { Project } from '../project/schema.js';
import { pieceTicks, placedPassages, secondsOf } from '../project/timeline.js';
import { type PlayedPart, playedParts } from './played-parts.js';

/** Pixels of a second and of a semitone, and of the line above with the passages. */
const SIZES = { second: 64, semitone: 8, head: 22 };

/** Semitones that are shown at least, and beyond the outermost notes. */
const SHOWN = { least: 24, beyond: 2 };

/** Colours of the style of pages: as many as it has. */
const COLOURS = 8;

/** The class of a track's colour. */
export const colourClass = (track: number): string => `part-${(track % COLOURS) + 1}`;

/** Ids of the rectangles of notes: another for each time that one is played. */
export const rollId = (track: number, note: number): string => `roll-${track}-${note}`;

/** Lowest and highest pitch that is shown. */
function rangeOf(parts: readonly PlayedPart[]): { low: number; high: number } {
  const pitches = parts.flatMap(({ notes }) => notes.map(({ pitch }) => pitch));
  const low = pitches.reduce((least, pitch) => Math.min(least, pitch), 127);
  const high = pitches.reduce((most, pitch) => Math.max(most, pitch), 0);
  if (pitches.length === 0) return { low: 48, high: 72 };
  const missing = Math.max(2 * SHOWN.beyond, SHOWN.least - (high - low));
  return { low: low - Math.ceil(missing / 2), high: high + Math.floor(missing / 2) };
}

const decimals = (value: number): number => Number(value.toFixed(2));

/** A piano roll of the whole piece: its notes by track, with the passages above, and a cursor at the beginning. */
export function pianoRoll(project: Project): Html {
  const parts = playedParts(project);
  const { low, high } = rangeOf(parts);
  const x = (ticks: number): number => decimals(SIZES.second * secondsOf(project, ticks));
  const y = (pitch: number): number => SIZES.head + SIZES.semitone * (high - pitch);
  const [width, height] = [x(pieceTicks(project)), y(low - 1)];
  const black = [1, 3, 6, 8, 10];
  const rows = Array.from({ length: high - low + 1 }, (_, i) => low + i)
    .filter((pitch) => black.includes(((pitch % 12) + 12) % 12))
    .map(
      (pitch) => `<rect class="black" x="0" y="${y(pitch)}" width="${width}" height="${SIZES.semitone}"/>`,
    );
  const passages = placedPassages(project).map(
    ({ name, start }) =>
      html`<line class="passage" x1="${x(start)}" x2="${x(start)}" y1="0" y2="${height}"/><text x="${x(start) + 5}" y="15">${name}</text>`,
  );
  const notes = parts.flatMap(({ notes: own }, track) =>
    own.map(
      ({ start, end, pitch }, i) =>
        `<rect id="${rollId(track, i)}" class="note ${colourClass(track)}" x="${x(start)}" y="${y(pitch)}" width="${Math.max(2, decimals(x(end) - x(start) - 1))}" height="${SIZES.semitone - 1}" rx="2"/>`,
    ),
  );
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Piano roll: the notes of the piece over time">
${new Html(rows.join(''))}
${passages}
${new Html(notes.join('\n'))}
<line class="cursor" x1="0" x2="0" y1="0" y2="${height}"/>
</svg>`;
}
