/** Ends threads that compute for longer than any recording needs. */
import type { Worker } from 'node:worker_threads';

/** Seconds of computing that a recording may take, and more for each second of its sound. */
export const BUSY_LIMIT = { least: 30, perSecond: 2 };

/** Time from one look to the next, in ms. */
const INTERVAL = 500;

/** Watches a thread while it works on one recording. */
export class BusyWatch {
  private readonly timer: NodeJS.Timeout;

  /**
   * @param decodedSeconds - seconds of sound that the thread has got so far, which it writes into shared memory
   * @param onOverrun - called once, with the seconds that the thread has computed
   * @param excused - seconds that it has computed for something else; Infinity while it does. Default: none
   */
  constructor(
    worker: Worker,
    decodedSeconds: () => number,
    onOverrun: (busy: number) => void,
    limit = BUSY_LIMIT,
    excused: () => number = () => 0,
  ) {
    const busy = (): number => worker.performance.eventLoopUtilization().active / 1000;
    const begin = busy();
    this.timer = setInterval(() => {
      const seconds = busy() - begin - excused();
      if (seconds <= Math.max(limit.least, limit.perSecond * decodedSeconds())) return;
      this.stop();
      onOverrun(seconds);
    }, INTERVAL);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }
}

/** What is said of a recording whose thread was ended. */
export function overrunMessage(path: string, busy: number, decodedSeconds: number): string {
  return `${path} cannot be decoded in reasonable time: ${busy.toFixed(0)} s of computing gave ${decodedSeconds.toFixed(1)} s of sound; leave it out.`;
}

/** A number that two threads share. */
export type SharedSeconds = Float64Array<SharedArrayBuffer>;

/** A shared number, 0 at first. */
export const sharedSeconds = (): SharedSeconds => new Float64Array(new SharedArrayBuffer(8));
