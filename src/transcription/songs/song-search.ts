/**
 * The songs that a hum is like, at any pitch and tempo, from the beginning or from any other note. Each stage sees less, and
 * looks closer: contours of few points, of more points, then notes against notes.
 */
import { ContourComparison, endOf, type Line, lineOf, WORST_PITCH } from './contour.js';
import { BestPlaces, type Place, PlaceSearch } from './places.js';
import { LEAST_NOTES, type MelodyNote, melodyOf, type Song } from './song.js';

/** A song that may have been hummed. */
export interface FoundSong {
  song: Song;
  /** Mean cost of a hummed note, about semitones; 0 for the very melody. */
  distance: number;
  /** The note of the melody, from 0, with which the hum begins. */
  start: number;
  /** Semitones by which the hum lies above the song. */
  transposition: number;
}

/** What is asked of a search. */
export interface HumQuery {
  /** Most songs. Default: 5. */
  count?: number;
  /** Whether a hum may begin only where a song does. Default: false. */
  fromStart?: boolean;
}

/** Points of the contours of places that are looked at more closely, notes more or fewer than were hummed, and places kept. */
const FINE = { points: 16, lengths: [-2, -1, 0, 1, 2], kept: 250 };

/** Notes against notes: what an octave of duration costs, the most that a duration costs, and a note more or fewer. */
const DURATION = { octave: 0.5, most: 0.75 };
const GAP = 2.5;

/** Tempos around that of the whole, in octaves. */
const TEMPOS = [0, -0.15, 0.15];

/**
 * The cost of turning a hum's notes into those of a melody from `first` on, at the best end: pitches and durations that
 * differ, and notes more or fewer. `room`: two rows of numbers, at least as long as the hum and five.
 */
function alignmentCost(
  query: Line,
  line: Line,
  first: number,
  { transposition, tempo }: { transposition: number; tempo: number },
  room: [Float64Array, Float64Array],
): number {
  const hummed = query.pitches.length;
  const notes = Math.min(hummed + 4, line.pitches.length - first);
  let [above, row] = room;
  for (let j = 0; j <= notes; j++) above[j] = j * GAP;
  for (let i = 1; i <= hummed; i++) {
    row[0] = i * GAP;
    for (let j = 1; j <= notes; j++) {
      const at = first + j - 1;
      const pitch = Math.abs(query.pitches[i - 1] - transposition - line.pitches[at]);
      // How long a last note is held says nothing.
      const isLast = i === hummed || at + 1 === line.pitches.length;
      const duration = isLast ? 0 : Math.abs(query.durations[i - 1] - tempo - line.durations[at]);
      const paired =
        above[j - 1] + Math.min(WORST_PITCH, pitch) + Math.min(DURATION.most, DURATION.octave * duration);
      row[j] = Math.min(paired, above[j] + GAP, row[j - 1] + GAP);
    }
    [above, row] = [row, above];
  }
  let best = Infinity;
  for (let j = 1; j <= notes; j++) best = Math.min(best, above[j]);
  return best / hummed;
}

/**
 * How much slower the query may be, in octaves: by where both end, and by where their last notes begin, since a last note
 * may be held; and around these.
 */
function tempoRatios(query: Line, line: Line, first: number, last: number): number[] {
  const notes = query.onsets.length;
  const [ends, onsets] = [
    [query.end, endOf(line, last)],
    [query.onsets[notes - 1], line.onsets[last - 1]],
  ].map(([hummed, sung]) => Math.log2((hummed - query.onsets[0]) / (sung - line.onsets[first])));
  return [ends, onsets].flatMap((whole) => TEMPOS.map((tempo) => whole + tempo));
}

/**
 * Songs that hums are looked up in.
 *
 * @example
 * import { melodyOf, SongSearch } from 'polytag/transcription';
 *
 * const scale = [0, 2, 4, 5, 7].map((step, i) => ({ onset: i, offset: i + 1, pitch: 60 + step }));
 * const search = new SongSearch([{ id: 'scale', title: 'A scale', melodies: [melodyOf(scale)!] }]);
 * // Hummed a fourth higher, and twice as fast.
 * const [found] = search.find(scale.map(({ onset, pitch }) => ({ onset: onset / 2, offset: (onset + 1) / 2, pitch: pitch + 5 })));
 * console.log(found.song.title, found.distance);
 */
export class SongSearch {
  private readonly lines: Line[];
  private readonly everywhere: PlaceSearch;

  constructor(readonly songs: readonly Song[]) {
    this.lines = songs.flatMap(({ melodies }, song) => melodies.map((melody) => lineOf(melody, song)));
    this.everywhere = new PlaceSearch(this.lines);
  }

  /**
   * The songs that a hum is most like, each once, in the order of their distance; of equal ones the first in the list.
   *
   * @param notes - as they were hummed, in seconds and fractional MIDI numbers
   * @throws RangeError for fewer than four notes
   */
  find(notes: readonly MelodyNote[], { count = 5, fromStart = false }: HumQuery = {}): FoundSong[] {
    const melody = melodyOf(notes);
    if (melody === null) throw new RangeError(`A hum needs at least ${LEAST_NOTES} notes to be looked up.`);
    const query = lineOf(melody, -1);
    const fine = new ContourComparison(query, FINE.points);
    const room: [Float64Array, Float64Array] = [
      new Float64Array(query.pitches.length + 5),
      new Float64Array(query.pitches.length + 5),
    ];
    const best = new Map<number, FoundSong>();
    for (const { line: number, first, last } of this.closer(
      fine,
      query,
      this.everywhere.find(query, fromStart),
      fromStart,
    )) {
      const line = this.lines[number];
      const transposition = fine.transposition(line, first, last);
      const tempos = tempoRatios(query, line, first, last);
      const distance = Math.min(
        ...tempos.map((tempo) => alignmentCost(query, line, first, { transposition, tempo }, room)),
      );
      const known = best.get(line.song);
      if (known === undefined || distance < known.distance)
        best.set(line.song, { song: this.songs[line.song], distance, start: first, transposition });
    }
    return [...best]
      .sort(([a, one], [b, other]) => one.distance - other.distance || a - b)
      .slice(0, count)
      .map(([, found]) => found);
  }

  /** The places whose contours are alike with more points, their ends and beginnings moved by some notes. */
  private closer(
    fine: ContourComparison,
    query: Line,
    places: readonly Place[],
    fromStart: boolean,
  ): Place[] {
    const hummed = query.pitches.length;
    const best = new BestPlaces(FINE.kept);
    const seen = new Set<number>();
    for (const { line: number, first: begin } of places)
      for (const first of fromStart ? [0] : [begin - 1, begin, begin + 1]) {
        const line = this.lines[number];
        const notes = line.pitches.length;
        const key = number * 65_536 + first;
        if (first < 0 || first + 2 > notes || seen.has(key)) continue;
        seen.add(key);
        const ends = new Set(FINE.lengths.map((more) => Math.min(notes, first + Math.max(2, hummed + more))));
        let place: Place = { line: number, first, last: 0, cost: Infinity };
        for (const last of ends) {
          const cost = fine.cost(line, first, last);
          if (cost < place.cost) place = { line: number, first, last, cost };
        }
        best.offer(place);
      }
    return best.ordered();
  }
}
