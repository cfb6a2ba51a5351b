/** Progress of long work on standard error: a bar with time left on a terminal, an occasional line elsewhere. */
import cliProgress from 'cli-progress';

/** Receives the progress of long work. */
export interface Progress {
  /** Reports how far the work is. `detail` is shown after the bar (a loss, a rate). */
  update(done: number, detail?: string): void;
  /** Ends the report; call it also when the work failed. */
  stop(): void;
}

/** Reports nothing: for tests and for library use. */
export const silentProgress: Progress = { update: () => {}, stop: () => {} };

/** Time between two lines where standard error is not a terminal, in ms. */
const LINE_INTERVAL = 5000;

/** Reports progress on standard error until `stop` is called. `label`: two or three words; `unit`: `clips`, `steps`. */
export function startProgress(label: string, total: number, unit: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {value}/{total} ${unit}, {eta_formatted} left{detail}`,
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: LINE_INTERVAL,
    hideCursor: null,
    barsize: 24,
    etaBuffer: 30,
    // Before the first step is done the library has no number here.
    formatTime: (seconds, options, multiple) =>
      Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, options, multiple) : 'unknown time',
  });
  let drawn = Date.now();
  bar.on('redraw-post', () => {
    drawn = Date.now();
  });
  bar.start(total, 0, { detail: '' });
  let stopped = false;
  let before = 0;
  return {
    update: (done, detail) => {
      const shown = detail === undefined ? {} : { detail: detail === '' ? '' : `, ${detail}` };
      // The library takes the same number reported repeatedly for a standstill, and then shows an infinite time left.
      if (done === before) bar.update(shown);
      else bar.update(done, shown);
      before = done;
      // Lines are drawn by a timer, which waits for as long as a computation blocks the event loop.
      if (!process.stderr.isTTY && Date.now() - drawn >= LINE_INTERVAL) bar.render();
    },
    stop: () => {
      if (!stopped) bar.stop();
      stopped = true;
    },
  };
}
