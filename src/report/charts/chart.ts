/**
 * A chart as plain data. It is described once and drawn twice: by `browser/plotly.ts` in a page and by `svg.ts` for a
 * paper. A chart is axes and marks; a forest plot, for example, is lines and dots over named rows.
 */

/** A colour: one of the eight of a series, or a role. */
export type Tone = number | 'text' | 'muted' | 'line' | 'higher' | 'lower';

/** An axis of numbers, or of named places. */
export interface Axis {
  title: string;
  /** Default: a little more than the marks need. */
  range?: readonly [number, number];
  /** Default: linear. */
  scale?: 'linear' | 'log';
  /** Whether the numbers are shares of 1, written in percent. */
  percent?: boolean;
  /** Default: round numbers. */
  ticks?: readonly { at: number; text: string }[];
  /** Names of the places 0, 1, … instead of numbers. */
  names?: readonly string[];
  hidden?: boolean;
}

/** A named place on the y axis. */
export interface Row {
  /** A line break in it is taken where there is no room for one line. */
  name: string;
  /** Shown under the pointer; its first line is the heading. */
  hover?: string;
  /** Numbers that the rows can be sorted by. */
  keys?: readonly (number | null)[];
  /** Whether the row stays when only flagged rows are shown. */
  flag?: boolean;
}

interface MarkBase {
  tone: Tone;
  /** In the legend, where marks of one name are one entry. */
  name?: string;
  /** From 0 to 1. Default: 1. */
  opacity?: number;
  /** The series of the figure that the mark belongs to: shown when that series is chosen. */
  series?: number;
}

/** A line through points; it breaks where y is null. */
export interface LineMark extends MarkBase {
  kind: 'line';
  x: readonly number[];
  y: readonly (number | null)[];
  /** In pixels. Default: 2. */
  width?: number;
  /** Default: solid. */
  dash?: 'solid' | 'dash' | 'dot';
  /** Whether y jumps between the points, at the x of the left one. */
  step?: boolean;
  /** What stands at the points: dots, or the caps of an interval along x or y. Default: nothing. */
  ends?: 'dots' | 'x-caps' | 'y-caps';
  /** Under the pointer, in place of `name`; without either nothing is shown there. */
  label?: string;
  /** Under the pointer, one text per point, in place of x and y. */
  hover?: readonly string[];
}

/** Dots. */
export interface DotsMark extends MarkBase {
  kind: 'dots';
  x: readonly (number | null)[];
  y: readonly (number | null)[];
  /** Diameter in pixels. Default: 10. */
  size?: number;
  open?: boolean;
  /** Default: circle. */
  shape?: 'circle' | 'diamond';
  /** Under the pointer. Default: the text of the row. */
  hover?: readonly string[];
  /** Opacity of each dot, in place of `opacity`. */
  opacities?: readonly number[];
  /** Values from 0 to 1 that colour the dots, in place of `tone`; `title` names them. */
  shades?: { title: string; values: readonly number[] };
}

/** Bars to the right in rows, or upwards where they count something. */
export interface BarsMark extends MarkBase {
  kind: 'bars';
  x: readonly (number | null)[];
  y: readonly number[];
  /** Where bars in rows begin, for parts that lie end to end; x is then their length. Default: 0. */
  from?: readonly number[];
  /** Of bars that go up: what they count, and how many of it. */
  counts?: { unit: string; values: readonly number[] };
  /** Of bars that go up, in units of x. */
  width?: number;
}

/** A line across the chart at an x. */
export interface GuideMark extends MarkBase {
  kind: 'guide';
  x: number;
  /** Default: dot. */
  dash?: 'dash' | 'dot';
}

/** Words in the chart. */
export interface TextMark extends MarkBase {
  kind: 'text';
  x: number;
  y: number;
  text: string;
  /** Side of the text that lies at x. Default: middle. */
  anchor?: 'start' | 'middle' | 'end';
  /** Pixels to the right and upwards. Default: none. */
  shift?: readonly [number, number];
  bold?: boolean;
}

/** A heat map: a cell per row and column. */
export interface CellsMark {
  kind: 'cells';
  /** [rows][columns]; null is left empty. */
  values: readonly (readonly (number | null)[])[];
  /** Values of the first and the last colour. */
  range: readonly [number, number];
  /** From lower over the background to higher; from the background to the first series; or as a spectrogram. */
  colours: 'diverging' | 'share' | 'magma';
  /** In each cell and under the pointer, in place of the value. */
  texts?: readonly (readonly string[])[];
  /** Middle of each column on an axis of numbers. Default: 0, 1, … */
  x?: readonly number[];
  /** Title of the colour scale. Default: none is drawn. */
  scaleTitle?: string;
}

/** Anything that is drawn between the axes. */
export type Mark = LineMark | DotsMark | BarsMark | GuideMark | TextMark | CellsMark;

/** A chart. */
export interface Chart {
  /** Names the chart to people who do not see it, and in a paper. */
  title: string;
  x: Axis;
  /** Left out where there are rows. */
  y?: Axis;
  /** From the top downwards; a mark's y is the number of its row. */
  rows?: readonly Row[];
  marks: readonly Mark[];
  /** Said beside the number of rows that are shown. */
  note?: string;
  /** In pixels. Default: by the number of rows. */
  height?: number;
  /** Whether both axes have the same unit and the reader may move about, as on a map. */
  plane?: boolean;
}

/** A dotted diagonal from 0 to 1: chance, or perfect calibration. */
export function diagonal(name?: string): LineMark {
  return { kind: 'line', x: [0, 1], y: [0, 1], tone: 'muted', width: 1, dash: 'dot', name };
}

/** Points of a line that breaks after every second one: `ends` are the x and the y of each piece. */
export function pieces(
  ends: readonly { x: readonly [number, number]; y: readonly [number, number] }[],
): Pick<LineMark, 'x' | 'y'> {
  return { x: ends.flatMap(({ x }) => [...x, x[1]]), y: ends.flatMap(({ y }) => [...y, null]) };
}

/** A histogram of [0, 1] in equal steps. */
export function histogram(
  counts: readonly number[],
  { unit, isShare = false, ...look }: { unit: string; isShare?: boolean } & MarkBase,
): BarsMark {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return {
    ...{ kind: 'bars', counts: { unit, values: counts }, width: 1 / counts.length, ...look },
    x: counts.map((_, i) => (i + 0.5) / counts.length),
    y: counts.map((count) => (isShare ? count / total : count)),
  };
}

/** Colour and dash of the nth of many lines: colours first, then dashes. */
export function lineStyle(n: number): Pick<LineMark, 'tone' | 'dash'> {
  return { tone: n % 8, dash: (['solid', 'dash', 'dot'] as const)[Math.floor(n / 8) % 3] };
}

/** Marks with a name, the first of each: the legend. */
export function legendOf(marks: readonly Mark[]): Exclude<Mark, CellsMark>[] {
  const named = marks.flatMap((mark) => (mark.kind === 'cells' || mark.name === undefined ? [] : [mark]));
  return named.filter(({ name }, i) => named.findIndex((other) => other.name === name) === i);
}
