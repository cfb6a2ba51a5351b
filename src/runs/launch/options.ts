/** How a plan is executed: here or on Slurm. */
import type { SlurmOptions } from '../slurm/options.js';

/** What a plan asks of Slurm. */
export interface SlurmPlanOptions {
  /** Options of sbatch for each run. */
  options: SlurmOptions;
  /** Most runs at once; as many as the cluster gives when left out. */
  maxRunning?: number;
  /** How often a run that was stopped, killed or preempted is submitted again. */
  retries: number;
}

/** How a plan is executed. */
export interface ExecuteOptions {
  /** The study's folder. */
  out: string;
  /** Runs at once. */
  jobs: number;
  launcher: 'local' | 'slurm';
  /** What Slurm is asked for; only for that launcher. */
  slurm?: SlurmPlanOptions;
  /** Replace runs of another config; without it they are an error before anything runs. */
  overwrite?: boolean;
  /** Train only until so many epochs are done, and leave the runs to be resumed. */
  pauseAfter?: number;
  signal?: AbortSignal;
  /** Receives one-sentence progress messages. */
  log: (line: string) => void;
}
