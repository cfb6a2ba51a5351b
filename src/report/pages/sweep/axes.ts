/** Axes for the values of swept keys: numeric where all are numbers, else one place per value. */

import { readableKeys } from '../../../runs/compare/experiment-names.js';
import type { SweepOutcome } from '../../../runs/sweep/run.js';
import { roundTicks } from '../../charts/scale.js';

/** An axis of settings or metrics. */
export interface ValueAxis {
  title: string;
  kind: 'linear' | 'log' | 'category';
  /** Where each experiment stands, from 0 to 1; null where it has no value. */
  places: (number | null)[];
  ticks: { place: number; text: string }[];
}

/** Ratio of the largest to the smallest value from which an axis is logarithmic. */
const LOGARITHMIC = 30;

/** Up to this many values, each has a tick. */
const FEW = 7;

const tickText = (value: number): string => String(Number(value.toPrecision(3)));

/**
 * Lays values out on an axis.
 *
 * @param texts - each experiment's value as YAML writes it; undefined where it has none
 * @param known - all values, in the order in which places are given to those that are not numbers
 */
function axisOf(
  title: string,
  texts: readonly (string | undefined)[],
  known: readonly (string | undefined)[],
): ValueAxis {
  const numbers = texts.map((text) => (text === undefined || text.trim() === '' ? Number.NaN : Number(text)));
  const isNumeric = texts.every((text, i) => text === undefined || Number.isFinite(numbers[i]));
  return isNumeric && texts.some((text) => text !== undefined)
    ? numericAxis(
        title,
        numbers.map((value) => (Number.isNaN(value) ? null : value)),
      )
    : categoryAxis(title, texts, known);
}

/**
 * Lays numbers out on an axis, logarithmic where they span orders of magnitude.
 *
 * @param values - each experiment's, null where it has none; at least one number
 */
export function numericAxis(title: string, values: readonly (number | null)[]): ValueAxis {
  const defined = values.filter((value) => value !== null);
  const [low, high] = [Math.min(...defined), Math.max(...defined)];
  const kind = low > 0 && high / low >= LOGARITHMIC ? 'log' : 'linear';
  const scale = kind === 'log' ? Math.log10 : (value: number): number => value;
  const place = (value: number): number =>
    high === low ? 0.5 : (scale(value) - scale(low)) / (scale(high) - scale(low));
  const different = [...new Set(defined)].sort((a, b) => a - b);
  const marks = different.length <= FEW ? different : kind === 'log' ? [low, high] : roundTicks(low, high);
  // Texts closer than this would lie on one another.
  let before = Number.NEGATIVE_INFINITY;
  const apart = marks.filter((value) => {
    const isApart = place(value) - before >= 0.045;
    if (isApart) before = place(value);
    return isApart;
  });
  const ticks = apart.map((value) => ({ place: place(value), text: tickText(value) }));
  return { title, kind, places: values.map((value) => (value === null ? null : place(value))), ticks };
}

function categoryAxis(
  title: string,
  texts: readonly (string | undefined)[],
  known: readonly (string | undefined)[],
): ValueAxis {
  const names = [...new Set(known.filter((text) => text !== undefined))];
  const place = (name: string): number => (names.length < 2 ? 0.5 : names.indexOf(name) / (names.length - 1));
  return {
    title,
    kind: 'category',
    places: texts.map((text) => (text === undefined ? null : place(text))),
    ticks: names.map((name) => ({ place: place(name), text: name })),
  };
}

/** An axis for each swept key under its short name, with the experiments in the order of the results. */
export function settingAxes({ plan, results }: Pick<SweepOutcome, 'plan' | 'results'>): ValueAxis[] {
  const short = readableKeys(plan.keys);
  return plan.keys.map((key) =>
    axisOf(
      short.get(key)!,
      results.map(({ setting }) => setting.get(key)),
      plan.experiments.map(({ setting }) => setting.get(key)),
    ),
  );
}
