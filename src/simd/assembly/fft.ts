

// Fourier transforms of four real signals at once: lane l of every vector belongs to signal l, so that the algorithm
// is the scalar one. Complex numbers are two vectors, real part first: 32 bytes an element.

const ELEMENT: usize = 32;
const IMAGINARY: usize = 16;

// cos and −sin of 2πk / size for k < size, 8 bytes an entry.
export function makeTwiddles(table: usize, size: i32): void {
  for (let k = 0; k < size; k++) {
    const angle = (2.0 * Math.PI * <f64>k) / <f64>size;
    store<f32>(table + (<usize>k << 3), <f32>Math.cos(angle));
    store<f32>(table + (<usize>k << 3), <f32>-Math.sin(angle), 4);
  }
}

// One radix-4 step of Stockham's self-sorting transform: `n` points in each of `s` interleaved sequences.
// `stride`: table entries that make one step of the root of order n.
// @ts-ignore: decorator
@inline
function radix4(n: i32, s: i32, x: usize, y: usize, table: usize, stride: i32): void {
  const m = n >> 2;
  const quarter: usize = <usize>(m * s) * ELEMENT;
  const row: usize = <usize>s * ELEMENT;
  for (let p = 0; p < m; p++) {
    const w: usize = <usize>(p * stride) << 3;
    const w1re = v128.load32_splat(table + w);
    const w1im = v128.load32_splat(table + w, 4);
    const w2re = v128.load32_splat(table + 2 * w);
    const w2im = v128.load32_splat(table + 2 * w, 4);
    const w3re = v128.load32_splat(table + 3 * w);
    const w3im = v128.load32_splat(table + 3 * w, 4);
    let from = x + <usize>(s * p) * ELEMENT;
    let to = y + <usize>(s * 4 * p) * ELEMENT;
    for (let q = 0; q < s; q++) {
      const are = v128.load(from);
      const aim = v128.load(from, IMAGINARY);
      const bre = v128.load(from + quarter);
      const bim = v128.load(from + quarter, IMAGINARY);
      const cre = v128.load(from + 2 * quarter);
      const cim = v128.load(from + 2 * quarter, IMAGINARY);
      const dre = v128.load(from + 3 * quarter);
      const dim = v128.load(from + 3 * quarter, IMAGINARY);
      const acre = f32x4.add(are, cre);
      const acim = f32x4.add(aim, cim);
      const differenceRe = f32x4.sub(are, cre);
      const differenceIm = f32x4.sub(aim, cim);
      const bdre = f32x4.add(bre, dre);
      const bdim = f32x4.add(bim, dim);
      // i (b − d)
      const turnedRe = f32x4.sub(dim, bim);
      const turnedIm = f32x4.sub(bre, dre);
      v128.store(to, f32x4.add(acre, bdre));
      v128.store(to, f32x4.add(acim, bdim), IMAGINARY);
      const ure = f32x4.sub(differenceRe, turnedRe);
      const uim = f32x4.sub(differenceIm, turnedIm);
      v128.store(to + row, f32x4.sub(f32x4.mul(ure, w1re), f32x4.mul(uim, w1im)));
      v128.store(to + row, f32x4.add(f32x4.mul(ure, w1im), f32x4.mul(uim, w1re)), IMAGINARY);
      const vre = f32x4.sub(acre, bdre);
      const vim = f32x4.sub(acim, bdim);
      v128.store(to + 2 * row, f32x4.sub(f32x4.mul(vre, w2re), f32x4.mul(vim, w2im)));
      v128.store(to + 2 * row, f32x4.add(f32x4.mul(vre, w2im), f32x4.mul(vim, w2re)), IMAGINARY);
      const tre = f32x4.add(differenceRe, turnedRe);
      const tim = f32x4.add(differenceIm, turnedIm);
      v128.store(to + 3 * row, f32x4.sub(f32x4.mul(tre, w3re), f32x4.mul(tim, w3im)));
      v128.store(to + 3 * row, f32x4.add(f32x4.mul(tre, w3im), f32x4.mul(tim, w3re)), IMAGINARY);
      from += ELEMENT;
      to += ELEMENT;
    }
  }
}

// The last step where the size is an odd power of two.
// @ts-ignore: decorator
@inline
function radix2(s: i32, x: usize, y: usize): void {
  const row: usize = <usize>s * ELEMENT;
  for (let q: usize = 0; q < row; q += ELEMENT) {
    const are = v128.load(x + q);
    const aim = v128.load(x + q, IMAGINARY);
    const bre = v128.load(x + row + q);
    const bim = v128.load(x + row + q, IMAGINARY);
    v128.store(y + q, f32x4.add(are, bre));
    v128.store(y + q, f32x4.add(aim, bim), IMAGINARY);
    v128.store(y + row + q, f32x4.sub(are, bre));
    v128.store(y + row + q, f32x4.sub(aim, bim), IMAGINARY);
  }
}

// Complex transform of `size` points; the result is where the returned address says, `data` or `work`.
// `table` has the roots of order size · tableStride.
function transform(size: i32, data: usize, work: usize, table: usize, tableStride: i32): usize {
  let n = size;
  let s = 1;
  let x = data;
  let y = work;
  while (n >= 4) {
    radix4(n, s, x, y, table, s * tableStride);
    n >>= 2;
    s <<= 2;
    const swap = x;
    x = y;
    y = swap;
  }
  if (n == 2) {
    radix2(s, x, y);
    return y;
  }
  return x;
}

// Spectra of four real signals of `size` samples: `data` holds the samples, a vector each (so that two neighbours are
// one complex element); `spectrum` gets size / 2 + 1 complex elements. `table`: the roots of order `size`.
export function forwardReal(size: i32, data: usize, work: usize, spectrum: usize, table: usize): void {
  const half = size >> 1;
  const z = transform(half, data, work, table, 2);
  const firstRe = v128.load(z);
  const firstIm = v128.load(z, IMAGINARY);
  const last = spectrum + <usize>half * ELEMENT;
  v128.store(spectrum, f32x4.add(firstRe, firstIm));
  v128.store(spectrum, f32x4.splat(0), IMAGINARY);
  v128.store(last, f32x4.sub(firstRe, firstIm));
  v128.store(last, f32x4.splat(0), IMAGINARY);
  const scale = f32x4.splat(0.5);
  for (let k = 1; k < half; k++) {
    const low = z + <usize>k * ELEMENT;
    const high = z + <usize>(half - k) * ELEMENT;
    const are = v128.load(low);
    const aim = v128.load(low, IMAGINARY);
    const bre = v128.load(high);
    const bim = v128.load(high, IMAGINARY);
    const evenRe = f32x4.mul(f32x4.add(are, bre), scale);
    const evenIm = f32x4.mul(f32x4.sub(aim, bim), scale);
    const oddRe = f32x4.mul(f32x4.add(aim, bim), scale);
    const oddIm = f32x4.mul(f32x4.sub(bre, are), scale);
    const wre = v128.load32_splat(table + (<usize>k << 3));
    const wim = v128.load32_splat(table + (<usize>k << 3), 4);
    const to = spectrum + <usize>k * ELEMENT;
    v128.store(to, f32x4.add(evenRe, f32x4.sub(f32x4.mul(oddRe, wre), f32x4.mul(oddIm, wim))));
    v128.store(to, f32x4.add(evenIm, f32x4.add(f32x4.mul(oddRe, wim), f32x4.mul(oddIm, wre))), IMAGINARY);
  }
}

// The inverse of forwardReal without its scale: the samples times size / 2 come to the returned address, `data` or
// `work`, a vector each. `spectrum` is left as it is.
export function inverseReal(size: i32, spectrum: usize, data: usize, work: usize, table: usize): usize {
  const half = size >> 1;
  // The conjugate goes in, so that the forward transform gives the conjugate of the inverse.
  for (let k = 0; k < half; k++) {
    const low = spectrum + <usize>k * ELEMENT;
    const high = spectrum + <usize>(half - k) * ELEMENT;
    const are = v128.load(low);
    const aim = v128.load(low, IMAGINARY);
    const bre = v128.load(high);
    const bim = v128.load(high, IMAGINARY);
    const half4 = f32x4.splat(0.5);
    const evenRe = f32x4.mul(f32x4.add(are, bre), half4);
    const evenIm = f32x4.mul(f32x4.sub(aim, bim), half4);
    const differenceRe = f32x4.mul(f32x4.sub(are, bre), half4);
    const differenceIm = f32x4.mul(f32x4.add(aim, bim), half4);
    const wre = v128.load32_splat(table + (<usize>k << 3));
    const wim = v128.load32_splat(table + (<usize>k << 3), 4);
    // The difference turned back: times the conjugate of the root.
    const oddRe = f32x4.add(f32x4.mul(differenceRe, wre), f32x4.mul(differenceIm, wim));
    const oddIm = f32x4.sub(f32x4.mul(differenceIm, wre), f32x4.mul(differenceRe, wim));
    const to = data + <usize>k * ELEMENT;
    v128.store(to, f32x4.sub(evenRe, oddIm));
    v128.store(to, f32x4.neg(f32x4.add(evenIm, oddRe)), IMAGINARY);
  }
  const z = transform(half, data, work, table, 2);
  for (let k = 0; k < half; k++) {
    const at = z + <usize>k * ELEMENT;
    v128.store(at, f32x4.neg(v128.load(at, IMAGINARY)), IMAGINARY);
  }
  return z;
}

// Four samples of each of four signals, to one vector a sample.

// Reads four samples at four addresses; vector i, with sample i of each signal, goes to `to` + 16 i.
// @ts-ignore: decorator
@inline
export function transpose4(a: usize, b: usize, c: usize, d: usize, to: usize): void {
  const va = v128.load(a);
  const vb = v128.load(b);
  const vc = v128.load(c);
  const vd = v128.load(d);
  const abLow = v128.shuffle<f32>(va, vb, 0, 4, 1, 5);
  const cdLow = v128.shuffle<f32>(vc, vd, 0, 4, 1, 5);
  const abHigh = v128.shuffle<f32>(va, vb, 2, 6, 3, 7);
  const cdHigh = v128.shuffle<f32>(vc, vd, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 0, 1, 4, 5));
  v128.store(to, v128.shuffle<f32>(abLow, cdLow, 2, 3, 6, 7), 16);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 0, 1, 4, 5), 32);
  v128.store(to, v128.shuffle<f32>(abHigh, cdHigh, 2, 3, 6, 7), 48);
}
