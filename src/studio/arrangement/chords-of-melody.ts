/** Chords for a melody: one for each bar or half bar. */
import { type Note, type Project, QUARTER_TICKS } from '../project/schema.js';
import { chordClasses, chordsOfKey, type HarmonyChord, type KeyChord, stepCost } from './harmony.js';
import {
  type Bar,
  barsOfPassage,
  heardIn,
  keyOfProject,
  melodyTrack,
  strengthAt,
  strongestNote,
} from './melody.js';

/** A chord and when it sounds. */
export interface PlacedChord extends HarmonyChord {
  /** As in harmony books: `IV`, `V7/ii`. */
  numeral: string;
  /** Ticks from the beginning of the passage. */
  start: number;
  end: number;
}

/**
 * What a melody costs a chord, for each quarter in which a note sounds that is not in it, by the strength of the place where the
 * note begins; and once more for the strongest note of the bar, which listeners take for harmony.
 */
const FOREIGN = { quarter: 0.5, byStrength: 0.25, strongest: 1.6 };

/** What a new chord costs: in the middle of a bar more than on a bar line. */
const CHANGE = { bar: 0.05, middle: 0.75 };

/** What the same chord costs over another bar line: some change is wanted. */
const STAY = 0.35;

/** What a piece costs that does not begin on the tonic, and a later passage. */
const BEGINNING = { piece: 0.9, passage: 0.3 };

/** What a passage costs that does not end on the tonic, and a piece. */
const CADENCE = { dominant: 0.35, other: 1.2 };
const END_OF_PIECE = { dominant: 2.5, other: 4 };

/** Bars of four quarters and more that can be halved have a place for a chord in their middle. */
const HALVED = 4;

/** A stretch of one chord. */
interface Place extends Bar {
  /** Index of its bar, and whether it begins with it. */
  bar: number;
  isFirst: boolean;
}

function placesOf(bars: readonly Bar[], beats: number): Place[] {
  const half = (beats * QUARTER_TICKS) / 2;
  return bars.flatMap(({ start, end }, bar): Place[] => {
    const middle = start + half;
    if (beats < HALVED || beats % 2 !== 0 || middle >= end) return [{ start, end, bar, isFirst: true }];
    return [
      { start, end: middle, bar, isFirst: true },
      { start: middle, end, bar, isFirst: false },
    ];
  });
}

/** What the melody costs each chord in each place. */
function melodyCosts(
  notes: readonly Note[],
  places: readonly Place[],
  bars: readonly Bar[],
  beats: number,
  chords: readonly KeyChord[],
): number[][] {
  const classes = chords.map((chord) => new Set(chordClasses(chord)));
  return places.map((place) => {
    const bar = bars[place.bar];
    const strongest = strongestNote(notes, bar, beats);
    const heard = heardIn(notes, place).map(({ note, from, to }) => {
      const strength = strengthAt((from - bar.start) / QUARTER_TICKS, beats);
      const isStrongest = strongest?.note === note && strongest.from === from;
      const each = FOREIGN.quarter + FOREIGN.byStrength * strength;
      return {
        pitch: note.pitch % 12,
        cost: ((to - from) / QUARTER_TICKS) * each + (isStrongest ? FOREIGN.strongest : 0),
      };
    });
    return classes.map((own) => heard.reduce((sum, { pitch, cost }) => sum + (own.has(pitch) ? 0 : cost), 0));
  });
}

/** What the end of a passage costs a chord. */
function endCost({ role, numeral }: KeyChord, isLast: boolean): number {
  const costs = isLast ? END_OF_PIECE : CADENCE;
  if (numeral === 'I' || numeral === 'i') return 0;
  return role === 'dominant' ? costs.dominant : costs.other;
}

/** What it costs that the chord `to` follows `from` in a place. */
function changeCost(from: KeyChord, to: KeyChord, place: Place): number {
  if (from === to) return place.isFirst ? STAY : 0;
  return (place.isFirst ? CHANGE.bar : CHANGE.middle) + stepCost(from, to);
}

/** The cheapest row of chords for the places, by dynamic programming (Viterbi 1967). */
function cheapest(
  costs: readonly number[][],
  places: readonly Place[],
  chords: readonly KeyChord[],
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
): KeyChord[] {
  const elsewhere = isFirst ? BEGINNING.piece : BEGINNING.passage;
  let totals = chords.map((chord, c) => costs[0][c] + chord.cost + (chord.cost === 0 ? 0 : elsewhere));
  const before: number[][] = [];
  for (let p = 1; p < places.length; p++) {
    const from: number[] = [];
    const next = chords.map((chord, c) => {
      let [best, bestCost] = [0, Number.POSITIVE_INFINITY];
      for (let b = 0; b < chords.length; b++) {
        const cost = totals[b] + changeCost(chords[b], chord, places[p]);
        if (cost < bestCost) [best, bestCost] = [b, cost];
      }
      from.push(best);
      // A chord that stays within its bar is paid for once.
      const isHeld = chords[best] === chord && !places[p].isFirst;
      return bestCost + costs[p][c] + (isHeld ? 0 : chord.cost);
    });
    before.push(from);
    totals = next;
  }
  const ended = totals.map((total, c) => total + endCost(chords[c], isLast));
  let c = ended.indexOf(Math.min(...ended));
  const row = [chords[c]];
  for (let p = places.length - 2; p >= 0; p--) {
    c = before[p][c];
    row.unshift(chords[c]);
  }
  return row;
}

/** Chords of places, those that stay within a bar put together. */
function placedChords(row: readonly KeyChord[], places: readonly Place[]): PlacedChord[] {
  const placed: PlacedChord[] = [];
  for (const [p, { root, quality, numeral }] of row.entries()) {
    const { start, end, isFirst } = places[p];
    const last = placed.at(-1);
    if (!isFirst && last && row[p] === row[p - 1]) placed[placed.length - 1] = { ...last, end };
    else placed.push({ root, quality, numeral, start, end });
  }
  return placed;
}

/**
 * Chords for the melody of a project, by the id of the passage: one for each bar, or two where the melody asks for it in bars of
 * four quarters and more that can be halved. They are the cheapest by the sum of what melody notes cost that are not in the
 * chord (more on strong beats, most for the bar's strongest note), of how usual a chord is in the key, of how one follows
 * another, and of cadences: passages end on the tonic or the dominant, the piece on the tonic. That is the hidden Markov
 * model of Raphael and Stoddard, "Functional harmonic analysis using probabilistic models" (2004), and of MySong (Simon,
 * Morris and Basu 2008), with costs set by hand in place of trained probabilities. The key is that of the project, or of the
 * melody where it has none; a passage without melody stays on the tonic. What precedes the first bar line has no chord.
 */
export function chordsOfMelody(project: Project): Map<string, PlacedChord[]> {
  const { beats, order, passages } = project;
  const chords = chordsOfKey(keyOfProject(project));
  const track = melodyTrack(project);
  return new Map(
    passages.map((passage) => {
      const notes = track?.clips.find((clip) => clip.passage === passage.id)?.notes ?? [];
      const bars = barsOfPassage(project, passage);
      const places = placesOf(bars, beats);
      const costs = melodyCosts(notes, places, bars, beats, chords);
      const row = cheapest(costs, places, chords, {
        isFirst: passage.id === order[0],
        isLast: passage.id === order.at(-1),
      });
      return [passage.id, placedChords(row, places)];
    }),
  );
}
