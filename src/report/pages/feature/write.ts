/** Writes a picture of one feature: PNG, SVG, or a page. */
import { basename, extname } from 'node:path';
import { Failure, UsageError } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { readNpyValues } from '../../../base/npy.js';
import { frame } from '../../kit/frame.js';
import { Html, html } from '../../kit/html.js';
import { type DrawnFeature, drawingOf } from './describe.js';
import { drawPicture, PICTURE_WIDTH, type Picture, pictureHeight } from './draw.js';
import { PixelInk, SvgInk } from './ink.js';

/** Endings of pictures, and what is written. */
export const PICTURE_ENDINGS = ['.png', '.svg', '.html'] as const;

/** A feature of a recording, and where its picture goes. */
export interface PictureRequest extends Omit<DrawnFeature, 'values'> {
  /** Path of the recording. */
  audio: string;
  seconds: number;
  /** The .npy file that holds the array. */
  array: string;
  /** A file with one of `PICTURE_ENDINGS`. */
  out: string;
  /** Lines about the feature, for the page. */
  lines: readonly string[];
  command?: string | null;
}

const PAGE_STYLE =
  '.picture { min-width: 720px; } .picture svg { width: 100%; height: auto; border-radius: 8px; display: block; }';

/** Throws a UsageError for a file that is no picture. */
export function requirePictureEnding(out: string): void {
  const ending = extname(out).toLowerCase();
  if (!PICTURE_ENDINGS.some((known) => known === ending))
    throw new UsageError(`--plot must end in ${PICTURE_ENDINGS.join(', ')}, and ${out} does not.`);
}

/** Draws the feature. Throws a UsageError for one that is a single number, a Failure when nothing can be written. */
export async function writePicture(request: PictureRequest): Promise<void> {
  const { audio, name, settings, shape, found, seconds, array, out, lines, command } = request;
  const drawing = drawingOf({ name, settings, shape, found, values: await readNpyValues(array) });
  if (drawing === null)
    throw new UsageError(`--plot: ${name} is a single number, of which there is no picture; remove --plot.`);
  if (!(seconds > 0)) throw new Failure(`${audio} is empty; there is nothing to draw.`);
  const title = `${name}, ${basename(audio)}`;
  const picture: Picture = {
    ...{ title, drawing, seconds },
    secondsPerFrame: settings.hopLength / settings.sampleRate,
  };
  const height = pictureHeight(picture);
  if (extname(out).toLowerCase() === '.png') {
    const ink = new PixelInk(PICTURE_WIDTH, height);
    drawPicture(ink, picture);
    return writeWhole(out, ink.png());
  }
  const ink = new SvgInk(PICTURE_WIDTH, height);
  drawPicture(ink, picture);
  const svg = ink.svg(title);
  if (extname(out).toLowerCase() === '.svg') return writeWhole(out, svg);
  await writeWhole(
    out,
    frame({
      title,
      heading: name,
      lead: html`<p class="lead">${basename(audio)}</p>`,
      main: html`<div class="wide" tabindex="0" role="region" aria-label="Picture"><div class="picture">${new Html(svg)}</div></div>
${lines.map((line) => html`<p class="aside">${line.replace(`${name}  `, '')}</p>`)}`,
      footer: html`Made by polytag.`,
      command,
      style: PAGE_STYLE,
      script: '',
    }),
  );
}
