/** Where bar lines are among notes on a grid: the meter, and the notes before the first bar line. */
import { type GridNote, QUARTER } from './grid-notes.js';

/** Bars of a score. */
export interface Meter {
  /** Quarters in a bar. */
  beats: number;
  /** Quarters from the first note to the first bar line; 0 where the first note begins a bar. */
  pickup: number;
}

/** What is given; the rest is fitted. */
export type MeterSettings = Partial<Meter>;

/** Meters that are considered: of 2/4 and 4/4, which differ in how they are written, 4/4. */
const METERS = [3, 4];

/** The meter where too few notes tell one. */
const USUAL = 4;

/** Fewer notes than this tell no meter. */
const LEAST_NOTES = 8;

/** Bar lines are looked for on beats and halves of beats. */
const STEP = QUARTER / 2;

/** Notes count as no longer than a half. */
const LONGEST = 2 * QUARTER;

/** Notes of this many medians are long. */
const LONG = 1.5;

/**
 * What speaks for bar lines, as weights of a conditional logit fitted to half of the 5,521 songs of the Essen collection
 * in 2/4, 3/4 and 4/4, whole and cut to their first 10 to 24 notes; the other half is found as well as these.
 */
const WEIGHTS = {
  /** Share of the time that notes last which begin on a beat, begin a bar, or the second half of a bar of four. */
  onBeats: 3.84,
  atBar: 2.88,
  atMiddle: 0.95,
  /** Share of the bar lines where a note begins. */
  barsBegun: 6.1,
  /** Share of the notes that last over a bar line, or over the middle of a bar of four. */
  overBar: -1.79,
  overMiddle: -4.21,
  /** Share of the long notes that begin a bar, or the second half of a bar of four. */
  longAtBar: 2.17,
  longAtMiddle: 0.75,
  /** Share of the notes that come again in the next bar, at the same place and as long. */
  repeated: 5.97,
  three: -1.39,
};

/** How usual pickups are, by their length in quarters, and longer ones. */
const PICKUPS: Record<number, number> = { 0: 1.67, 0.5: 1.94, 1: 1.54, 1.5: 0.53 };
const LONG_PICKUP = { onBeat: -1.26, offBeat: 0 };

/** How well bars of some ticks fit whose first line is `pickup` ticks after the first note. */
function scoreOf(onsets: readonly number[], ends: readonly number[], bar: number, pickup: number): number {
  const count = onsets.length;
  const lengths = onsets.map((onset, i) => Math.min(LONGEST, ends[i] - onset));
  const median = [...lengths].sort((a, b) => a - b)[count >> 1];
  const lengthAt = new Map(onsets.map((onset, i) => [onset, lengths[i]]));
  const [hasMiddle, middle] = [bar === 4 * QUARTER, bar / 2];
  const sum = {
    time: 0,
    onBeats: 0,
    atBar: 0,
    atMiddle: 0,
    begun: 0,
    overBar: 0,
    overMiddle: 0,
    repeated: 0,
  };
  const long = { all: 0, atBar: 0, atMiddle: 0 };
  for (const [i, onset] of onsets.entries()) {
    const place = (((onset - pickup) % bar) + bar) % bar;
    const [isBar, isMiddle] = [place === 0, hasMiddle && place === middle];
    sum.time += lengths[i];
    if (place % QUARTER === 0) sum.onBeats += lengths[i];
    if (isBar) {
      sum.begun++;
      sum.atBar += lengths[i];
    } else if (place + ends[i] - onset > bar) sum.overBar++;
    if (isMiddle) sum.atMiddle += lengths[i];
    if (hasMiddle && !isBar && !isMiddle && (place % middle) + ends[i] - onset > middle) sum.overMiddle++;
    if (lengths[i] >= LONG * median) {
      long.all++;
      if (isBar) long.atBar++;
      if (isMiddle) long.atMiddle++;
    }
    if (lengthAt.get(onset + bar) === lengths[i]) sum.repeated++;
  }
  const bars = Math.max(1, Math.floor((onsets[count - 1] - pickup) / bar) + 1);
  const quarters = pickup / QUARTER;
  const usual = PICKUPS[quarters] ?? (Number.isInteger(quarters) ? LONG_PICKUP.onBeat : LONG_PICKUP.offBeat);
  return (
    (WEIGHTS.onBeats * sum.onBeats + WEIGHTS.atBar * sum.atBar + WEIGHTS.atMiddle * sum.atMiddle) / sum.time +
    (WEIGHTS.barsBegun * sum.begun) / bars +
    (WEIGHTS.overBar * sum.overBar + WEIGHTS.overMiddle * sum.overMiddle + WEIGHTS.repeated * sum.repeated) /
      count +
    (WEIGHTS.longAtBar * long.atBar + WEIGHTS.longAtMiddle * long.atMiddle) / Math.max(1, long.all) +
    (bar === 3 * QUARTER ? WEIGHTS.three : 0) +
    usual
  );
}

/**
 * Finds the meter, three or four quarters, and the pickup, in halves of quarters, of notes on a grid, from when they begin
 * and how long they last. A bar of two quarters is found as half of one of four; compound meters are not looked for. Fewer
 * than eight notes have bars of four without a pickup.
 *
 * @param placed - as of `placeOnGrid`
 * @param given - the meter or the pickup where it is known
 */
export function fitMeter(placed: readonly GridNote[], { beats, pickup }: MeterSettings = {}): Meter {
  if (placed.length < LEAST_NOTES || (beats !== undefined && pickup !== undefined))
    return { beats: beats ?? USUAL, pickup: pickup ?? 0 };
  const first = placed[0].begin;
  const onsets = placed.map(({ begin }) => begin - first);
  const last = placed[placed.length - 1];
  const ends = onsets.map((_, i) => onsets[i + 1] ?? last.begin + last.length - first);
  let [best, bestScore]: [Meter, number] = [{ beats: beats ?? USUAL, pickup: pickup ?? 0 }, -Infinity];
  for (const meter of beats === undefined ? METERS : [beats]) {
    const bar = meter * QUARTER;
    const pickups =
      pickup === undefined
        ? Array.from({ length: Math.ceil(bar / STEP) }, (_, i) => i * STEP)
        : [(pickup * QUARTER) % bar];
    for (const ticks of pickups) {
      const score = scoreOf(onsets, ends, bar, ticks);
      if (score > bestScore) [best, bestScore] = [{ beats: meter, pickup: ticks / QUARTER }, score];
    }
  }
  return best;
}
