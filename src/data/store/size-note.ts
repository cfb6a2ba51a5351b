/** How much room features will take, told once the first recordings show it. */
import { statfs } from 'node:fs/promises';

/** Where so many recordings are to be prepared, it is told after the first few. */
const TOLD = { from: 100, after: 16 };

/** A size for people: `58 GB`. */
const sizeOf = (bytes: number): string =>
  bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toPrecision(2)} GB`;

/** Counts what the first recordings take. */
export class SizeNote {
  private done = 0;
  private bytes = 0;

  /**
   * @param recordings - how many there are
   * @param root - folder of the store
   * @param say - receives the sentence, once; nothing is said of fewer than 100 recordings
   */
  constructor(
    private readonly recordings: number,
    private readonly root: string,
    private readonly say: (note: string) => void,
  ) {}

  /** Counts a recording's values, none for one that could not be prepared. */
  async add(values: readonly Float32Array[]): Promise<void> {
    for (const { byteLength } of values) this.bytes += byteLength;
    this.done++;
    if (this.done !== TOLD.after || this.recordings < TOLD.from) return;
    const all = (this.bytes / TOLD.after) * this.recordings;
    const { bavail, bsize } = await statfs(this.root);
    const free = bavail * bsize;
    const advice =
      all > free
        ? '; free some space, or set inputs.store to a folder on another disk: what is done is kept'
        : '';
    this.say(
      `The features of ${this.recordings} recordings take about ${sizeOf(all)} in ${this.root}, which has ${sizeOf(free)} free${advice}.`,
    );
  }
}
