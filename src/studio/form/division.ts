/** Where the passages of a piece begin, and which of them are the same. */
import { checkerboardNovelty } from '../../features/segments/novelty.js';
import type { StyleForm } from './form-of-style.js';
import { agreement, barFeatures, type PieceBars } from './piece-bars.js';

/**
 * Passages whose melody is the same in this share of the time are variants of one another (A and A′): three bars of four and
 * more, such as a phrase that ends in another way.
 */
export const NEARLY_EQUAL = 0.6;

/** What is saved of a variant whose melody is the same all the time: it has to be written all the same. */
const SAVED = 0.25;

/** What a passage costs, in bars that are written: by the place of its length in the list of the style, and without one. */
const LENGTH_COST = { listed: [0.45, 0.5, 0.59], paired: 0.59, other: 0.8 };

/** What each bar costs beyond twice the usual length. */
const TOO_LONG = 0.5;

/** What a passage saves that begins where the novelty is 1, and costs where a note sounds over its beginning. */
const BORDER = { novelty: 0.5, crossed: 1 };

/** Longest passage that is considered, in bars. */
const LONGEST = 32;

/** Pieces up to this many bars are searched for variants; longer ones for equal passages alone. */
const SEARCHED = 400;

/** A passage of the piece, in bars from its beginning. */
export interface Stretch {
  begin: number;
  bars: number;
  /** Index of the first passage that is equal to it, its own where none is. */
  same: number;
  /** Index of the first passage that it is a variant of; its own where none is. */
  like: number;
}

/** What a passage of some bars costs by its length. */
function lengthCost(bars: number, form: StyleForm): number {
  const unlisted = Number.isInteger(Math.log2(bars)) ? LENGTH_COST.paired : LENGTH_COST.other;
  const cost = LENGTH_COST.listed[form.bars.indexOf(bars)] ?? unlisted;
  return cost + TOO_LONG * Math.max(0, bars - 2 * form.bars[0]);
}

/** Half the width of the kernel that novelty is measured with: half of a usual passage, and of the piece at most. */
const kernelOf = (bars: number, form: StyleForm): number =>
  Math.max(1, Math.min(Math.floor(bars / 4), Math.ceil(form.bars[0] / 2)));

/** What it costs that a passage begins at a bar. */
function borderCosts(piece: PieceBars, form: StyleForm): number[] {
  const novelty = checkerboardNovelty(barFeatures(piece), {
    kernelFrames: kernelOf(piece.ids.length, form),
    similarity: 'cosine',
  });
  return piece.crossed.map((crossed, bar) =>
    bar === 0 ? 0 : (crossed ? BORDER.crossed : 0) - BORDER.novelty * novelty[bar],
  );
}

/** What a passage costs whose melody is the same as that of an earlier one in some share of the time. */
const variantCost = (share: number, bars: number): number =>
  share >= NEARLY_EQUAL ? (1 - SAVED * share) * bars : bars;

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
      cost = Math.min(cost, variantCost(agreement(this.piece, other, begin, bars), bars));
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
  return stretches.reduce((sum, { begin, bars, same, like }, i) => {
    const other = stretches[like];
    const written =
      same !== i ? 0 : like === i ? bars : variantCost(agreement(piece, other.begin, begin, bars), bars);
    return sum + written + lengthCost(bars, form) + borders[begin];
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
      const total = totals[begin] + repeats.cost(begin, bars) + lengthCost(bars, form) + borders[begin];
      if (total < totals[end]) [totals[end], from[end]] = [total, begin];
    }
  }
  const begins: number[] = [];
  for (let end = count; end > 0; end = from[end]) begins.unshift(from[end]);
  return begins;
}

/**
 * The passages of a piece: the division that takes least to write down. Each passage costs its bars unless an earlier one is
 * equal, and a little less than its bars where it is a variant of one; something for itself, least at the lengths that are usual in the
 * style; and less where the self-similarity of the bars has a border (novelty by Foote's checkerboard kernel, 2000). Tried are
 * the cheapest division by dynamic programming, and those into passages of one length; the search takes the third power of the
 * bars up to 400 of them, and the square beyond.
 */
export function divide(piece: PieceBars, form: StyleForm): Stretch[] {
  const count = piece.ids.length;
  const borders = borderCosts(piece, form);
  const even = [1, 2, 4, 8, 16, 32]
    .filter((bars) => bars < count)
    .map((bars) => Array.from({ length: Math.ceil(count / bars) }, (_, i) => i * bars));
  const candidates = [cheapestBegins(piece, form, borders), [0], ...even].map((begins) =>
    labelled(piece, begins),
  );
  const costs = candidates.map((stretches) => costOf(piece, stretches, form, borders));
  return candidates[costs.indexOf(Math.min(...costs))];
}
