// Mel power of frames, four at a time.
import { forwardReal, transpose4 } from './fft';

// A filter of the bank: first bin, number of bins, address of its weights (f32), 12 bytes.
const FILTER: usize = 12;

// `samples`: at least (frames − 1) · hop + size numbers, frames rounded up to a multiple of four.
// `scratch`: 16 (3 size + 4) bytes. `mel`: frames × bands, written for whole groups of four frames.
export function melFrames(
  samples: usize,
  frames: i32,
  size: i32,
  hop: i32,
  window: usize,
  table: usize,
  filters: usize,
  bands: i32,
  scratch: usize,
  mel: usize,
): void {
  const data = scratch;
  const work = scratch + (<usize>size << 4);
  const spectrum = scratch + (<usize>size << 5);
  const bins = (size >> 1) + 1;
  const row = <usize>bands << 2;
  const hopBytes = <usize>hop << 2;
  for (let t = 0; t < frames; t += 4) {
    const begin = samples + <usize>t * hopBytes;
    for (let i = 0; i < size; i += 4) {
      const at = begin + (<usize>i << 2);
      const to = data + (<usize>i << 4);
      transpose4(at, at + hopBytes, at + 2 * hopBytes, at + 3 * hopBytes, to);
      const weights = window + (<usize>i << 2);
      v128.store(to, f32x4.mul(v128.load(to), v128.load32_splat(weights)));
      v128.store(to, f32x4.mul(v128.load(to, 16), v128.load32_splat(weights, 4)), 16);
      v128.store(to, f32x4.mul(v128.load(to, 32), v128.load32_splat(weights, 8)), 32);
      v128.store(to, f32x4.mul(v128.load(to, 48), v128.load32_splat(weights, 12)), 48);
    }
    forwardReal(size, data, work, spectrum, table);
    // Power in place of `data`: no longer needed.
    for (let k = 0; k < bins; k++) {
      const at = spectrum + (<usize>k << 5);
      const re = v128.load(at);
      const im = v128.load(at, 16);
      v128.store(data + (<usize>k << 4), f32x4.add(f32x4.mul(re, re), f32x4.mul(im, im)));
    }
    let out = mel + <usize>t * row;
    for (let b = 0; b < bands; b++) {
      const filter = filters + <usize>b * FILTER;
      let power = data + (<usize>load<i32>(filter) << 4);
      const count = load<i32>(filter, 4);
      let weight: usize = <usize>load<i32>(filter, 8);
      let sum = f32x4.splat(0);
      for (let k = 0; k < count; k++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load(power), v128.load32_splat(weight)));
        power += 16;
        weight += 4;
      }
      store<f32>(out, f32x4.extract_lane(sum, 0));
      store<f32>(out + row, f32x4.extract_lane(sum, 1));
      store<f32>(out + 2 * row, f32x4.extract_lane(sum, 2));
      store<f32>(out + 3 * row, f32x4.extract_lane(sum, 3));
      out += 4;
    }
  }
}
