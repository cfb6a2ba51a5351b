/** Scales of axes: where values lie, and round numbers for ticks. */
import type { Axis, Mark } from './chart.js';

/**
 * Round numbers that divide a range.
 *
 * @param about - how many are wanted
 * @returns multiples of 1, 2 or 5 times a power of ten within the range
 */
export function roundTicks(from: number, to: number, about = 5): number[] {
  const raw = (to - from) / about;
  if (!(raw > 0) || !Number.isFinite(raw)) return [from];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= 0.95 * raw) ?? 10);
  const ticks: number[] = [];
  for (let k = Math.ceil(from / step - 1e-9); k * step <= to + step * 1e-9; k++)
    ticks.push(Number((k * step).toPrecision(12)));
  return ticks;
}

/** Powers of ten within a range of numbers above 0. */
export function logTicks(from: number, to: number): number[] {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const last = Math.floor(Math.log10(to) + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => 10 ** (first + i));
}

/** Labelled places of an axis. */
export type Ticks = readonly { at: number; text: string }[];

/** Every value of a mark along an axis. */
function valuesOf(mark: Mark, side: 'x' | 'y'): (number | null)[] {
  switch (mark.kind) {
    case 'bars': {
      if (!mark.counts)
        return side === 'x' ? [0, ...mark.x.map((x, i) => x && (mark.from?.[i] ?? 0) + x)] : [];
      const half = mark.width! / 2;
      return side === 'y' ? [0, ...mark.y] : mark.x.flatMap((x) => [x! - half, x! + half]);
    }
    case 'cells':
      return side === 'y' ? [] : [...(mark.x ?? [-0.5, (mark.values[0]?.length ?? 1) - 0.5])];
    case 'guide':
      return side === 'x' ? [mark.x] : [];
    default:
      return [mark[side]].flat();
  }
}

/** Where values lie on an axis, from 0 to 1, and its ticks. */
export function scaleOf(
  axis: Axis,
  marks: readonly Mark[],
  side: 'x' | 'y',
): { at: (value: number) => number; ticks: Ticks } {
  const isLog = axis.scale === 'log';
  const size = isLog ? Math.log10 : (value: number): number => value;
  const values = marks
    .flatMap((mark) => valuesOf(mark, side))
    .filter((value): value is number => value !== null && Number.isFinite(value) && (!isLog || value > 0));
  let [low, high] = axis.range ?? [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  if (!(low < high)) [low, high] = isLog ? [0.5, 2] : [(values[0] ?? 0.5) - 0.5, (values[0] ?? 0.5) + 0.5];
  const margin = axis.range || axis.names ? 0 : 0.05 * (size(high) - size(low));
  const [from, to] = [size(low) - margin, size(high) + margin];
  const marked = isLog ? logTicks(low, high) : roundTicks(from, to);
  return {
    at: (value) => (size(value) - from) / (to - from),
    ticks:
      axis.ticks ??
      marked.map((at) => ({ at, text: axis.percent ? `${Number((100 * at).toFixed(1))} %` : String(at) })),
  };
}
