/** What a client may ask of the server. */
import { availableParallelism } from 'node:os';

/** Limits of a server; tests give their own. */
export interface StudioLimits {
  /** Most bytes of a recording, uploaded or fetched. */
  bytes: number;
  /** Most bytes of a project or of a file that is imported. */
  projectBytes: number;
  /** Longest recording, in seconds. */
  seconds: number;
  /** Longest time that an upload may take, and longest time without a byte of it, in seconds. */
  uploadSeconds: number;
  idleSeconds: number;
  /** Jobs that compute at once. */
  jobs: number;
  /** Most jobs that wait, uploads under way among them. */
  waiting: number;
  /** Most jobs that a client may begin in a minute. */
  perMinute: number;
  /** Longest time that a job may compute, in seconds. */
  jobSeconds: number;
  /** Most memory of a job, in MB. */
  megabytes: number;
  /** Finished jobs whose results are kept, and for how many seconds. */
  keptJobs: number;
  keptSeconds: number;
}

/** The limits of `polytag studio`: 200 MB and 10 minutes of a recording, half the processors at work. */
export const STUDIO_LIMITS: StudioLimits = {
  bytes: 200e6,
  projectBytes: 16e6,
  seconds: 600,
  uploadSeconds: 300,
  idleSeconds: 20,
  jobs: Math.max(1, Math.floor(availableParallelism() / 2)),
  waiting: 40,
  perMinute: 60,
  jobSeconds: 900,
  megabytes: 4000,
  keptJobs: 100,
  keptSeconds: 3600,
};
