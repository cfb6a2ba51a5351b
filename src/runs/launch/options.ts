/** Options of executing a plan, here or on Slurm. */
import type { SlurmOptions } from '../slurm/options.js';

export interface SlurmPlanOptions {
  options: SlurmOptions;
  /** Most runs at once. Default: as many as the cluster starts. */
  maxRunning?: number;
  /** Times that a stopped, killed or preempted run is resubmitted. */
  retries: number;
}

export interface ExecuteOptions {
  out: string;
  jobs: number;
  launcher: 'local' | 'slurm';
  /** Only for the launcher `slurm`. */
  slurm?: SlurmPlanOptions;
  /** Replace runs of another config; without it they are an error before anything runs. */
  overwrite?: boolean;
  /** Train only up to this epoch, and leave the runs resumable. */
  pauseAfter?: number;
  signal?: AbortSignal;
  /** Receives one-sentence progress messages. */
  log: (line: string) => void;
}
