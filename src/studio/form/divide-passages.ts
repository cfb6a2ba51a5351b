/** The passages of a project, found in its notes. */
import type { Clip, Note, Passage, Project } from '../project/schema.js';
import { barTicks } from '../project/timeline.js';
import { divide, type Stretch } from './division.js';
import { formOfStyle } from './form-of-style.js';
import { barsOfPiece, type PieceBars } from './piece-bars.js';

/** Letters in their order: A to Z, then AA and so on. */
function letterOf(index: number): string {
  const letter = String.fromCharCode(65 + (index % 26));
  return index < 26 ? letter : `${letterOf(Math.floor(index / 26) - 1)}${letter}`;
}

/** Primes of a variant: one for the first, two for the second. */
const PRIMES = ['', '′', '″', '‴'];
const primesOf = (variant: number): string => PRIMES[variant] ?? ` (${variant + 1})`;

/** Names of passages: a letter for each that is new, and primes for variants. */
function namesOf(stretches: readonly Stretch[]): string[] {
  const letters = new Map<number, { letter: string; variants: number }>();
  const names: string[] = [];
  for (const [i, { same, like }] of stretches.entries()) {
    if (same !== i) {
      names.push(names[same]);
      continue;
    }
    const own = letters.get(like) ?? { letter: letterOf(letters.size), variants: -1 };
    own.variants++;
    letters.set(like, own);
    names.push(own.letter + primesOf(own.variants));
  }
  return names;
}

/** The notes of a track in a passage, from its beginning; one that sounds on beyond its end is cut there. */
function notesOf(piece: PieceBars, track: number, { begin, bars }: Stretch, bar: number): Note[] {
  return piece.bars.slice(begin, begin + bars).flatMap((notes, i) =>
    notes
      .filter((one) => one.track === track)
      .map(({ note, start, length }) => {
        const from = i * bar + start;
        return { ...note, start: from, length: Math.min(length, bars * bar - from) };
      }),
  );
}

/**
 * Divides a project into passages by its notes and its style, whatever passages it has. The piece as it is played stays the
 * same but for two things: passages that are equal on sixteenths become one that is played again, with the notes as they are
 * the first time, and a note that sounds over a border ends there. A passage whose melody is the same in `NEARLY_EQUAL` of the
 * time is a variant with the same letter and a prime. Passages begin a pickup before the bar line, as the notes of phrases do.
 */
export function dividePassages(project: Project): Project {
  const bar = barTicks(project);
  const piece = barsOfPiece(project);
  const stretches = divide(piece, formOfStyle[project.style.name]);
  const names = namesOf(stretches);
  let next = project.next_id;
  const written = stretches.filter(({ same }, i) => same === i);
  const passages = new Map(
    written.map((stretch): [Stretch, Passage] => [
      stretch,
      { id: `p${next++}`, name: names[stretches.indexOf(stretch)], bars: stretch.bars },
    ]),
  );
  // A note of a passage that was played again keeps its id where it comes first.
  const used = new Set<string>();
  const tracks = project.tracks.map((track, place) => ({
    ...track,
    clips: written.flatMap((stretch): Clip[] => {
      const notes = notesOf(piece, place, stretch, bar);
      if (notes.length === 0) return [];
      return [
        {
          ...{ id: `c${next++}`, passage: passages.get(stretch)!.id },
          notes: notes.map((note): Note => {
            const id = used.has(note.id) ? `n${next++}` : note.id;
            used.add(id);
            return { ...note, id };
          }),
        },
      ];
    }),
  }));
  return {
    ...project,
    passages: [...passages.values()],
    order: stretches.map(({ same }) => passages.get(stretches[same])!.id),
    ...{ tracks, next_id: next },
  };
}

/** The form of a project in a word: `AABA′`. */
export function formOf({ passages, order }: Pick<Project, 'passages' | 'order'>): string {
  const names = new Map(passages.map(({ id, name }) => [id, name]));
  return order.map((id) => names.get(id)).join('');
}
