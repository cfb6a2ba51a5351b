/** Where the passages of a piece begin, and which of them are the same. */
import { checkerboardNovelty } from '../../features/segments/novelty.js';
import type { StyleForm } from './form-of-style.js';
import { agreement, barFeatures, endsAsPhrase, type PieceBars, rhythmAgreement } from './piece-bars.js';

/**
 * Passages whose melody is the same in this share of the time are variants of one another (A and A′): three bars of four and
 * more, such as a phrase that ends in another way.
 */
export const NEARLY_EQUAL = 0.6;

/** What is saved of a variant whose melody is the same all the time: it has to be written all the same. */
const SAVED = 0.25;

/** Phrases of two bars and more whose notes begin at the same times in this share are parallel: other notes in the same rhythm. */
const PARALLEL = 0.8;

/** What is saved of a phrase that is parallel to an earlier one: its rhythm. */
const RHYTHM_SAVED = 0.3;

/** What a passage costs, in bars that are written: by the place of its length in the list of the style, and without one. */
const LENGTH_COST = { listed: [0.45, 0.5, 0.59], paired: 0.59 };

/** What a passage of another length costs, such as six bars: this share of what it costs in parts of 2, 4, 8 … bars. */
const WHOLE = 0.95;

/** What it costs that a passage does not begin at a multiple of its length, which is where groups of bars begin. */
const BESIDE = 0.3;

/** What each bar costs beyond twice the usual length. */
const TOO_LONG = 0.5;

/** What a passage saves that begins where the novelty is 1, and costs where a note sounds over its beginning. */
const BORDER = { novelty: 0.5, crossed: 1 };

/** Longest passage that is considered, in bars. */
const LONGEST = 32;

/** Pieces up to this many bars are searched for variants; longer ones for equal passages alone. */
const SEARCHED = 400;

/** Pieces up to this many bars have their division improved bar by bar. */
const IMPROVED = 100;

/** A passage of the piece, in bars from its beginning. */
export interface Stretch {
  begin: number;
  bars: number;
  /** Index of the first passage that is equal to it, its own where none is. */
  same: number;
  /** Index of the first passage that it is a variant of; its own where none is. */
  like: number;
}

/** The largest of 1, 2, 4, 8 … that is not above a number. */
const powerBelow = (bars: number): number => 2 ** Math.floor(Math.log2(bars));

/** What a passage of some bars costs by its length. */
function lengthCost(bars: number, form: StyleForm): number {
  const long = TOO_LONG * Math.max(0, bars - 2 * form.bars[0]);
  const listed = LENGTH_COST.listed[form.bars.indexOf(bars)];
  if (listed !== undefined) return listed + long;
  let cost = 0;
  let parts = 0;
  for (let left = bars; left > 0; left -= powerBelow(left)) {
    cost += LENGTH_COST.listed[form.bars.indexOf(powerBelow(left))] ?? LENGTH_COST.paired;
    parts++;
  }
  return (parts > 1 ? WHOLE : 1) * cost + long;
}

/** Half the width of the kernel that novelty is measured with: half of a usual passage, and of the piece at most. */
const kernelOf = (bars: number, form: StyleForm): number =>
  Math.max(1, Math.min(Math.floor(bars / 4), Math.ceil(form.bars[0] / 2)));

/** What it costs that a passage of some bars begins at a bar; bars are grouped from the first in which the melody sounds. */
function placeCost({ onsets, steps }: PieceBars, begin: number, bars: number): number {
  const sounding = Math.floor(Math.max(0, onsets.indexOf(1)) / steps);
  return begin > sounding && (begin - sounding) % powerBelow(bars) !== 0 ? BESIDE : 0;
}

/** What it costs that a passage begins at a bar, whatever its length. */
function borderCosts(piece: PieceBars, form: StyleForm): number[] {
  const novelty = checkerboardNovelty(barFeatures(piece), {
    kernelFrames: kernelOf(piece.ids.length, form),
    similarity: 'cosine',
  });
  return piece.crossed.map((crossed, bar) =>
    bar === 0 ? 0 : (crossed ? BORDER.crossed : 0) - BORDER.novelty * novelty[bar],
  );
}

/** What a passage costs that is not equal to an earlier one, which it may be a variant of or parallel to. */
function writtenCost(piece: PieceBars, earlier: number, begin: number, bars: number): number {
  const share = agreement(piece, earlier, begin, bars);
  const saved = share >= NEARLY_EQUAL ? SAVED * share : 0;
  const isPhrase = (at: number): boolean => endsAsPhrase(piece, at, bars);
  const isParallel =
    bars >= 2 &&
    isPhrase(begin) &&
    isPhrase(earlier) &&
    rhythmAgreement(piece, earlier, begin, bars) >= PARALLEL;
  return (1 - Math.max(saved, isParallel ? RHYTHM_SAVED : 0)) * bars;
}

/** What stretches of bars cost to write where anything before them may be repeated; the first place of an equal one is kept. */
class Repeats {
  private readonly seen = new Map<string, number>();

  constructor(
    private readonly piece: PieceBars,
    private readonly longest: number,
  ) {
    const { ids } = piece;
    for (let bars = 1; bars <= longest; bars++)
      for (let begin = 0; begin + bars <= ids.length; begin++) {
        const key = this.keyOf(begin, bars);
        if (!this.seen.has(key)) this.seen.set(key, begin);
      }
  }

  private keyOf = (begin: number, bars: number): string =>
    this.piece.ids.slice(begin, begin + bars).join(' ');

  /** What a stretch costs beside its length. */
  cost(begin: number, bars: number): number {
    if (this.seen.get(this.keyOf(begin, bars))! + bars <= begin) return 0;
    let cost = bars;
    if (this.piece.ids.length > SEARCHED || this.longest === 0) return cost;
    for (let other = 0; other + bars <= begin; other++)
      cost = Math.min(cost, writtenCost(this.piece, other, begin, bars));
    return cost;
  }
}

/** Passages by the bars where they begin, with what they are equal to. */
function labelled(piece: PieceBars, begins: readonly number[]): Stretch[] {
  const { ids } = piece;
  const isEqual = (a: Stretch, begin: number, bars: number): boolean =>
    a.bars === bars && ids.slice(a.begin, a.begin + bars).every((id, i) => id === ids[begin + i]);
  const stretches: Stretch[] = [];
  for (const [i, begin] of begins.entries()) {
    const bars = (begins[i + 1] ?? ids.length) - begin;
    const equal = stretches.findIndex((other) => isEqual(other, begin, bars));
    const own = { begin, bars, same: equal < 0 ? i : equal, like: equal < 0 ? i : stretches[equal].like };
    if (equal < 0) {
      let best = NEARLY_EQUAL;
      for (const [k, other] of stretches.entries()) {
        if (other.bars !== bars || other.like !== k) continue;
        const share = agreement(piece, other.begin, begin, bars);
        if (share >= best) [best, own.like] = [share, k];
      }
    }
    stretches.push(own);
  }
  return stretches;
}

/** What a division costs, with only those passages repeated that it has. */
function costOf(
  piece: PieceBars,
  stretches: readonly Stretch[],
  form: StyleForm,
  borders: readonly number[],
): number {
  return stretches.reduce((sum, { begin, bars, same }, i) => {
    const earlier = stretches.slice(0, i).filter((other) => other.bars === bars);
    const written =
      same !== i
        ? 0
        : Math.min(bars, ...earlier.map((other) => writtenCost(piece, other.begin, begin, bars)));
    return sum + written + lengthCost(bars, form) + placeCost(piece, begin, bars) + borders[begin];
  }, 0);
}

/** The cheapest division where anything before a passage may be repeated, by dynamic programming. */
function cheapestBegins(piece: PieceBars, form: StyleForm, borders: readonly number[]): number[] {
  const count = piece.ids.length;
  const longest = Math.min(LONGEST, count);
  const repeats = new Repeats(piece, longest);
  const totals = [0];
  const from = [0];
  for (let end = 1; end <= count; end++) {
    totals[end] = Number.POSITIVE_INFINITY;
    for (let bars = 1; bars <= Math.min(longest, end); bars++) {
      const begin = end - bars;
      const own = repeats.cost(begin, bars) + lengthCost(bars, form) + placeCost(piece, begin, bars);
      const total = totals[begin] + own + borders[begin];
      if (total < totals[end]) [totals[end], from[end]] = [total, begin];
    }
  }
  const begins: number[] = [];
  for (let end = count; end > 0; end = from[end]) begins.unshift(from[end]);
  return begins;
}

/** Begins or ends passages at one bar after another for as long as the division becomes cheaper. */
function improved(
  begins: readonly number[],
  count: number,
  cost: (begins: readonly number[]) => number,
): number[] {
  let [best, least] = [[...begins], cost(begins)];
  for (let isBetter = true; isBetter; ) {
    isBetter = false;
    for (let bar = 1; bar < count; bar++) {
      const changed = best.includes(bar)
        ? best.filter((begin) => begin !== bar)
        : [...best, bar].sort((a, b) => a - b);
      const own = cost(changed);
      if (own < least - 1e-9) [best, least, isBetter] = [changed, own, true];
    }
  }
  return best;
}

/**
 * The passages of a piece: the division that takes least to write down. Each passage costs its bars unless an earlier one is
 * equal, and a little less than its bars where it is a variant of one, or a phrase of the same rhythm; something for itself, least at
 * the lengths that are usual in the style and at multiples of them; and less where the self-similarity of the bars has a border
 * (novelty by Foote's checkerboard kernel, 2000). Tried are the cheapest division by dynamic programming, and those into passages
 * of one length; the cheapest of them is improved bar by bar in pieces up to 100 bars. The search takes the third power of the
 * bars up to 400 of them, and the square beyond.
 */
export function divide(piece: PieceBars, form: StyleForm): Stretch[] {
  const count = piece.ids.length;
  const borders = borderCosts(piece, form);
  const even = [1, 2, 4, 8, 16, 32]
    .filter((bars) => bars < count)
    .map((bars) => Array.from({ length: Math.ceil(count / bars) }, (_, i) => i * bars));
  const cost = (begins: readonly number[]): number => costOf(piece, labelled(piece, begins), form, borders);
  const candidates = [cheapestBegins(piece, form, borders), [0], ...even];
  const costs = candidates.map(cost);
  const best = candidates[costs.indexOf(Math.min(...costs))];
  return labelled(piece, count <= IMPROVED ? improved(best, count, cost) : best);
}
