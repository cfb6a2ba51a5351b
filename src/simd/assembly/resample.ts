// The two stages of the resampler: a sharp low-pass filter by overlap-save, and interpolation at fractional instants.
import { forwardReal, inverseReal, transpose4 } from './fft';

// Filters four overlapping blocks of `size` samples, `advance` apart, and changes their rate to
// outSize / size by cutting or extending the spectrum with zeros. `response`: (min of both sizes) / 2 + 1 real gains.
// Of each filtered block, `keep` samples from `first` on go to `output`, the blocks one after the other.
// `scratch`: 16 (3 · max of both sizes + 4) bytes.
export function filterBlocks(
  samples: usize,
  advance: i32,
  size: i32,
  outSize: i32,
  response: usize,
  table: usize,
  outTable: usize,
  first: i32,
  keep: i32,
  scratch: usize,
  output: usize,
): void {
  const largest: usize = <usize>(size > outSize ? size : outSize) << 4;
  const data = scratch;
  const work = scratch + largest;
  const spectrum = scratch + 2 * largest;
  const advanceBytes = <usize>advance << 2;
  for (let i = 0; i < size; i += 4) {
    const at = samples + (<usize>i << 2);
    transpose4(at, at + advanceBytes, at + 2 * advanceBytes, at + 3 * advanceBytes, data + (<usize>i << 4));
  }
  forwardReal(size, data, work, spectrum, table);
  const bins = (outSize >> 1) + 1;
  const passing = ((size < outSize ? size : outSize) >> 1) + 1;
  for (let k = 0; k < passing; k++) {
    const at = spectrum + (<usize>k << 5);
    const gain = v128.load32_splat(response + (<usize>k << 2));
    v128.store(at, f32x4.mul(v128.load(at), gain));
    v128.store(at, f32x4.mul(v128.load(at, 16), gain), 16);
  }
  for (let k = passing; k < bins; k++) {
    const at = spectrum + (<usize>k << 5);
    v128.store(at, f32x4.splat(0));
    v128.store(at, f32x4.splat(0), 16);
  }
  const filtered = inverseReal(outSize, spectrum, data, work, outTable) + (<usize>first << 4);
  const row = <usize>keep << 2;
  for (let n = 0; n < keep; n++) {
    const vector = v128.load(filtered + (<usize>n << 4));
    const to = output + (<usize>n << 2);
    store<f32>(to, f32x4.extract_lane(vector, 0));
    store<f32>(to + row, f32x4.extract_lane(vector, 1));
    store<f32>(to + 2 * row, f32x4.extract_lane(vector, 2));
    store<f32>(to + 3 * row, f32x4.extract_lane(vector, 3));
  }
}

// `count` output samples of a polyphase filter. Output n lies `down` · n / `up` input samples after `phase` / `up`;
// `phases`: `up` rows of `taps` coefficients, a multiple of four.
export function interpolate(
  samples: usize,
  count: i32,
  up: i32,
  down: i32,
  phase: i32,
  phases: usize,
  taps: i32,
  output: usize,
): void {
  let at = samples;
  let current = phase;
  const wholeStep = down / up;
  const fraction = down % up;
  for (let n = 0; n < count; n++) {
    const coefficients = phases + <usize>(current * taps) * 4;
    let sum = f32x4.splat(0);
    for (let k: usize = 0; k < <usize>taps << 2; k += 16) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(at + k), v128.load(coefficients + k)));
    }
    const total =
      f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
    store<f32>(output + (<usize>n << 2), total);
    current += fraction;
    at += <usize>wholeStep << 2;
    if (current >= up) {
      current -= up;
      at += 4;
    }
  }
}
