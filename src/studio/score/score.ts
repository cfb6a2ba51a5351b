/** A project as a drawn score, and when its notes sound. */
import { Failure } from '../../base/errors.js';
import { projectMusicXml } from '../exchange/project-musicxml.js';
import type { Project } from '../project/schema.js';

/** How a score is drawn. */
export interface ScoreDrawing {
  /** Width of a page in pixels at a zoom of 1. Default: 1000. */
  width?: number;
  /** Height of a page. Default: one page as high as the piece needs. */
  height?: number;
  /** Size of the staves; 1 is that of printed music. Default: 1. */
  zoom?: number;
  /** Whether the title is drawn above the first staves. Default: true. */
  title?: boolean;
}

/** Notes that begin or end at a moment. */
export interface ScoreMoment {
  /** From the beginning of the piece. */
  seconds: number;
  /** Ids of the elements of the drawing, as `elementOf` makes them. */
  on: string[];
  off: string[];
}

/** A drawn score. */
export interface DrawnScore {
  /** SVG for each page: its size is in `viewBox` alone, and its colour is that of the text around it. */
  pages: string[];
  /** In order of time. */
  moments: ScoreMoment[];
}

/** In tenths of the space between the lines of a staff, of which a pixel is one at a scale of 100. */
const HIGHEST = 60_000;

/** Percent at which verovio draws staves as high as in print on a screen, at a zoom of 1. */
const SCALE = 40;

/** Started once: its WebAssembly takes half a second. */
let started: Promise<object> | null = null;

async function startModule(): Promise<object> {
  const { default: createModule } = await import('verovio/wasm');
  return createModule();
}

/**
 * Draws the score of a project (`projectMusicXml`) by verovio, which is loaded when it is first needed: 7 MB, under the LGPL. Runs
 * in Node and in browsers. The same arguments give the same drawing.
 *
 * @throws UsageError where no track sounds; RangeError for a width, height or zoom that is not positive
 */
export async function scoreSvg(
  project: Project,
  { width = 1000, height, zoom = 1, title = true }: ScoreDrawing = {},
): Promise<DrawnScore> {
  for (const [name, value] of Object.entries({ width, height: height ?? 1, zoom }))
    if (!(value > 0)) throw new RangeError(`${name} must be positive, not ${value}.`);
  const musicXml = projectMusicXml(project);
  started ??= startModule();
  const module = await started;
  const { VerovioToolkit, enableLog, LOG_ERROR } = await import('verovio/esm');
  // It writes remarks on the spacing of narrow pages to the console otherwise.
  enableLog(LOG_ERROR, module);
  const toolkit = new VerovioToolkit(module);
  try {
    const scale = SCALE * zoom;
    toolkit.setOptions({
      ...{ scale, pageWidth: (100 * width) / scale, pageHeight: height ? (100 * height) / scale : HIGHEST },
      ...{
        adjustPageHeight: height === undefined,
        breaks: 'auto',
        header: title ? 'auto' : 'none',
        footer: 'none',
      },
      // Without a seed, ids of what has none of its own would be others each time.
      ...{ svgViewBox: true, xmlIdSeed: 1 },
    });
    if (!toolkit.loadData(musicXml))
      throw new Failure(
        'The score cannot be drawn; export it as MusicXML and open it in a notation program.',
      );
    const pages = Array.from({ length: toolkit.getPageCount() }, (_, i) =>
      // It sets black for lines, which are `currentColor` otherwise; note heads and text have the colour of `fill`.
      toolkit.renderToSVG(i + 1).replaceAll(' color="black"', ' fill="currentColor"'),
    );
    const moments = toolkit
      .renderToTimemap()
      .map(({ tstamp, on = [], off = [] }): ScoreMoment => ({ seconds: tstamp / 1000, on, off }));
    return { pages, moments };
  } finally {
    toolkit.destroy();
  }
}
