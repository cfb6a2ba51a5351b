/**
 * The reverb of SpessaSynth, to the bit, in half the time: the operations are those of spessasynth_core (Apache-2.0). Its loop
 * looks up every delay line by an index through a nested array several times a sample, which takes more than half of what a piece
 * takes to be rendered.
 */
import type { Processor } from './synthesiser.js';

/** A delay line as the package keeps it: samples, where it writes and reads, and the mask of both. */
type Line = [samples: Float32Array, write: number, read: number, mask: number];

/** What the package's reverb (Dattorro 1997) keeps; private there, so that it may be another in another version. */
interface Reverb {
  preDelay: number;
  preLPF: number;
  inputDiffusion1: number;
  inputDiffusion2: number;
  decay: number;
  decayDiffusion1: number;
  decayDiffusion2: number;
  damping: number;
  excursionRate: number;
  excursionDepth: number;
  gain: number;
  sampleRate: number;
  lp1: number;
  lp2: number;
  lp3: number;
  excPhase: number;
  pDWrite: number;
  taps: Int16Array;
  pDelay: Float32Array;
  pDLength: number;
  delays: Line[];
  process: (
    input: Float32Array,
    left: Float32Array,
    right: Float32Array,
    from: number,
    count: number,
  ) => void;
}

const NUMBERS = [
  ...[
    'preDelay',
    'preLPF',
    'inputDiffusion1',
    'inputDiffusion2',
    'decay',
    'decayDiffusion1',
    'decayDiffusion2',
  ],
  ...['damping', 'excursionRate', 'excursionDepth', 'gain', 'sampleRate', 'lp1', 'lp2', 'lp3', 'excPhase'],
  ...['pDWrite', 'pDLength'],
] as const;

const LINES = 12;
const TAPS = 14;

/** Whether the package's reverb is the one that is known here. */
function isKnown(reverb: unknown): reverb is Reverb {
  if (typeof reverb !== 'object' || reverb === null) return false;
  const own = reverb as Record<string, unknown>;
  return (
    NUMBERS.every((name) => typeof own[name] === 'number') &&
    own.taps instanceof Int16Array &&
    own.taps.length === TAPS &&
    own.pDelay instanceof Float32Array &&
    Array.isArray(own.delays) &&
    own.delays.length === LINES &&
    // Lines of another form, or so long that the place which is written is the one before that which is read.
    (own.delays as Line[]).every(
      ([samples, write, read, mask]) =>
        samples instanceof Float32Array && samples.length === mask + 1 && read === 0 && write < mask,
    )
  );
}

/** The sample of a line between two, by a cubic. `at`: where it reads, and how far after that. */
function between(samples: Float32Array, read: number, mask: number, after: number): number {
  const whole = ~~after;
  const frac = after - whole;
  const at = whole + read;
  const x0 = samples[(at - 1) & mask];
  const x1 = samples[at & mask];
  const x2 = samples[(at + 1) & mask];
  const x3 = samples[(at + 2) & mask];
  const a = (3 * (x1 - x2) - x0 + x3) / 2;
  const b = 2 * x2 + x0 - (5 * x1 + x3) / 2;
  const c = (x2 - x0) / 2;
  return ((a * frac + b) * frac + c) * frac + x1;
}

/** Processes as the package does, operation by operation, with everything that is looked up in variables. */
function process(
  this: Reverb,
  input: Float32Array,
  left: Float32Array,
  right: Float32Array,
  from: number,
  count: number,
): void {
  const { pDelay, pDLength, taps, preLPF, gain, delays } = this;
  const {
    inputDiffusion1: fi,
    inputDiffusion2: si,
    decay: dc,
    decayDiffusion1: ft,
    decayDiffusion2: st,
  } = this;
  const before = this.preDelay | 0;
  const dp = 1 - this.damping;
  const ex = this.excursionRate / this.sampleRate;
  const ed = (this.excursionDepth * this.sampleRate) / 1000;
  const begin = this.pDWrite;
  for (let j = 0; j < count; j++) pDelay[(begin + j) % pDLength] = input[j];
  const [[d0, w0, , m0], [d1, w1, , m1], [d2, w2, , m2], [d3, w3, , m3], [d4, w4, , m4], [d5, w5, , m5]] =
    delays;
  const [, , , , , , [d6, w6, , m6], [d7, w7, , m7], [d8, w8, , m8], [d9, w9, , m9], [d10, w10, , m10]] =
    delays;
  const [d11, w11, , m11] = delays[11];
  const [, , r0] = delays[0];
  const [[, , r1], [, , r2], [, , r3], [, , r4], [, , r5], [, , r6]] = delays.slice(1);
  const [[, , r7], [, , r8], [, , r9], [, , r10], [, , r11]] = delays.slice(7);
  const [t0, t1, t2, t3, t4, t5, t6, t7, t8, t9, t10, t11, t12, t13] = taps;
  let { lp1, lp2, lp3, excPhase } = this;
  for (let i = 0; i < count; i++) {
    lp1 += preLPF * (pDelay[(pDLength + begin - before + i) % pDLength] - lp1);
    const read0 = d0[(r0 + i) & m0];
    const read1 = d1[(r1 + i) & m1];
    const read2 = d2[(r2 + i) & m2];
    const read3 = d3[(r3 + i) & m3];
    let pre = lp1 - fi * read0;
    d0[(w0 + i) & m0] = pre;
    pre = fi * (pre - read1) + read0;
    d1[(w1 + i) & m1] = pre;
    pre = fi * pre + read1 - si * read2;
    d2[(w2 + i) & m2] = pre;
    pre = si * (pre - read3) + read2;
    d3[(w3 + i) & m3] = pre;
    const split = si * pre + read3;
    const between4 = between(d4, r4 + i, m4, ed * (1 + Math.cos(excPhase * 6.28)));
    const between8 = between(d8, r8 + i, m8, ed * (1 + Math.sin(excPhase * 6.2847)));
    let temp = split + dc * d11[(r11 + i) & m11] + ft * between4;
    d4[(w4 + i) & m4] = temp;
    d5[(w5 + i) & m5] = between4 - ft * temp;
    lp2 += dp * (d5[(r5 + i) & m5] - lp2);
    const read6 = d6[(r6 + i) & m6];
    temp = dc * lp2 - st * read6;
    d6[(w6 + i) & m6] = temp;
    d7[(w7 + i) & m7] = read6 + st * temp;
    temp = split + dc * d7[(r7 + i) & m7] + ft * between8;
    d8[(w8 + i) & m8] = temp;
    d9[(w9 + i) & m9] = between8 - ft * temp;
    lp3 += dp * (d9[(r9 + i) & m9] - lp3);
    const read10 = d10[(r10 + i) & m10];
    temp = dc * lp3 - st * read10;
    d10[(w10 + i) & m10] = temp;
    d11[(w11 + i) & m11] = read10 + st * temp;
    const [n5, n6, n7, n9, n10, n11] = [r5 + i, r6 + i, r7 + i, r9 + i, r10 + i, r11 + i];
    left[from + i] +=
      (d9[(n9 + t0) & m9] +
        d9[(n9 + t1) & m9] -
        d10[(n10 + t2) & m10] +
        d11[(n11 + t3) & m11] -
        d5[(n5 + t4) & m5] -
        d6[(n6 + t5) & m6] -
        d7[(n7 + t6) & m7]) *
      gain;
    right[from + i] +=
      (d5[(n5 + t7) & m5] +
        d5[(n5 + t8) & m5] -
        d6[(n6 + t9) & m6] +
        d7[(n7 + t10) & m7] -
        d9[(n9 + t11) & m9] -
        d10[(n10 + t12) & m10] -
        d11[(n11 + t13) & m11]) *
      gain;
    excPhase += ex;
  }
  for (const line of delays) {
    line[1] = (line[1] + count) & line[3];
    line[2] = (line[2] + count) & line[3];
  }
  Object.assign(this, { lp1, lp2, lp3, excPhase, pDWrite: (begin + count) % pDLength });
}

/**
 * Has a synthesiser that has not played yet compute its reverb more quickly, to the same samples. Where its reverb is not the one
 * that is known here, it stays as it is. Returns whether it was replaced.
 */
export function quickenReverb(synth: Processor): boolean {
  const { dattorro } = synth.reverbProcessor as unknown as { dattorro?: unknown };
  if (!isKnown(dattorro)) return false;
  dattorro.process = process;
  return true;
}
