/**
 * The songs that a hum is like, at any pitch and tempo, from the beginning or from any other note. Each stage sees less, and
 * looks closer: contours of few points, of more points, then notes against notes.
 */
import { alignmentCost, alignmentRoom, notesInHum, type Placement, type SungNote } from './alignment.js';
import { ContourComparison, endOf, type Line, lineOf } from './contour.js';
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
  /** The notes of the song where the hum has them, from the first that is hummed to the last. */
  sung: SungNote[];
}

/** The best place of a song. */
interface BestPlacement extends Placement {
  line: number;
  distance: number;
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

/** Tempos around that of the whole, in octaves. */
const TEMPOS = [0, -0.15, 0.15];

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
    const rows = [0, 1].map(() => new Float64Array(alignmentRoom(query.pitches.length)));
    const rowOf = (i: number): Float64Array => rows[i % 2];
    const best = new Map<number, BestPlacement>();
    for (const { line: number, first, last } of this.closer(
      fine,
      query,
      this.everywhere.find(query, fromStart),
      fromStart,
    )) {
      const line = this.lines[number];
      const transposition = fine.transposition(line, first, last);
      for (const tempo of tempoRatios(query, line, first, last)) {
        const placement = { first, transposition, tempo };
        const distance = alignmentCost(query, line, placement, rowOf);
        if (distance < (best.get(line.song)?.distance ?? Infinity))
          best.set(line.song, { ...placement, line: number, distance });
      }
    }
    return [...best]
      .sort(([a, one], [b, other]) => one.distance - other.distance || a - b)
      .slice(0, count)
      .map(([song, { line, distance, ...placement }]) => ({
        song: this.songs[song],
        distance,
        start: placement.first,
        transposition: placement.transposition,
        sung: notesInHum(query, this.lines[line], placement),
      }));
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
