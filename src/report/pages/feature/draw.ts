/** Draws a feature over time, with its axes. */
import { poolFrames } from '../../../features/segments/self-similarity.js';
import { roundTicks } from '../../charts/scale.js';
import type { FeatureDrawing, Heat, PlaceTick } from './describe.js';
import type { Box, Brightness, Ink } from './ink.js';

/** Sizes in pixels. */
export const PICTURE_WIDTH = 960;
const MAP_HEIGHT = 300;
const LINE_HEIGHT = 220;
const EVENTS_HEIGHT = 90;
const [LEFT, RIGHT, TOP, BOTTOM, GAP] = [72, 20, 54, 48, 34];
const PLOT = PICTURE_WIDTH - LEFT - RIGHT;

const [TEXT, MUTED, LINE, GRID] = ['#1b1f24', '#5c6570', '#1f6fb4', '#e2e5e9'];
const GROUPS = ['#1f6fb4', '#d55e00', '#008a66', '#b8569a', '#b98300', '#3d9ed1', '#7457c8', '#6b7300'];

/** Decibels from the darkest to the brightest, and the power below which nothing is bright. */
const RANGE = 80;
const QUIET = 1e-3;

/** A feature with what its axes need. */
export interface Picture {
  title: string;
  drawing: FeatureDrawing;
  /** Length of the recording. */
  seconds: number;
  secondsPerFrame: number;
}

const panelsOf = (drawing: FeatureDrawing): { count: number; height: number } => {
  if (drawing.kind === 'heat') return { count: drawing.maps.length, height: MAP_HEIGHT };
  return { count: 1, height: drawing.kind === 'line' ? LINE_HEIGHT : EVENTS_HEIGHT };
};

/** Height of a picture in pixels. */
export function pictureHeight({ drawing }: Picture): number {
  const { count, height } = panelsOf(drawing);
  return TOP + count * height + (count - 1) * GAP + BOTTOM;
}

/** Values of a heat map as brightness: silence, and a map that is the same everywhere, are dark. */
export function brightnessOf({ matrix, scale }: Heat): Brightness {
  const { values, frames, bands } = poolFrames(matrix, Math.max(1, Math.ceil(matrix.frames / PLOT)));
  const shown = scale === 'linear' ? values : decibels(values, scale === 'power' ? 1 : 2);
  const low = shown.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const high = shown.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [from, to] = scale === 'linear' ? [low, high] : [-RANGE, 0];
  const bytes = Uint8Array.from(shown, (value) =>
    to > from ? Math.round(255 * Math.min(1, Math.max(0, (value - from) / (to - from)))) : 0,
  );
  return { values: bytes, columns: frames, rows: bands };
}

/** Decibels below the largest; `power` is the exponent that makes a power of the values. */
function decibels(values: Float32Array, power: 1 | 2): Float32Array {
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const zero = Math.max(QUIET, largest ** power);
  return values.map((value) => 10 * Math.log10(Math.max(1e-12, value ** power) / zero));
}

/** Draws the whole picture. */
export function drawPicture(ink: Ink, picture: Picture): void {
  const { title, drawing, seconds, secondsPerFrame } = picture;
  const { count, height } = panelsOf(drawing);
  ink.text(LEFT, 18, title, 'start', TEXT);
  const x = (time: number): number => LEFT + (PLOT * time) / seconds;
  for (let panel = 0; panel < count; panel++) {
    const box = { x: LEFT, y: TOP + panel * (height + GAP), width: PLOT, height };
    if (drawing.kind === 'heat') drawHeat(ink, drawing.maps[panel], box);
    else if (drawing.kind === 'line') drawLine(ink, drawing, box, (frame) => x(frame * secondsPerFrame));
    else drawTimes(ink, drawing, box, x);
  }
  const bottom = TOP + count * height + (count - 1) * GAP;
  for (const time of roundTicks(0, seconds, 10)) {
    ink.rect({ x: x(time), y: bottom, width: 1, height: 5 }, MUTED);
    ink.text(x(time), bottom + 16, String(Number(time.toFixed(3))), 'middle', MUTED);
  }
  ink.text(LEFT + PLOT / 2, bottom + 36, 'seconds', 'middle', TEXT);
}

function drawTicks(ink: Ink, ticks: readonly PlaceTick[], { x, y, height }: Box): void {
  let before = Number.POSITIVE_INFINITY;
  for (const { at, text } of ticks) {
    const place = y + (1 - at) * height;
    // Names that would lie on one another are left out.
    if (before - place < 13) continue;
    before = place;
    ink.rect({ x: x - 5, y: place, width: 5, height: 1 }, MUTED);
    ink.text(x - 9, place, text, 'end', MUTED);
  }
}

function drawHeat(ink: Ink, map: Heat, box: Box): void {
  if (map.matrix.frames > 0) ink.image(brightnessOf(map), box);
  drawTicks(ink, map.ticks, box);
  ink.text(box.x - 9, box.y - 14, map.axis, 'end', TEXT);
  if (map.title !== '') ink.text(box.x, box.y - 14, map.title, 'start', TEXT);
  const scale =
    map.scale === 'linear' ? 'dark: the least, bright: the greatest' : `dark: ${RANGE} dB below the loudest`;
  ink.text(box.x + box.width, box.y - 14, scale, 'end', MUTED);
}

function drawLine(
  ink: Ink,
  { values, axis }: Extract<FeatureDrawing, { kind: 'line' }>,
  box: Box,
  x: (frame: number) => number,
): void {
  const known = values.filter((value) => Number.isFinite(value));
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const [low, high] = known.length === 0 ? [0, 1] : least < most ? [least, most] : [least - 0.5, least + 0.5];
  const at = (value: number): number => 0.04 + (0.92 * (value - low)) / (high - low);
  const y = (value: number): number => box.y + (1 - at(value)) * box.height;
  const marked = roundTicks(low, high, 6);
  for (const value of marked) ink.rect({ x: box.x, y: y(value), width: box.width, height: 1 }, GRID);
  drawTicks(
    ink,
    marked.map((value) => ({ at: at(value), text: String(value) })),
    box,
  );
  ink.text(box.x - 9, box.y - 14, axis.split(',')[0], 'end', TEXT);
  if (axis.includes(',')) ink.text(box.x, box.y - 14, axis.split(', ')[1], 'start', MUTED);
  for (const piece of piecesOf(values)) {
    const points = thinned(piece, Math.ceil(values.length / PLOT)).map(
      ([frame, value]) => [x(frame), y(value)] as const,
    );
    // A single frame is a dot, not nothing.
    ink.line(points.length === 1 ? [points[0], [points[0][0] + 1, points[0][1]]] : points, LINE, 1.4);
  }
}

/** Frames and values without the gaps where there is none. */
function piecesOf(values: Float32Array): [frame: number, value: number][][] {
  const pieces: [number, number][][] = [];
  let isOpen = false;
  values.forEach((value, frame) => {
    if (!Number.isFinite(value)) isOpen = false;
    else if (isOpen) pieces[pieces.length - 1].push([frame, value]);
    else {
      pieces.push([[frame, value]]);
      isOpen = true;
    }
  });
  return pieces;
}

/** The least and the greatest of every `step` points, so that no peak is lost. */
function thinned(points: [number, number][], step: number): [number, number][] {
  if (step < 2) return points;
  const kept: [number, number][] = [];
  for (let from = 0; from < points.length; from += step) {
    const some = points.slice(from, from + step);
    const ends = [
      some.reduce((a, b) => (b[1] < a[1] ? b : a)),
      some.reduce((a, b) => (b[1] > a[1] ? b : a)),
    ].sort((a, b) => a[0] - b[0]);
    kept.push(...(ends[0] === ends[1] ? [ends[0]] : ends));
  }
  return kept;
}

function drawTimes(
  ink: Ink,
  drawing: Extract<FeatureDrawing, { kind: 'events' | 'segments' }>,
  box: Box,
  x: (time: number) => number,
): void {
  if (drawing.kind === 'events') {
    ink.rect({ ...box, y: box.y + box.height - 1, height: 1 }, MUTED);
    for (const time of drawing.times)
      ink.rect({ x: x(time), y: box.y, width: 1.5, height: box.height - 1 }, LINE);
    return;
  }
  const high = box.height / Math.max(1, drawing.levels.length);
  drawing.levels.forEach(({ segments }, level) => {
    const y = box.y + level * high;
    ink.text(box.x - 9, y + high / 2, `level ${level + 1}`, 'end', MUTED);
    for (const { begin, end, group } of segments) {
      const width = Math.max(1, x(end) - x(begin) - 1);
      ink.rect({ x: x(begin), y: y + 1, width, height: high - 2 }, GROUPS[group % GROUPS.length]);
      if (width > 14)
        ink.text(
          x(begin) + width / 2,
          y + high / 2,
          String.fromCharCode(65 + (group % 26)),
          'middle',
          '#ffffff',
        );
    }
  });
}
