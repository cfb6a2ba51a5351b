/** Warns of recordings that need much memory, and refuses those that need more than there is. */
import { availableMemory } from 'node:process';
import { Failure } from '../../base/errors.js';
import { durationText } from '../../base/format.js';

/** Length from which a recording gets a warning, in seconds. */
const LONG = 3600;

export interface MemoryNeed {
  audio: string;
  bytesPerSecond: number;
  log?: (line: string) => void;
}

/**
 * Guards against recordings too long for the memory. The result takes the length in seconds, again whenever more of it
 * is known, and throws a Failure when the free memory does not suffice.
 */
export function memoryGuard({ audio, bytesPerSecond, log }: MemoryNeed): (seconds: number) => void {
  let considered = 0;
  return (seconds) => {
    if (seconds <= Math.max(LONG, 1.05 * considered)) return;
    considered = seconds;
    const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
    const need = `this kind needs the whole recording in memory, about ${gigabytes(bytesPerSecond * seconds)} for ${durationText(seconds)}`;
    const free = availableMemory();
    if (bytesPerSecond * seconds > free)
      throw new Failure(
        `${audio} is too long for this machine: ${need}, and ${gigabytes(free)} are free; cut it with --duration, or raise --hop-length.`,
      );
    log?.(`Warning: ${need}; --duration cuts it.`);
  };
}
