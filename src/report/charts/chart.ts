/**
 * A chart as plain data. It is described once and drawn twice: by `browser/plotly.ts` in a page and by `svg.ts` for a
 * paper. A chart is axes and marks; a forest plot, for example, is segments and dots over named rows.
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
  /** In the legend. */
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
  /** Whether the points are marked too. */
  dots?: boolean;
  /** Under the pointer, in place of `name`. */
  label?: string;
  /** Under the pointer, a text per point, in place of x and y. */
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
  hover?: readonly string[];
  /** Opacity of each dot, in place of `opacity`. */
  opacities?: readonly number[];
  /** Values from 0 to 1 that colour the dots, in place of `tone`; `title` names them. */
  shades?: { title: string; values: readonly number[] };
}

/** A bar to the right in each row. */
export interface BarsMark extends MarkBase {
  kind: 'bars';
  x: readonly (number | null)[];
  /** Rows. */
  y: readonly number[];
}

/** Columns: a histogram of [0, 1], or counts at given places. */
export interface ColumnsMark extends MarkBase {
  kind: 'columns';
  counts: readonly number[];
  /** What is counted, in the plural. */
  unit: string;
  /** Whether the height is the share of all counts. */
  shares?: boolean;
  /** Middle of each column. Default: equal steps from 0 to 1. */
  x?: readonly number[];
  /** In units of x. Default: one step. */
  width?: number;
}

/** Straight lines, each from the first to the second x and y. */
export interface SegmentsMark extends MarkBase {
  kind: 'segments';
  x: readonly (readonly [number, number])[];
  y: readonly (readonly [number, number])[];
  /** In pixels. Default: 2. */
  width?: number;
  /** Whether the ends are marked, as those of an interval. */
  caps?: boolean;
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
export type Mark =
  | LineMark
  | DotsMark
  | BarsMark
  | ColumnsMark
  | SegmentsMark
  | GuideMark
  | TextMark
  | CellsMark;

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

/** Colour and dash of the nth of many lines: colours first, then dashes. */
export function lineStyle(n: number): { tone: Tone; dash: LineMark['dash'] } {
  return { tone: n % 8, dash: (['solid', 'dash', 'dot'] as const)[Math.floor(n / 8) % 3] };
}

/** `shapes` of marks that carry a name, each name once: the legend. */
export function legendOf(marks: readonly Mark[]): Exclude<Mark, CellsMark>[] {
  const named = marks.flatMap((mark) => (mark.kind === 'cells' || mark.name === undefined ? [] : [mark]));
  return named.filter(({ name }, i) => named.findIndex((other) => other.name === name) === i);
}
