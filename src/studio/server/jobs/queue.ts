/** Jobs, a few at a time, in the order in which they came. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../../base/errors.js';
import { explainWriteError } from '../../../base/files.js';
import { isId, newId } from '../../files/project-store.js';
import type { StudioLimits } from '../limits.js';
import { Refusal, sentenceFor } from '../refusal.js';
import { Job, type JobEvent, type JobWork } from './job.js';

/** A place in the queue with a folder, for which an upload may be read. */
export interface Place {
  folder: string;
  /** Begins the job as soon as its turn comes. */
  start(work: JobWork): Job;
  /** Gives the place back, where there will be no job. */
  leave(): Promise<void>;
}

/** Limits that the queue keeps. */
type QueueLimits = Pick<StudioLimits, 'jobs' | 'waiting' | 'keptJobs' | 'keptSeconds'>;

/** The jobs of a server. */
export class JobQueue {
  private readonly jobs = new Map<string, Job>();
  private readonly waiting: Job[] = [];
  private readonly running = new Map<Job, Promise<void>>();
  /** Places that are taken and have no job yet. */
  private taken = 0;
  private isClosed = false;

  /**
   * @param folder - holds a folder for each job
   * @param log - takes what is nobody's doing but ours
   */
  constructor(
    private readonly folder: string,
    private readonly limits: QueueLimits,
    private readonly log: (line: string) => void,
  ) {}

  /** Takes a place. Throws Refusal when too many wait, Failure when the disk is full. */
  async place(): Promise<Place> {
    if (this.isClosed) throw new Refusal(503, 'The server is being stopped.');
    if (this.taken + this.waiting.length >= this.limits.waiting)
      throw new Refusal(503, `${this.limits.waiting} jobs are waiting already; try again in a minute.`, {
        'Retry-After': '60',
      });
    this.taken++;
    const id = newId();
    const folder = join(this.folder, id);
    const give = (): void => {
      if (!isOpen) throw new Error('This place has been given back.');
      isOpen = false;
      this.taken--;
    };
    let isOpen = true;
    try {
      await mkdir(folder);
    } catch (error) {
      give();
      throw explainWriteError(folder, error);
    }
    return {
      folder,
      start: (work) => {
        give();
        return this.add(new Job(id, folder, work));
      },
      leave: async () => {
        give();
        await removeFolder(folder);
      },
    };
  }

  /** The job of an id. Throws Refusal where there is none. */
  get(id: string): Job {
    const job = isId(id) ? this.jobs.get(id) : undefined;
    if (job === undefined)
      throw new Refusal(404, 'There is no such job; its result may have been kept for long enough.');
    return job;
  }

  /** Ends a job, whatever it computes, and forgets what it wrote. Throws Refusal where there is none. */
  async cancel(id: string): Promise<void> {
    const job = this.get(id);
    job.stop.abort();
    const at = this.waiting.indexOf(job);
    if (at >= 0) {
      this.waiting.splice(at, 1);
      job.end({ event: 'cancelled', data: {} });
      this.tellPlaces();
    }
    await this.running.get(job);
    await this.forget(job);
  }

  /** Ends all jobs and takes no more. */
  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.all([...this.jobs.keys()].map((id) => this.cancel(id)));
  }

  private add(job: Job): Job {
    if (this.isClosed) job.stop.abort();
    this.jobs.set(job.id, job);
    this.waiting.push(job);
    this.tellPlaces();
    this.startNext();
    return job;
  }

  private startNext(): void {
    while (this.running.size < this.limits.jobs && this.waiting.length > 0) {
      const job = this.waiting.shift()!;
      const run = this.run(job).finally(() => {
        this.running.delete(job);
        this.startNext();
      });
      this.running.set(job, run);
      this.tellPlaces();
    }
  }

  private tellPlaces(): void {
    for (const [i, job] of this.waiting.entries()) job.wait(i + 1);
  }

  private async run(job: Job): Promise<void> {
    job.begin();
    const end = await this.outcomeOf(job);
    // A result that is a file stays in the folder.
    if (job.file === null) await removeFolder(job.folder);
    job.end(end);
    await this.forgetOld();
  }

  private async outcomeOf(job: Job): Promise<JobEvent> {
    const { id, folder, work, stop } = job;
    const tell = (step: string, done: number): void => job.tell(step, done);
    try {
      stop.signal.throwIfAborted();
      const { result, file } = await work({ id, folder, signal: stop.signal, tell });
      job.file = file ?? null;
      return { event: 'result', data: result };
    } catch (error) {
      if (stop.signal.aborted) return { event: 'cancelled', data: {} };
      return { event: 'failed', data: { error: this.sentenceOf(error) } };
    }
  }

  private sentenceOf(thrown: unknown): string {
    const error = explainWriteError('A file of the job', thrown);
    if (error instanceof Failure || error instanceof Refusal) return sentenceFor(error);
    this.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 'The job failed on a bug of polytag; the terminal of the server shows where.';
  }

  private async forgetOld(): Promise<void> {
    const ended = [...this.jobs.values()].filter((job) => job.ended !== null);
    const { keptJobs, keptSeconds } = this.limits;
    const now = performance.now();
    const old = ended.filter(
      (job, i) => ended.length - i > keptJobs || now - job.ended! > keptSeconds * 1000,
    );
    for (const job of old) await this.forget(job);
  }

  private async forget(job: Job): Promise<void> {
    this.jobs.delete(job.id);
    await removeFolder(job.folder);
  }
}

/** What cannot be removed now is removed at the next start. */
const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true }).catch(() => undefined);
