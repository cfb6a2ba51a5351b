/** A job: what it is doing, and who is told. */
import type { NewestEvent } from './events.js';

/** A file that a job wrote, as a client gets it. */
export interface JobFile {
  path: string;
  /** Name that a browser saves it under. */
  name: string;
  mediaType: string;
}

/** What a job comes to. */
export interface JobResult {
  /** What its clients are told, as JSON. */
  result: unknown;
  /** Default: none. */
  file?: JobFile;
}

/** One event of a job, in the form of server-sent events. */
export type JobEvent =
  | { event: 'progress'; data: JobProgress }
  | { event: 'result'; data: unknown }
  | { event: 'failed'; data: { error: string } }
  | { event: 'cancelled'; data: Record<string, never> };

/** How far a job is. */
export interface JobProgress {
  /** What is being done, for a person: `decoding`. */
  step: string;
  /** Share of the whole, 0 to 1. */
  done: number;
  /** Null where it cannot be told yet. */
  seconds_left: number | null;
  /** Of a job that waits: how many are before it, itself included. */
  place?: number;
}

/** What a job's work is given. */
export interface JobContext {
  id: string;
  /** A folder of its own, which is removed with the job. */
  folder: string;
  signal: AbortSignal;
  /** Reports a step and the share of the whole that is done. */
  tell(step: string, done: number): void;
}

/** Work that is done as a job. */
export type JobWork = (context: JobContext) => Promise<JobResult>;

/** A job of the queue. */
export class Job {
  readonly stop = new AbortController();
  file: JobFile | null = null;
  /** When it ended, by `performance.now()`; null before. */
  ended: number | null = null;
  private last: JobEvent = { event: 'progress', data: { step: 'waiting', done: 0, seconds_left: null } };
  private begun = 0;
  private readonly listeners = new Set<NewestEvent<JobEvent>>();

  constructor(
    readonly id: string,
    readonly folder: string,
    readonly work: JobWork,
  ) {}

  /** Begins to count the time. */
  begin(): void {
    this.begun = performance.now();
    this.tell('starting', 0);
  }

  /** Reports that the job waits. */
  wait(place: number): void {
    this.put({ event: 'progress', data: { step: 'waiting', done: 0, seconds_left: null, place } });
  }

  /** Reports progress. */
  tell(step: string, done: number): void {
    if (this.ended !== null) return;
    const share = Math.min(1, Math.max(0, done));
    const passed = (performance.now() - this.begun) / 1000;
    // Early on, a share says little of the rest.
    const left = share > 0.02 ? Math.round((passed * (1 - share)) / share) : null;
    this.put({ event: 'progress', data: { step, done: Number(share.toFixed(3)), seconds_left: left } });
  }

  /** Reports the end; only the first one counts. */
  end(event: JobEvent): void {
    if (this.ended !== null) return;
    this.ended = performance.now();
    this.put(event);
    for (const listener of this.listeners) listener.close();
    this.listeners.clear();
  }

  /** Hands a listener the last event, and every later one, or the newest where it is behind. */
  listen(listener: NewestEvent<JobEvent>): () => void {
    listener.put(this.last);
    if (this.ended !== null) listener.close();
    else this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private put(event: JobEvent): void {
    this.last = event;
    for (const listener of this.listeners) listener.put(event);
  }
}
