/** What a feature's picture is drawn with: as SVG, or as pixels. */

import { escapeHtml } from '../../../base/format.js';
import { drawable, eachPixel, LETTER_ADVANCE, LETTER_HEIGHT } from '../../charts/pixel-font.js';
import { encodePng } from '../../charts/png.js';
import { magmaColours } from '../../kit/browser/picture.js';

/** Brightness 0 to 255, row-major [columns × rows]; row 0 is the lowest. */
export interface Brightness {
  values: Uint8Array;
  columns: number;
  rows: number;
}

/** A box in pixels, from its top left corner. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Draws in pixels from the top left; colours are `#rrggbb`. */
export interface Ink {
  rect(box: Box, colour: string): void;
  line(points: readonly (readonly [x: number, y: number])[], colour: string, width: number): void;
  /** The text's middle lies at y, its start, middle or end at x. */
  text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', colour: string): void;
  image(picture: Brightness, box: Box): void;
}

/** Red, green and blue of a picture, the top row first. */
function painted({ values, columns, rows }: Brightness): Uint8Array {
  const magma = magmaColours();
  const pixels = new Uint8Array(3 * columns * rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const colour = 3 * values[column * rows + rows - 1 - row];
      pixels.set(magma.subarray(colour, colour + 3), 3 * (row * columns + column));
    }
  return pixels;
}

const short = (value: number): string => String(Number(value.toFixed(2)));

/** Draws as SVG: text and lines are vectors, heat maps are embedded as PNG. */
export class SvgInk implements Ink {
  private body = '';

  constructor(
    private readonly width: number,
    private readonly height: number,
  ) {}

  rect({ x, y, width, height }: Box, colour: string): void {
    this.body += `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" fill="${colour}"/>\n`;
  }

  line(points: readonly (readonly [number, number])[], colour: string, width: number): void {
    const path = points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('');
    this.body += `<path d="${path}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round"/>\n`;
  }

  text(x: number, y: number, words: string, anchor: string, colour: string): void {
    this.body += `<text x="${short(x)}" y="${short(y + 4)}" text-anchor="${anchor}" fill="${colour}">${escapeHtml(words)}</text>\n`;
  }

  image(picture: Brightness, { x, y, width, height }: Box): void {
    const png = encodePng(painted(picture), picture.columns, picture.rows, 3).toString('base64');
    this.body += `<image x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" preserveAspectRatio="none" style="image-rendering:pixelated" href="data:image/png;base64,${png}"/>\n`;
  }

  /** The file; `title` is for people who do not see it. */
  svg(title: string): string {
    const { width, height } = this;
    return (
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="Helvetica, Arial, 'Liberation Sans', 'Noto Sans CJK SC', sans-serif" font-size="12" role="img">\n` +
      `<title>${escapeHtml(title)}</title>\n<rect width="100%" height="100%" fill="#ffffff"/>\n${this.body}</svg>\n`
    );
  }
}

/** Pixels of the file for each of the drawing's, and of the file for each of a letter's. */
const RATIO = 2;
const LETTER_SCALE = 2;

/** Draws pixels, twice as many as the drawing asks for in each direction. */
export class PixelInk implements Ink {
  private readonly pixels: Uint8Array;
  private readonly wide: number;
  private readonly high: number;

  constructor(width: number, height: number) {
    this.wide = RATIO * width;
    this.high = RATIO * height;
    this.pixels = new Uint8Array(3 * this.wide * this.high).fill(255);
  }

  private fill(left: number, top: number, width: number, height: number, colour: string): void {
    const rgb = Buffer.from(colour.slice(1), 'hex');
    for (let y = Math.max(0, top); y < Math.min(this.high, top + height); y++)
      for (let x = Math.max(0, left); x < Math.min(this.wide, left + width); x++)
        this.pixels.set(rgb, 3 * (y * this.wide + x));
  }

  rect({ x, y, width, height }: Box, colour: string): void {
    const [left, top] = [Math.round(RATIO * x), Math.round(RATIO * y)];
    const [right, bottom] = [Math.round(RATIO * (x + width)), Math.round(RATIO * (y + height))];
    this.fill(left, top, Math.max(1, right - left), Math.max(1, bottom - top), colour);
  }

  line(points: readonly (readonly [number, number])[], colour: string, width: number): void {
    const thick = Math.max(1, Math.round(RATIO * width));
    for (let i = 1; i < points.length; i++) {
      const [from, to] = [points[i - 1], points[i]].map(([x, y]) => [RATIO * x, RATIO * y]);
      const steps = Math.max(1, Math.ceil(Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1]))));
      for (let step = 0; step <= steps; step++) {
        const [x, y] = [0, 1].map((k) =>
          Math.round(from[k] + ((to[k] - from[k]) * step) / steps - thick / 2),
        );
        this.fill(x, y, thick, thick, colour);
      }
    }
  }

  text(x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end', colour: string): void {
    const text = drawable(words);
    const width = LETTER_SCALE * (LETTER_ADVANCE * text.length - 1);
    const left = Math.round(RATIO * x - { start: 0, middle: width / 2, end: width }[anchor]);
    const top = Math.round(RATIO * y - (LETTER_SCALE * LETTER_HEIGHT) / 2);
    eachPixel(text, (column, row) => {
      this.fill(left + LETTER_SCALE * column, top + LETTER_SCALE * row, LETTER_SCALE, LETTER_SCALE, colour);
    });
  }

  image(picture: Brightness, { x, y, width, height }: Box): void {
    const colours = painted(picture);
    const [left, top] = [Math.round(RATIO * x), Math.round(RATIO * y)];
    const [wide, high] = [Math.round(RATIO * width), Math.round(RATIO * height)];
    for (let row = 0; row < high; row++)
      for (let column = 0; column < wide; column++) {
        const from =
          Math.floor((row * picture.rows) / high) * picture.columns +
          Math.floor((column * picture.columns) / wide);
        this.pixels.set(
          colours.subarray(3 * from, 3 * from + 3),
          3 * ((top + row) * this.wide + left + column),
        );
      }
  }

  png(): Buffer {
    return encodePng(this.pixels, this.wide, this.high, 3);
  }
}
