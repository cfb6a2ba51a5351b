/**
 * What the page offers to the browser code of its sections. `openPage` and `runSections` are embedded as source
 * text: they use their parameters and the browser's globals only.
 */
import type { Data, ErrorBar, Layout, Shape } from 'plotly.js-dist';

/** Colours of the current colour scheme, as `#rrggbb` (Plotly takes no other form from a style sheet). */
export interface Theme {
  text: string;
  muted: string;
  line: string;
  background: string;
  positive: string;
  negative: string;
  series: string[];
}

/** What Plotly is given. */
export interface Chart {
  traces: Data[];
  layout: Partial<Layout>;
}

/** Tools for the sections' browser code. */
export interface Page {
  /** Draws a chart into an element, again whenever the colour scheme changes; replaces what it showed. */
  plot(host: HTMLElement, build: (theme: Theme) => Chart): void;
  /** Decodes base64. */
  bytes(base64: string): Uint8Array;
  /** Red, green and blue of 256 levels of brightness. */
  magma: Uint8Array;
  /** Lines from values to the ends of their intervals; of no length where there is none. */
  intervals(
    measured: readonly { value: number | null; interval: readonly [number, number] | null }[],
    colour: string,
  ): ErrorBar;
  /** A dotted line across the chart at an x; none where it is null. */
  guide(x: number | null, theme: Theme): Partial<Shape>[];
  /** A dotted line from 0 to 1 in both directions: chance, or perfect calibration. */
  diagonal(theme: Theme): Data;
  /** Escapes a text for Plotly, which reads its labels as HTML. */
  plain(text: string): string;
  /** Resolves when everything that was plotted so far is drawn. */
  settled(): Promise<void>;
}

/** The part of Plotly that the page uses. */
interface Plotter {
  react(host: HTMLElement, traces: Data[], layout: Partial<Layout>, config: object): Promise<unknown>;
}

/**
 * Unpacks Plotly from the page and opens the tools.
 *
 * @param magmaColours - the function of that name
 * @returns the tools; charts wait until Plotly has been unpacked
 */
export function openPage(magmaColours: () => Uint8Array): Page {
  const bytes = (base64: string): Uint8Array => {
    const binary = atob(base64);
    const out = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
    return out;
  };

  const unpack = async (): Promise<Plotter> => {
    const packed = bytes(document.getElementById('plotly-packed')!.textContent!.trim());
    const stream = new Blob([packed as BlobPart]).stream().pipeThrough(new DecompressionStream('gzip'));
    const script = document.createElement('script');
    script.textContent = await new Response(stream).text();
    document.head.append(script);
    const scope = window as unknown as { Plotly?: Plotter; moduleName?: Plotter };
    const plotter = scope.Plotly ?? scope.moduleName;
    if (!plotter) throw new Error('Plotly could not be started in this browser.');
    return plotter;
  };
  const plotter = unpack();

  const theme = (): Theme => {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
    return {
      text: colour('text'),
      muted: colour('muted'),
      line: colour('line'),
      background: colour('background'),
      positive: colour('positive'),
      negative: colour('negative'),
      series: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => colour(`series-${number}`)),
    };
  };

  const charts = new Map<HTMLElement, (theme: Theme) => Chart>();
  const drawing = new Map<HTMLElement, Promise<void>>();

  const draw = async (host: HTMLElement): Promise<void> => {
    const plotly = await plotter;
    const colours = theme();
    const { traces, layout } = charts.get(host)!(colours);
    const axis = {
      gridcolor: colours.line,
      linecolor: colours.line,
      zerolinecolor: colours.line,
      automargin: true,
      fixedrange: true,
    };
    const titled = (given: object | undefined): object => ({ ...axis, ...given });
    await plotly.react(
      host,
      traces,
      {
        paper_bgcolor: 'rgba(0,0,0,0)',
        plot_bgcolor: 'rgba(0,0,0,0)',
        font: { family: 'system-ui, sans-serif', size: 13, color: colours.text },
        margin: { l: 48, r: 12, t: 12, b: 44 },
        colorway: colours.series,
        hoverlabel: { bgcolor: colours.background, font: { color: colours.text }, bordercolor: colours.line },
        legend: { orientation: 'h', y: 1.02, yanchor: 'bottom', x: 0 },
        ...layout,
        xaxis: titled(layout.xaxis),
        yaxis: titled(layout.yaxis),
        ...(layout.yaxis2 ? { yaxis2: titled(layout.yaxis2) } : {}),
      },
      { responsive: true, displaylogo: false, displayModeBar: false },
    );
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

  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    for (const host of charts.keys()) show(host);
  });

  return {
    plot: (host, build) => {
      charts.set(host, build);
      show(host);
    },
    bytes,
    magma: magmaColours(),
    intervals: (measured, colour) => {
      const reach = (side: 0 | 1): number[] =>
        measured.map(({ value, interval }) =>
          value === null || interval === null ? 0 : Math.abs(interval[side] - value),
        );
      return {
        type: 'data',
        symmetric: false,
        array: reach(1),
        arrayminus: reach(0),
        color: colour,
        thickness: 1.6,
      };
    },
    guide: (x, { muted }) =>
      x === null
        ? []
        : [
            {
              type: 'line',
              x0: x,
              x1: x,
              yref: 'paper',
              y0: 0,
              y1: 1,
              line: { color: muted, width: 1, dash: 'dot' },
            },
          ],
    diagonal: ({ muted }) => ({
      type: 'scatter',
      mode: 'lines',
      x: [0, 1],
      y: [0, 1],
      hoverinfo: 'skip',
      line: { color: muted, width: 1, dash: 'dot' },
    }),
    plain: (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    settled: async () => {
      await Promise.all(drawing.values());
    },
  };
}

/**
 * Runs the sections' browser code. A section that fails says so in its place, and the others still draw.
 *
 * @param page - the tools
 * @param sections - each section's id and code
 */
export async function runSections(
  page: Page,
  sections: [string, ((page: Page, data: unknown, host: HTMLElement) => void)[]][],
): Promise<void> {
  const data = JSON.parse(document.getElementById('report-data')!.textContent!) as Record<string, unknown>;
  const complain = (host: HTMLElement, error: unknown): void => {
    const line = document.createElement('p');
    line.className = 'failure';
    line.textContent = `This part could not be drawn: ${error instanceof Error ? error.message : String(error)}`;
    host.append(line);
    reportError(error);
  };
  for (const [id, draws] of sections) {
    const host = document.getElementById(id)!;
    try {
      for (const draw of draws) draw(page, data[id], host);
    } catch (error) {
      complain(host, error);
    }
  }
  try {
    await page.settled();
    document.documentElement.dataset.state = 'drawn';
  } catch (error) {
    complain(document.querySelector('main')!, error);
    document.documentElement.dataset.state = 'failed';
  }
}
