/** Progress of long work on standard error: a bar with time left on a terminal, a line now and then elsewhere. */
import cliProgress from 'cli-progress';

/** Something that long work reports to. */
export interface Progress {
  /** Says how far the work is. `detail` is shown behind the bar (a loss, a rate). */
  update(done: number, detail?: string): void;
  /** Ends the report; call it also when the work failed. */
  stop(): void;
}

/** Reports nothing: for tests and for library use. */
export const silentProgress: Progress = { update: () => {}, stop: () => {} };

/** Reports progress on standard error until `stop` is called. `label`: two or three words; `unit`: `clips`, `steps`. */
export function startProgress(label: string, total: number, unit: string): Progress {
  const bar = new cliProgress.SingleBar({
    format: `${label} [{bar}] {value}/{total} ${unit}, {eta_formatted} left{detail}`,
    stream: process.stderr,
    noTTYOutput: true,
    notTTYSchedule: 5000,
    hideCursor: null,
    barsize: 24,
    etaBuffer: 30,
    // Before the first step is done the library has no number here.
    formatTime: (seconds, options, multiple) =>
      Number.isFinite(seconds) ? cliProgress.Format.TimeFormat(seconds, options, multiple) : 'unknown time',
  });
  bar.start(total, 0, { detail: '' });
  let stopped = false;
  let before = 0;
  return {
    update: (done, detail) => {
      const shown = detail === undefined ? {} : { detail: detail === '' ? '' : `, ${detail}` };
      // The library takes the same number told again and again for a standstill, and the time left for infinite.
      if (done === before) bar.update(shown);
      else bar.update(done, shown);
      before = done;
    },
    stop: () => {
      if (!stopped) bar.stop();
      stopped = true;
    },
  };
}
