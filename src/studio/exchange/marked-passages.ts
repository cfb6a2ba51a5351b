/** The passages that a file names: by markers of MIDI, or rehearsal marks of MusicXML. */
import type { Clip, Note, Passage, Project } from '../project/schema.js';
import { barTicks, playedNotes } from '../project/timeline.js';

/** A name at a place of a file. */
export interface FileMark {
  /** In ticks of a project. */
  at: number;
  name: string;
}

/** What precedes the first mark. */
const BEFORE = 'Intro';

/** Longest name of a passage. */
const LONGEST_NAME = 40;

/** Bars where passages begin, with their names: marks lie on bar lines, or a pickup before them, as `projectMidi` has them. */
function beginsOf(project: Project, marks: readonly FileMark[]): Map<number, string> {
  const bar = barTicks(project);
  const [{ bars }] = project.passages;
  const crossed = new Set<number>();
  for (const { start, end } of playedNotes(project))
    for (let next = Math.floor(start / bar) + 1; next * bar < end; next++) crossed.add(next);
  const begins = new Map<number, string>();
  for (const { at, name } of [...marks].sort((a, b) => a.at - b.at)) {
    const own = Math.floor(at / bar + 1e-6);
    const isPlace = own >= 0 && own < bars && !begins.has(own) && !crossed.has(own);
    if (isPlace && name.trim() !== '') begins.set(own, [...name.trim()].slice(0, LONGEST_NAME).join(''));
  }
  return begins;
}

/**
 * Divides a project of one passage where a file has marks. Passages of one name with the same notes become one that is played
 * again; a mark over which a note sounds is left out, as a passage would cut it.
 */
export function divideAtMarks(project: Project, marks: readonly FileMark[]): Project {
  const begins = beginsOf(project, marks);
  if (begins.size === 0) return project;
  if (!begins.has(0)) begins.set(0, BEFORE);
  const bar = barTicks(project);
  const total = project.passages[0].bars;
  const places = [...begins.keys()].sort((a, b) => a - b);
  let next = project.next_id;
  const passages: Passage[] = [];
  const order: string[] = [];
  const known = new Map<string, string>();
  const clips: Clip[][] = project.tracks.map(() => []);
  for (const [i, begin] of places.entries()) {
    const name = begins.get(begin)!;
    const bars = (places[i + 1] ?? total) - begin;
    const [from, to] = [begin * bar, (begin + bars) * bar];
    const notes = project.tracks.map((track) =>
      track.clips.flatMap((clip) =>
        clip.notes
          .filter(({ start }) => start >= from && start < to)
          .map((note): Note => ({ ...note, start: note.start - from })),
      ),
    );
    const content = notes.map((own) => own.map(({ id: _, ...sound }) => sound));
    const key = JSON.stringify([name, bars, content]);
    const equal = known.get(key);
    const id = equal ?? `p${next++}`;
    order.push(id);
    if (equal !== undefined) continue;
    known.set(key, id);
    passages.push({ id, name, bars });
    for (const [track, own] of notes.entries())
      if (own.length > 0) clips[track].push({ id: `c${next++}`, passage: id, notes: own });
  }
  const tracks = project.tracks.map((track, i) => ({ ...track, clips: clips[i] }));
  return { ...project, passages, order, tracks, next_id: next };
}
