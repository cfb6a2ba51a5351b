/**
 * What a page offers to the browser code of its sections. Embedded in pages as source text: the functions use their
 * parameters and the browser's globals only.
 */
import type { Data, Layout } from 'plotly.js-dist';
import type { PlotlyChart } from '../../charts/browser/plotly.js';
import type { Theme } from '../../charts/browser/plotly-marks.js';
import type { Chart } from '../../charts/chart.js';
import type { sortHeaders } from './tables.js';

/** What the page is built from. */
export interface PageParts {
  /** Lays out a chart for a colour scheme and a width in pixels. */
  layOut(chart: Chart, theme: Theme, width: number): PlotlyChart;
  describe(chart: Chart): string;
  bytes(base64: string): Uint8Array;
  picture(values: Uint8Array, columns: number, rows: number): HTMLCanvasElement;
  sortHeaders: typeof sortHeaders;
}

/** A point of a chart that was clicked. */
export interface ClickedPoint {
  x: number;
  /** Number of the mark's trace, and of the point in it. */
  curveNumber: number;
  pointNumber: number;
}

/** Tools for the browser code of sections. */
export interface Page {
  /**
   * Draws a chart into an element in place of what it showed, and again whenever the colour scheme or the width changes.
   *
   * @param narrow - in place of the chart on narrow screens
   */
  draw(host: HTMLElement, chart: Chart, narrow?: Chart): void;
  /** Calls `listener` with the point of a chart that is clicked. */
  onClick(host: HTMLElement, listener: (point: ClickedPoint) => void): void;
  /** Decodes base64. */
  bytes(base64: string): Uint8Array;
  /** A matrix of brightness 0 to 255 as a canvas, row-major [columns × rows]; row 0 is the lowest. */
  picture(values: Uint8Array, columns: number, rows: number): HTMLCanvasElement;
  /** Lets the headers of a table sort it. */
  sortHeaders: typeof sortHeaders;
  /** Resolves when everything drawn so far is visible. */
  settled(): Promise<void>;
}

/** Browser code of a section; `host` is its element. */
export type PageScript<Content> = (page: Page, host: HTMLElement, data: Content) => void;

/** The part of Plotly that the page uses. */
interface Plotter {
  react(host: HTMLElement, traces: Data[], layout: Partial<Layout>, config: object): Promise<unknown>;
}

/** Unpacks Plotly from the page and opens the tools; charts wait until it is there. */
export function openPage({ layOut, describe, bytes, picture, sortHeaders: headers }: PageParts): Page {
  const unpack = async (): Promise<Plotter> => {
    const packed = bytes(document.getElementById('plotly-packed')!.textContent!.trim());
    const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
    const script = document.createElement('script');
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    const { Plotly } = window as unknown as { Plotly?: Plotter };
    if (!Plotly) throw new Error('Plotly could not be started in this browser.');
    return Plotly;
  };
  const plotter = unpack();

  const theme = (): Theme => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    const roles = ['text', 'muted', 'line', 'background', 'positive', 'negative'];
    const [text, muted, line, background, positive, negative] = roles.map(colour);
    const series = [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`series-${number}`));
    return { text, muted, line, background, positive, negative, series };
  };

  const charts = new Map<HTMLElement, { chart: Chart; narrow: Chart | undefined }>();
  const drawing = new Map<HTMLElement, Promise<void>>();

  const draw = async (host: HTMLElement): Promise<void> => {
    const plotly = await plotter;
    const width = host.clientWidth;
    const { chart, narrow } = charts.get(host)!;
    const shown = width < 600 && narrow ? narrow : chart;
    const { traces, layout, height } = layOut(shown, theme(), width);
    host.style.height = `${height}px`;
    host.setAttribute('aria-label', describe(shown));
    await plotly.react(host, traces, layout, { responsive: true, displaylogo: false, displayModeBar: false });
    host.dataset.drawn = 'yes';
  };

  const show = (host: HTMLElement): void => {
    // One after the other: Plotly must not be asked to draw into an element it is drawing into.
    const before = drawing.get(host) ?? Promise.resolve();
    drawing.set(
      host,
      before.catch(() => {}).then(() => draw(host)),
    );
  };
  const showAll = (): void => {
    for (const host of charts.keys()) show(host);
  };
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', showAll);
  let width = window.innerWidth;
  let waiting = 0;
  window.addEventListener('resize', () => {
    if (window.innerWidth === width) return;
    width = window.innerWidth;
    clearTimeout(waiting);
    waiting = window.setTimeout(showAll, 150);
  });
  // One recording at a time: two at once can be told apart by nobody.
  document.addEventListener(
    'play',
    ({ target }) => {
      for (const audio of Array.from(document.querySelectorAll('audio'))) if (audio !== target) audio.pause();
    },
    true,
  );

  const settled = async (): Promise<void> => {
    await Promise.all(drawing.values());
  };
  return {
    draw: (host, chart, narrow) => {
      charts.set(host, { chart, narrow });
      show(host);
    },
    onClick: (host, listener) => {
      void drawing.get(host)?.then(() => {
        const events = host as unknown as {
          on(event: string, listener: (click: { points: ClickedPoint[] }) => void): void;
        };
        events.on('plotly_click', ({ points }) => listener(points[0]));
      });
    },
    bytes,
    picture,
    sortHeaders: headers,
    settled,
  };
}

/**
 * Shows the page's figures and runs the scripts of its sections. What fails says so in its place; the others still
 * run.
 */
export async function runPage(
  page: Page,
  open: (page: Page, host: HTMLElement) => void,
  scripts: [HTMLElement, PageScript<unknown>, unknown][],
): Promise<void> {
  const complain = (host: Element, error: unknown): void => {
    const line = document.createElement('p');
    line.className = 'failure';
    line.textContent = `This part could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    host.append(line);
    reportError(error);
  };
  const attempt = (host: HTMLElement, work: () => void): void => {
    try {
      work();
    } catch (error) {
      complain(host, error);
    }
  };
  for (const host of Array.from(document.querySelectorAll<HTMLElement>('.figure')))
    attempt(host, () => open(page, host));
  for (const [host, script, data] of scripts) attempt(host, () => script(page, host, data));
  try {
    await page.settled();
    document.documentElement.dataset.state = 'drawn';
  } catch (error) {
    complain(document.querySelector('main')!, error);
    document.documentElement.dataset.state = 'failed';
  }
}
