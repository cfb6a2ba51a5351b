/** Samples that can be sound, and those that cannot: not numbers, infinite, or absurdly large. */

/** Full scale is 1; what is louder than this by magnitude (96 dB above full scale) was never recorded. */
export const LARGEST_SAMPLE = 2 ** 16;

/** Index of the first sample from `from` on that is not finite or beyond LARGEST_SAMPLE; −1 where there is none. */
export function firstImpossible(samples: ArrayLike<number>, from = 0): number {
  const { abs } = Math;
  const { length } = samples;
  let n = from;
  // Eight at a time, as far as a sum shows that none of them is; every decoded sample passes here.
  for (; n + 8 <= length; n += 8) {
    const first = abs(samples[n]) + abs(samples[n + 1]) + abs(samples[n + 2]) + abs(samples[n + 3]);
    const second = abs(samples[n + 4]) + abs(samples[n + 5]) + abs(samples[n + 6]) + abs(samples[n + 7]);
    if (!(first + second <= LARGEST_SAMPLE)) break;
  }
  for (; n < length; n++) if (!(abs(samples[n]) <= LARGEST_SAMPLE)) return n;
  return -1;
}

/** Throws RangeError when a sample is not finite or beyond LARGEST_SAMPLE: a feature of it would look like any other. */
export function checkSamples(samples: ArrayLike<number>): void {
  const at = firstImpossible(samples);
  if (at >= 0)
    throw new RangeError(
      `Sample ${at} is ${samples[at]}; samples are finite numbers of full scale 1, so leave out what is damaged.`,
    );
}

/**
 * Takes the instants out of a block at which a channel has an impossible sample; nothing is put in their place.
 *
 * @returns the rest (the block itself where all is possible), how many runs of instants were taken out, and how many instants
 */
export function keepPossible(block: Float32Array[]): { kept: Float32Array[]; runs: number; lost: number } {
  if (block.every((channel) => firstImpossible(channel) < 0)) return { kept: block, runs: 0, lost: 0 };
  const { length } = block[0];
  const kept = block.map(() => new Float32Array(length));
  let count = 0;
  let runs = 0;
  let wasPossible = true;
  for (let n = 0; n < length; n++) {
    const isPossible = block.every((channel) => Math.abs(channel[n]) <= LARGEST_SAMPLE);
    if (isPossible) {
      for (const [i, channel] of block.entries()) kept[i][count] = channel[n];
      count++;
    } else if (wasPossible) runs++;
    wasPossible = isPossible;
  }
  return { kept: kept.map((channel) => channel.subarray(0, count)), runs, lost: length - count };
}
