/** How often a client may begin something. */
import { Refusal } from './refusal.js';

/** Most clients that are remembered. */
const CLIENTS = 10_000;

/** A bucket for each client, which fills evenly up to what a minute allows. */
export class RateLimit {
  private readonly buckets = new Map<string, { left: number; at: number }>();

  /** @param perMinute - of each client */
  constructor(
    private readonly perMinute: number,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Takes one from a client's bucket. Throws Refusal where it is empty. */
  take(client: string): void {
    const now = this.now();
    const perMs = this.perMinute / 60_000;
    const { left = this.perMinute, at = now } = this.buckets.get(client) ?? {};
    const filled = Math.min(this.perMinute, left + (now - at) * perMs);
    // The client that was seen last is the last to be forgotten.
    this.buckets.delete(client);
    this.buckets.set(client, { left: filled >= 1 ? filled - 1 : filled, at: now });
    if (this.buckets.size > CLIENTS) this.buckets.delete(this.buckets.keys().next().value!);
    if (filled >= 1) return;
    const seconds = Math.ceil((1 - filled) / perMs / 1000);
    throw new Refusal(
      429,
      `More than ${this.perMinute} jobs were begun within a minute; try again in ${seconds} s.`,
      { 'Retry-After': String(seconds) },
    );
  }
}
