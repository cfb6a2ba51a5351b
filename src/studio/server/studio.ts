/** What the server works with: its folder of projects, its jobs, and what the user gave it. */
import type { LinkPolicy } from '../../catalogue/links/link-policy.js';
import type { ProjectStore } from '../files/project-store.js';
import type { Access } from './access.js';
import type { JobQueue } from './jobs/queue.js';
import type { WorkProcesses } from './jobs/work-processes.js';
import type { StudioLimits } from './limits.js';
import type { RateLimit } from './rate.js';

/** Models and catalogues that jobs use. */
export interface StudioModels {
  /** Name of a model of tags, or folder of a run. */
  tagger: string;
  /** Folder of a run of classes for "piano or other"; null where none was given, as for the others. */
  piano: string | null;
  /** Folder of a run of instruments. */
  timbre: string | null;
  /** File of songs that `polytag hum index` made. */
  songs: string | null;
  /** Catalogue of similar tracks. */
  index: string | null;
}

/** A running studio, as its routes know it. */
export interface Studio {
  version: string;
  access: Access;
  store: ProjectStore;
  jobs: JobQueue;
  rate: RateLimit;
  limits: StudioLimits;
  models: StudioModels;
  /** Which links are fetched. */
  links: LinkPolicy;
  /** What does the work of jobs. */
  work: WorkProcesses;
  log(line: string): void;
}
