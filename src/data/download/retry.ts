/** When a broken transfer is tried again, and how long to wait before. */
import { setTimeout as sleep } from 'node:timers/promises';

export interface RetryPolicy {
  /** Tries in a row that bring less than `progressBytes` before it is given up. */
  attempts: number;
  /** Wait after the first failure, in seconds; doubled after each further one. */
  firstWait: number;
  /** Longest wait, also where the server asks for more by Retry-After, in seconds. */
  longestWait: number;
  /** A try that brought this many bytes counts as a new start. */
  progressBytes: number;
  /** A transfer without a byte for this many seconds is cut and tried again. */
  stallSeconds: number;
}

/** Six tries, 1 to 60 seconds apart. */
export const PATIENT: RetryPolicy = {
  attempts: 6,
  firstWait: 1,
  longestWait: 60,
  progressBytes: 1 << 20,
  stallSeconds: 60,
};

/** A transient failure: a dropped connection, a busy server. */
export class Transient extends Error {
  /** @param retryAfter - seconds that the server asked to wait, if it did */
  constructor(
    message: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }
}

/**
 * Waits before the next try, after `failures` (at least 1) in a row; `retryAfter` is in seconds. Rejects with the
 * signal's AbortError.
 */
export async function waitBefore(
  policy: RetryPolicy,
  failures: number,
  retryAfter: number | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const doubled = policy.firstWait * 2 ** (failures - 1);
  const seconds = Math.min(policy.longestWait, Math.max(doubled, retryAfter ?? 0));
  await sleep(seconds * 1000, undefined, { signal });
}

/**
 * Seconds to wait by a Retry-After header (RFC 9110 section 10.2.3), seconds or a date; undefined where absent or not
 * understood.
 */
export function retryAfterSeconds(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
