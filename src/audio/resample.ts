/** Band-limited change of the sample rate. */
import { UsageError } from '../base/errors.js';
import { KernelMemory } from '../simd/load.js';
import {
  type InterpolationFilter,
  interpolationFilter,
  type SharpFilter,
  sharpFilter,
} from './resample-filters.js';
import { joinSamples } from './samples.js';

/** Blocks that the kernel filters at once. */
const LANES = 4;

/** Least ratio of the rate between the two stages to the band that is kept: leaves room for the second filter's slope. */
const HEADROOM = 2.7;

/** Sample rates between which is resampled, in Hz. */
const RATES = { least: 1000, largest: 768_000 };

/** Throws UsageError for a sample rate that is not an integer from 1000 to 768,000 Hz. */
export function checkRate(sampleRate: number): void {
  if (!Number.isInteger(sampleRate) || sampleRate < RATES.least || sampleRate > RATES.largest)
    throw new UsageError(
      `A sample rate of ${sampleRate} Hz is not supported; give an integer from ${RATES.least} to ${RATES.largest}.`,
    );
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Resampling plan for a pair of rates; pure numbers, see `Resampler`. */
interface Plan {
  /** The rate between the stages is `from` · grow / shrink; one of both is 1, the other a power of two. */
  grow: number;
  shrink: number;
  /** Output n of the second stage lies n · down / up samples of the middle rate after the beginning. */
  up: number;
  down: number;
}

function planFor(from: number, to: number): Plan {
  const band = Math.min(from, to) / 2;
  const fits = (rate: number): boolean => rate === to || rate >= HEADROOM * band;
  let [grow, shrink] = [1, 1];
  while (!fits((from * grow) / shrink)) grow *= 2;
  while (grow === 1 && fits(from / (shrink * 2))) shrink *= 2;
  const divisor = greatestCommonDivisor(to * shrink, from * grow);
  return { grow, shrink, up: (to * shrink) / divisor, down: (from * grow) / divisor };
}

/** A plan with its filters. */
interface Design {
  from: number;
  to: number;
  plan: Plan;
  sharp: SharpFilter;
  /** Null where the first stage gives the rate wanted. */
  interpolation: InterpolationFilter | null;
}

/** The latest design: recordings, and the channels of one, ask for the same rates again and again. */
let latest: Design | null = null;

function designFor(from: number, to: number): Design {
  if (latest?.from === from && latest.to === to) return latest;
  const plan = planFor(from, to);
  const middle = (from * plan.grow) / plan.shrink;
  latest = {
    from,
    to,
    plan,
    sharp: sharpFilter(from, to, plan.shrink),
    interpolation: middle === to ? null : interpolationFilter(middle, Math.min(from, to), plan.up),
  };
  return latest;
}

/**
 * Resamples a signal that comes in pieces, wherever they end. Two stages: a Kaiser-windowed sinc filter with soxr HQ's
 * transition band, applied by overlap-save, whose inverse transform changes the rate by a power of two; then a short
 * polyphase filter to the rate wanted (Crochiere and Rabiner 1983).
 */
export class Resampler {
  private readonly plan: Plan;
  private readonly memory = new KernelMemory();
  /** Transform lengths of the first stage. */
  private readonly size: number;
  private readonly outSize: number;
  /** Samples of the middle rate that each block gives, and those before them that are not valid. */
  private readonly keep: number;
  private readonly margin: number;
  private readonly taps: number;
  private readonly addresses: Record<
    'input' | 'response' | 'table' | 'outTable' | 'scratch' | 'middle',
    number
  >;
  private readonly second: Record<'phases' | 'input' | 'output', number> | null;
  /** Most samples that the second stage takes at once. */
  private readonly secondRoom: number;

  /** Input that is still needed; it begins `consumed` samples after the beginning of the padded signal. */
  private pending: Float32Array;
  private pendingLength: number;
  /** Samples of the middle rate that the second stage still needs. */
  private middle = new Float32Array(0);
  /** Index of the first of them, and of the next output sample. */
  private middleStart: number;
  private produced = 0;
  private received = 0;

  /**
   * Both rates are integers in Hz.
   *
   * @throws UsageError when one is not, or below 1000 or above 768,000
   */
  constructor(
    private readonly from: number,
    private readonly to: number,
  ) {
    checkRate(from);
    checkRate(to);
    const { plan, sharp, interpolation: filter } = designFor(from, to);
    this.plan = plan;
    const { grow, shrink, up } = plan;
    const { size, half, response } = sharp;
    this.size = size;
    this.outSize = (size * grow) / shrink;
    // Half the filter's length is not valid at either end of a block; in whole samples of the middle rate.
    this.margin = Math.ceil(half / shrink) * grow;
    this.keep = this.outSize - 2 * this.margin;
    const { memory } = this;
    this.addresses = {
      input: memory.room((LANES - 1) * this.advance + size),
      response: memory.place(response),
      table: memory.twiddles(size),
      outTable: memory.twiddles(this.outSize),
      scratch: memory.room(4 * (3 * Math.max(size, this.outSize) + 4)),
      middle: memory.room(LANES * this.keep),
    };
    this.taps = filter?.taps ?? 0;
    this.secondRoom = LANES * this.keep + this.taps;
    this.second = filter && {
      phases: memory.place(filter.phases),
      input: memory.room(this.secondRoom + this.taps),
      output: memory.room(Math.ceil((this.secondRoom * up) / this.plan.down) + 1),
    };
    // The filtered signal begins before the first sample; so do the blocks, by what the second stage looks back.
    this.middleStart = -Math.ceil(this.taps / 2 / grow) * grow;
    const lead = ((this.margin - this.middleStart) * shrink) / grow;
    this.pending = new Float32Array(lead + (LANES + 1) * size);
    this.pendingLength = lead;
  }

  /** Input samples from one block to the next. */
  private get advance(): number {
    return (this.keep * this.plan.shrink) / this.plan.grow;
  }

  /** Takes the next mono samples and returns the output that is final by now. */
  push(samples: Float32Array): Float32Array {
    this.received += samples.length;
    return this.take(samples, Number.POSITIVE_INFINITY);
  }

  /** Ends the signal and returns the last samples; in all there are ceil(received · to / from). */
  finish(): Float32Array {
    const total = Math.ceil((this.received * this.to) / this.from);
    // Enough silence for a whole group of blocks and the second stage's look ahead.
    const parts: Float32Array[] = [];
    for (let left = total - this.produced; left > 0; left = total - this.produced)
      parts.push(this.take(new Float32Array(LANES * this.size), total));
    return joinSamples(parts);
  }

  private take(samples: Float32Array, total: number): Float32Array {
    const need = (LANES - 1) * this.advance + this.size;
    const parts: Float32Array[] = [];
    let at = 0;
    while (at < samples.length) {
      const part = samples.subarray(at, at + this.pending.length - this.pendingLength);
      this.pending.set(part, this.pendingLength);
      this.pendingLength += part.length;
      at += part.length;
      while (this.pendingLength >= need) {
        parts.push(this.interpolate(this.filter(need), total));
        this.pending.copyWithin(0, LANES * this.advance, this.pendingLength);
        this.pendingLength -= LANES * this.advance;
      }
    }
    return joinSamples(parts);
  }

  /** Filters the next blocks: LANES · keep samples of the middle rate. */
  private filter(need: number): Float32Array {
    const { input, response, table, outTable, scratch, middle } = this.addresses;
    this.memory.floats(input, need).set(this.pending.subarray(0, need));
    this.memory.kernels.filterBlocks(
      input,
      this.advance,
      this.size,
      this.outSize,
      response,
      table,
      outTable,
      this.margin,
      this.keep,
      scratch,
      middle,
    );
    return this.memory.floats(middle, LANES * this.keep);
  }

  private interpolate(block: Float32Array, total: number): Float32Array {
    if (!this.second) {
      const samples = block.slice(0, Math.max(0, Math.min(block.length, total - this.produced)));
      this.produced += samples.length;
      return samples;
    }
    const { up, down } = this.plan;
    const available = this.middle.length + block.length;
    const input = this.memory.floats(this.second.input, available);
    input.set(this.middle);
    input.set(block, this.middle.length);
    // Output n reads `taps` samples from floor(n · down / up) − taps / 2 + 1 on.
    const position = this.produced * down;
    const first = Math.floor(position / up) - this.taps / 2 + 1 - this.middleStart;
    const phase = position % up;
    const steps = available - this.taps - first; // whole input samples that can be gone forward
    const count = Math.min(
      steps < 0 ? 0 : Math.floor((steps * up + up - 1 - phase) / down) + 1,
      total - this.produced,
    );
    const { phases, output } = this.second;
    this.memory.kernels.interpolate(
      this.second.input + 4 * first,
      count,
      up,
      down,
      phase,
      phases,
      this.taps,
      output,
    );
    const samples = this.memory.floats(output, count).slice();
    this.produced += count;
    const next = Math.floor((this.produced * down) / up) - this.taps / 2 + 1 - this.middleStart;
    const keepFrom = Math.min(next, available);
    this.middle = this.memory.floats(this.second.input, available).slice(keepFrom);
    this.middleStart += keepFrom;
    return samples;
  }
}

/**
 * Resamples a whole mono signal to ceil(length × to / from) samples: within −80 dB of soxr HQ away from the edges, with
 * its transition band. Equal rates return the input itself. Rates: integers in Hz.
 */
export function resample(samples: Float32Array, from: number, to: number): Float32Array {
  if (from === to) return samples;
  const resampler = new Resampler(from, to);
  const begin = resampler.push(samples);
  return joinSamples([begin, resampler.finish()]);
}
