/** Notes on a grid whose beats may be triplets. */
import {
  closeRests,
  followNote,
  type GridNote,
  type GridPlace,
  type NoteValue,
  QUARTER,
  ticksOf,
  timeAt,
} from './grid-notes.js';
import type { VoiceNote } from './segment.js';

/** An eighth of a triplet, in ticks. */
const TRIPLET = QUARTER / 3;

/** How far from the grid an onset usually is, in beats. */
const SPREAD = 0.06;

/**
 * What it costs, beside the distance, that a note begins there: the first note within a beat that makes it a triplet, and
 * notes off the beat by what they are on.
 */
const COST = { triplet: 1.2, inTriplet: 0.2, eighth: 0.2, sixteenth: 0.6, shorter: 1.2 };

/** Ways that are kept from one note to the next. */
const KEPT = 48;

/** Notes so far on a grid. */
interface Way {
  place: GridPlace;
  /** Seconds at which the grid had the last note, before it followed it. */
  onset: number;
  /** Whether the beat of the last note is a triplet; null where it has no note but on the beat. */
  isTriplet: boolean | null;
  cost: number;
  before: Way | null;
}

const beatOf = (tick: number): number => Math.floor(tick / QUARTER);

function costOff(tick: number, isTriplet: boolean, isNew: boolean): number {
  const off = tick % QUARTER;
  if (off === 0) return 0;
  if (isTriplet) return isNew ? COST.triplet : COST.inTriplet;
  if (off === QUARTER / 2) return COST.eighth;
  return off % (QUARTER / 4) === 0 ? COST.sixteenth : COST.shorter;
}

/** The ways on with a note at a tick; none where its beat is already divided otherwise. */
function stepTo(way: Way, tick: number, isTriplet: boolean, onset: number, fitted: number): Way[] {
  const isSameBeat = beatOf(tick) === beatOf(way.place.tick);
  const known = isSameBeat ? way.isTriplet : null;
  const divides = tick % QUARTER !== 0;
  if (divides && known !== null && known !== isTriplet) return [];
  const onGrid = timeAt(way.place, tick);
  const distance = (onset - onGrid) / fitted / SPREAD;
  return [
    {
      place: followNote(way.place, tick, onset, fitted),
      onset: onGrid,
      isTriplet: divides ? isTriplet : known,
      cost: way.cost + (distance * distance) / 2 + costOff(tick, isTriplet, known === null),
      before: way,
    },
  ];
}

/** The two ticks of a unit around an expected place, after another. */
function around(expected: number, unit: number, after: number): number[] {
  const low = Math.max(Math.floor(expected / unit), Math.floor(after / unit) + 1);
  return [low * unit, (low + 1) * unit];
}

/** The ways of least cost; of those that are alike in place and beat, the best. */
function cheapest(ways: readonly Way[]): Way[] {
  const best = new Map<string, Way>();
  for (const way of ways) {
    const key = `${way.place.tick} ${way.isTriplet}`;
    if (way.cost < (best.get(key)?.cost ?? Infinity)) best.set(key, way);
  }
  return [...best.values()].sort((a, b) => a.cost - b.cost).slice(0, KEPT);
}

/**
 * Puts notes on a grid where a beat is divided by two and its halves, or by three, whichever costs less over all notes: a
 * beam search, in which the grid follows the singer as in `placeOnGrid`. A beat with a note on its thirds has none on its
 * halves.
 *
 * @param notes - in order of time, one at least
 * @param fitted - seconds of a quarter
 * @param first - ticks from its beat at which the first note begins, below a quarter
 */
export function placeWithTriplets(
  notes: readonly VoiceNote[],
  fitted: number,
  shortest: NoteValue,
  first: number,
): GridNote[] {
  const step = ticksOf(shortest);
  const start = { tick: first, time: notes[0].onset, quarter: fitted };
  const isTriplet = first % QUARTER === 0 ? null : first % TRIPLET === 0 && first % step !== 0;
  let ways: Way[] = [{ place: start, onset: notes[0].onset, isTriplet, cost: 0, before: null }];
  for (const { onset } of notes.slice(1)) {
    ways = cheapest(
      ways.flatMap((way) => {
        const { tick, time, quarter } = way.place;
        const expected = tick + (QUARTER * (onset - time)) / quarter;
        return [
          ...around(expected, step, tick).flatMap((at) => stepTo(way, at, false, onset, fitted)),
          ...around(expected, TRIPLET, tick)
            .filter((at) => at % QUARTER !== 0)
            .flatMap((at) => stepTo(way, at, true, onset, fitted)),
        ];
      }),
    );
  }
  const path: Way[] = [];
  for (let way: Way | null = ways[0]; way !== null; way = way.before) path.unshift(way);
  const triplets = new Set(path.filter((way) => way.isTriplet).map(({ place }) => beatOf(place.tick)));
  return closeRests(
    path.map(({ place, onset }, note) => {
      const { tick: begin, quarter } = place;
      const end = begin + (QUARTER * (notes[note].offset - onset)) / quarter;
      const unit = triplets.has(beatOf(end)) ? TRIPLET : step;
      // A note ends on the division of the beat in which it ends, and after it began.
      let last = Math.round(end / unit) * unit;
      if (last <= begin) last = begin + (triplets.has(beatOf(begin)) ? TRIPLET : step);
      const length = last - begin;
      return { note, begin, length, onset, offset: onset + (length * quarter) / QUARTER };
    }),
  );
}
