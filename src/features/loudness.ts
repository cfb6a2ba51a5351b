/**
 * Integrated loudness of a programme: ITU-R BS.1770-4 with the gates of EBU R 128, in LUFS. Blocks of samples are added as
 * they are decoded; memory grows by 8 bytes for each 100 ms.
 */
import type { Biquad } from './augment/biquad.js';

/** LUFS below which a block of 400 ms does not count, and LU below the mean of the others. */
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/** Steps of 100 ms in a block; blocks overlap by three of them. */
const STEPS = 4;

/** Of a full-scale sine of 997 Hz in one channel it makes −3.01 LUFS. */
const OFFSET = -0.691;

const lufs = (power: number): number => OFFSET + 10 * Math.log10(power);
const powerOf = (loudness: number): number => 10 ** ((loudness - OFFSET) / 10);

/**
 * The two filters of the K weighting for any sample rate: those of the standard at 48 kHz, of which these are the analogue
 * models (as in libebur128).
 */
export function kWeighting(sampleRate: number): [shelf: Biquad, highPass: Biquad] {
  const at = (hertz: number): number => Math.tan((Math.PI * hertz) / sampleRate);
  const [k, q] = [at(1681.974450955533), 0.7071752369554196];
  const high = 10 ** (3.999843853973347 / 20);
  const band = high ** 0.4996667741545416;
  const a0 = 1 + k / q + k * k;
  const shelf = {
    b0: (high + (band * k) / q + k * k) / a0,
    b1: (2 * (k * k - high)) / a0,
    b2: (high - (band * k) / q + k * k) / a0,
    a1: (2 * (k * k - 1)) / a0,
    a2: (1 - k / q + k * k) / a0,
  };
  const [l, r] = [at(38.13547087602444), 0.5003270373238773];
  const c0 = 1 + l / r + l * l;
  // Not scaled to 1 in its pass band: the standard's numbers are these.
  const pass = { b0: 1, b1: -2, b2: 1, a1: (2 * (l * l - 1)) / c0, a2: (1 - l / r + l * l) / c0 };
  return [shelf, pass];
}

/** Weight of a channel's power by its place: 1.41 for those behind (of five channels or six), none for the sixth's bass. */
function channelWeight(channel: number, channels: number): number {
  if (channels === 6 && channel === 3) return 0;
  const behind = channels === 5 ? 3 : channels === 6 ? 4 : channels;
  return channel >= behind ? 1.41 : 1;
}

/** A filter's memory between blocks. */
interface Filtered extends Biquad {
  first: number;
  second: number;
}

/** Measures a programme as its samples come. */
export class LoudnessMeter {
  private readonly filters: Filtered[][];
  private readonly stepSamples: number;
  /** Weighted power of each finished step of 100 ms, summed over the channels. */
  private readonly steps: number[] = [];
  private sum = 0;
  private inStep = 0;

  /** For `channels` in the order of a WAV file, at `sampleRate` in Hz. */
  constructor(
    sampleRate: number,
    private readonly channels: number,
  ) {
    this.stepSamples = Math.floor((sampleRate + 5) / 10);
    this.filters = Array.from({ length: channels }, () =>
      kWeighting(sampleRate).map((filter) => ({ ...filter, first: 0, second: 0 })),
    );
  }

  /** Adds samples, a list per channel of one length. */
  add(block: readonly Float32Array[]): void {
    for (let from = 0; from < block[0].length; ) {
      const to = Math.min(block[0].length, from + this.stepSamples - this.inStep);
      for (let channel = 0; channel < this.channels; channel++)
        this.sum +=
          channelWeight(channel, this.channels) * powerIn(block[channel], from, to, this.filters[channel]);
      this.inStep += to - from;
      from = to;
      if (this.inStep < this.stepSamples) continue;
      this.steps.push(this.sum / this.stepSamples);
      this.sum = 0;
      this.inStep = 0;
    }
  }

  /** The loudness so far, in LUFS; null for less than 400 ms, and where nothing is louder than −70 LUFS. */
  integrated(): number | null {
    const blocks: number[] = [];
    for (let step = STEPS; step <= this.steps.length; step++) {
      let power = 0;
      for (let i = step - STEPS; i < step; i++) power += this.steps[i] / STEPS;
      if (power >= powerOf(ABSOLUTE_GATE)) blocks.push(power);
    }
    const mean = (powers: readonly number[]): number =>
      powers.reduce((sum, power) => sum + power, 0) / powers.length;
    if (blocks.length === 0) return null;
    const gate = mean(blocks) * 10 ** (RELATIVE_GATE / 10);
    return lufs(mean(blocks.filter((power) => power >= gate)));
  }
}

/** Sum of the squares of a part of a channel after its filters, whose memory moves on. */
function powerIn(samples: Float32Array, from: number, to: number, filters: readonly Filtered[]): number {
  const [shelf, pass] = filters;
  let sum = 0;
  for (let n = from; n < to; n++) {
    const x = samples[n];
    const y = shelf.b0 * x + shelf.first;
    shelf.first = shelf.b1 * x - shelf.a1 * y + shelf.second;
    shelf.second = shelf.b2 * x - shelf.a2 * y;
    const z = y + pass.first;
    pass.first = pass.b1 * y - pass.a1 * z + pass.second;
    pass.second = pass.b2 * y - pass.a2 * z;
    sum += z * z;
  }
  return sum;
}
