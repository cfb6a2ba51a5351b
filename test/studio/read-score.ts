/** Scores as musicxml-io, another library, reads them. */
import { type NoteEntry, type Part, parse, type Score } from 'musicxml-io';

/** A note in ticks of a project; the pitch of a drum is the drum. */
export type SoundNote = [start: number, end: number, pitch: number, velocity: number];

const SEMITONES: Record<string, number> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };

/** Ticks of a project in a division of a score. */
export const DIVISION = 20;

/** The notes of a part as musicxml-io reads them, tied ones put together; starts in ticks. */
export function readNotes(score: Score, part: Part): SoundNote[] {
  const info = score.partList.find((entry) => entry.type === 'score-part' && entry.id === part.id)!;
  const drums = new Map(
    (info as unknown as { midiInstruments?: { id: string; unpitched?: number }[] }).midiInstruments?.map(
      ({ id, unpitched }) => [id, unpitched],
    ),
  );
  const notes: SoundNote[] = [];
  const open = new Map<string, SoundNote>();
  let begin = 0;
  for (const measure of part.measures) {
    let [now, end] = [begin, begin];
    let chord = begin;
    for (const entry of measure.entries) {
      if (entry.type === 'backup') now -= entry.duration;
      else if (entry.type === 'forward') now += entry.duration;
      else if (entry.type === 'note') {
        const own: NoteEntry = entry;
        if (!own.chord) {
          chord = now;
          now += own.duration;
        }
        end = Math.max(end, now);
        if (own.rest) continue;
        const pitch = own.pitch
          ? 12 * (own.pitch.octave + 1) + SEMITONES[own.pitch.step] + (own.pitch.alter ?? 0)
          : (drums.get(own.instrument ?? '') ?? 0) - 1;
        const key = `${own.voice} ${pitch}`;
        const ties = own.ties ?? (own.tie ? [own.tie] : []);
        const before = ties.some(({ type }) => type === 'stop') ? open.get(key) : undefined;
        const ends = DIVISION * (chord + own.duration);
        if (before) before[1] = ends;
        else {
          const note: SoundNote = [DIVISION * chord, ends, pitch, Math.round(0.9 * (own.dynamics ?? 0))];
          open.set(key, note);
          notes.push(note);
        }
      }
    }
    begin = end;
  }
  return notes.sort((a, b) => a[0] - b[0] || a[2] - b[2]);
}

/** The notes of every part of a score. */
export function readScore(xml: string): SoundNote[][] {
  const score = parse(xml);
  return score.parts.map((part) => readNotes(score, part));
}
