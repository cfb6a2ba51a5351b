/** What the server and a process that works for it send each other. */

/** What is to be done. */
export interface WorkOrder {
  name: string;
  request: unknown;
  /** Most memory of the process. */
  megabytes: number;
}

/** Progress, the result, or an error: of the user's, of the data's, of a full disk, or a bug. */
export type WorkReply =
  | { told: [step: string, done: number] }
  | { result: unknown }
  | { error: { message: string; stack?: string; kind: 'usage' | 'failure' | 'full' | 'bug' } };

/** What a process writes before it ends itself because its memory is full. */
export const MEMORY_MARK = 'polytag: the memory of this job is full';

/** Reports a step of the work and the share of the whole that is done, 0 to 1. */
export type Tell = (step: string, done: number) => void;
