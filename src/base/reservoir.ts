/** A random sample of a stream whose length is not known. */
import type { RandomGenerator } from './random.js';

/**
 * Keeps some of the items that go by, each set of them as likely as any other (algorithm R, Vitter 1985), in memory that
 * does not grow with their number; all of them where there are fewer.
 */
export class Reservoir<Item> {
  /** In no order. */
  readonly kept: Item[] = [];
  /** Number of each kept item among all. */
  private readonly numbers: number[] = [];
  private seen = 0;

  /** @param size - most items that are kept */
  constructor(
    private readonly size: number,
    private readonly random: RandomGenerator,
  ) {}

  /** Lets an item go by, which is made only where it is kept. */
  offer(make: () => Item): void {
    const number = this.seen++;
    const place = number < this.size ? number : this.random.integer(this.seen);
    if (place >= this.size) return;
    this.kept[place] = make();
    this.numbers[place] = number;
  }

  /** What is kept, in the order in which it went by. */
  inOrder(): Item[] {
    return [...this.kept.keys()].sort((a, b) => this.numbers[a] - this.numbers[b]).map((i) => this.kept[i]);
  }
}
