/** Drawings for strips: an outline, a matrix, shares over time. */
import type { DrawStrip } from './strip.js';

/** Brightness 0 to 255 by column and row, row 0 the lowest. */
export interface Brightness {
  values: Uint8Array;
  columns: number;
  rows: number;
}

/** Colours of a heat map from dark to bright: perceptually even, and readable in light and dark. */
const HEAT: [r: number, g: number, b: number][] = [
  [13, 8, 45],
  [84, 15, 109],
  [187, 55, 84],
  [249, 142, 9],
  [252, 255, 164],
];

function heat(value: number): [r: number, g: number, b: number] {
  const at = (value / 255) * (HEAT.length - 1);
  const low = Math.min(HEAT.length - 2, Math.floor(at));
  const share = at - low;
  return [0, 1, 2].map((i) => Math.round(HEAT[low][i] + share * (HEAT[low + 1][i] - HEAT[low][i]))) as [
    number,
    number,
    number,
  ];
}

const TABLE = Array.from({ length: 256 }, (_, value) => heat(value));

/** A matrix as a heat map. */
export const drawMatrix =
  ({ values, columns, rows }: Brightness): DrawStrip =>
  (context, width, height) => {
    const picture = new ImageData(columns, rows);
    for (let x = 0; x < columns; x++)
      for (let row = 0; row < rows; row++) {
        const [r, g, b] = TABLE[values[x * rows + row]];
        const at = 4 * ((rows - 1 - row) * columns + x);
        picture.data.set([r, g, b, 255], at);
      }
    const canvas = new OffscreenCanvas(columns, rows);
    canvas.getContext('2d')!.putImageData(picture, 0, 0);
    context.imageSmoothingEnabled = columns > width;
    context.drawImage(canvas, 0, 0, width, height);
  };

/** The outline of a sound, in pairs of smallest and largest sample from −1 to 1. */
export const drawOutline =
  (pairs: Float32Array, colourAt?: (share: number) => string): DrawStrip =>
  (context, width, height, style) => {
    const buckets = pairs.length / 2;
    const usual = style.getPropertyValue('--series-1');
    for (let x = 0; x < width; x++) {
      const from = Math.floor((x / width) * buckets);
      const to = Math.max(from + 1, Math.floor(((x + 1) / width) * buckets));
      let [low, high] = [0, 0];
      for (let i = from; i < to && i < buckets; i++) {
        low = Math.min(low, pairs[2 * i]);
        high = Math.max(high, pairs[2 * i + 1]);
      }
      context.fillStyle = colourAt ? style.getPropertyValue(colourAt(x / width)) : usual;
      const [top, bottom] = [((1 - high) / 2) * height, ((1 - low) / 2) * height];
      context.fillRect(x, top, 1, Math.max(1, bottom - top));
    }
  };

/** Smallest and largest samples of so many parts. */
export function outlineOf(samples: Float32Array, buckets: number): Float32Array {
  const pairs = new Float32Array(2 * buckets);
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-6);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = Math.floor(((bucket + 1) * samples.length) / buckets);
    let [low, high] = [0, 0];
    for (let n = Math.floor((bucket * samples.length) / buckets); n < end; n++) {
      low = Math.min(low, samples[n]);
      high = Math.max(high, samples[n]);
    }
    pairs.set([low / peak, high / peak], 2 * bucket);
  }
  return pairs;
}

/** Rows over time whose cells last from one window to the next; scores from 0 to 1 in [windows][rows], row 0 on top. */
export const drawCells =
  (starts: readonly number[], scores: readonly (readonly number[])[], seconds: number): DrawStrip =>
  (context, width, height, style) => {
    const rows = scores[0]?.length ?? 0;
    context.fillStyle = style.getPropertyValue('--accent');
    for (const [i, row] of scores.entries()) {
      const x = (starts[i] / seconds) * width;
      const end = i + 1 < starts.length ? (starts[i + 1] / seconds) * width : width;
      for (const [k, score] of row.entries()) {
        context.globalAlpha = Math.max(0, Math.min(1, score));
        context.fillRect(x, (k / rows) * height, Math.max(1, end - x), height / rows - 1);
      }
    }
    context.globalAlpha = 1;
  };
