// Batch normalisation, max-pooling and ReLU in training, as src/engine/native/norm-pool.h: the normalisation is monotonic in
// each channel, so the extremes of the windows are pooled, and only these are normalised. Channels are a multiple of four.

/** Positions over which sums are kept in single precision, which stay in the cache while channels are gone through. */
const BLOCK: i32 = 32;

// The map: examples, height, width, channels; the windows of its pooling.
let n: i32 = 0;
let h: i32 = 0;
let w: i32 = 0;
let c: i32 = 0;
let oh: i32 = 0;
let ow: i32 = 0;
let ph: i32 = 0;
let pw: i32 = 0;
let sh: i32 = 0;
let sw: i32 = 0;
/** Bytes from one position to the next. */
let row: usize = 0;
/** Added before a ReLU that the normalisation stands behind; 0 for neither. */
let bias: usize = 0;
/** Whether a ReLU stands behind the normalisation. */
let relu: bool = false;
/** Whether each position is a window of its own. */
let whole: bool = false;

export function setMap(
  examples: i32,
  height: i32,
  width: i32,
  channels: i32,
  poolHeight: i32,
  poolWidth: i32,
  strideHeight: i32,
  strideWidth: i32,
  biasAt: usize,
  isRelu: bool,
): void {
  n = examples;
  h = height;
  w = width;
  c = channels;
  ph = poolHeight;
  pw = poolWidth;
  sh = strideHeight;
  sw = strideWidth;
  oh = (h - ph) / sh + 1;
  ow = (w - pw) / sw + 1;
  row = (<usize>c) << 2;
  bias = biasAt;
  relu = isRelu;
  whole = ph == 1 && pw == 1 && sh == 1 && sw == 1;
}

/** What is normalised of four channels at a position. */
// @ts-ignore: decorator
@inline
function valueAt(position: usize, k: usize): v128 {
  const x = v128.load(position + k);
  return bias ? f32x4.max(f32x4.add(x, v128.load(bias + k)), f32x4.splat(0)) : x;
}

/** Adds four numbers in single precision to four in double. */
// @ts-ignore: decorator
@inline
function addTo(totals: usize, k: usize, sums: v128): void {
  const at = totals + (k << 1);
  v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(sums)));
  const high = i8x16.shuffle(sums, sums, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7);
  v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** Adds the differences of `count` positions from a pivot, and their squares, to totals over channels. */
function addMoments(from: usize, count: i32, pivot: usize, sums: usize, squares: usize): void {
  for (let begin = 0; begin < count; begin += BLOCK) {
    const end = min(count, begin + BLOCK);
    for (let k: usize = 0; k < row; k += 16) {
      const centre = v128.load(pivot + k);
      let sum = f32x4.splat(0);
      let square = f32x4.splat(0);
      let position = from + <usize>begin * row;
      for (let j = begin; j < end; j++, position += row) {
        const d = f32x4.sub(valueAt(position, k), centre);
        sum = f32x4.add(sum, d);
        square = f32x4.add(square, f32x4.mul(d, d));
      }
      addTo(sums, k, sum);
      addTo(squares, k, square);
    }
  }
}

/** The extremes of the windows of one row: the greatest value of each channel, or the least where γ is negative. */
function poolRow(top: usize, extreme: usize, sign: usize): void {
  const line = <usize>w * row;
  for (let j = 0; j < ow; j++, extreme += row) {
    const corner = top + <usize>(j * sw) * row;
    for (let k: usize = 0; k < row; k += 16) {
      const signs = v128.load(sign + k);
      let greatest = f32x4.splat(-Infinity);
      for (let di = 0; di < ph; di++) {
        let position = corner + <usize>di * line;
        for (let dj = 0; dj < pw; dj++, position += row)
          greatest = f32x4.max(greatest, f32x4.mul(signs, valueAt(position, k)));
      }
      v128.store(extreme + k, f32x4.mul(greatest, signs));
    }
  }
}

/** y of `count` positions, of what is normalised or, where `isPooled`, of extremes. */
function affine(from: usize, count: i32, isPooled: bool, scale: usize, shift: usize, y: usize): void {
  const zero = f32x4.splat(0);
  for (let j = 0; j < count; j++, from += row, y += row)
    for (let k: usize = 0; k < row; k += 16) {
      const x = isPooled ? v128.load(from + k) : valueAt(from, k);
      const value = f32x4.add(f32x4.mul(x, v128.load(scale + k)), v128.load(shift + k));
      v128.store(y + k, relu ? f32x4.max(value, zero) : value);
    }
}

// `extreme`: [n, oh, ow, c], not written where each position is a window. `variance`: biased. `scratch`: 32 c bytes.
export function normPool(
  x: usize,
  gamma: usize,
  beta: usize,
  epsilon: f64,
  y: usize,
  extreme: usize,
  mean: usize,
  variance: usize,
  scratch: usize,
): void {
  const sums = scratch;
  const squares = sums + (row << 1);
  const pivot = squares + (row << 1);
  const sign = pivot + row;
  const scale = sign + row;
  const shift = scale + row;
  memory.fill(sums, 0, row << 2);
  // Squares of differences from a value near the mean lose no digits where the mean is far from zero.
  for (let k: usize = 0; k < row; k += 16) {
    let sum = f32x4.splat(0);
    for (let j = 0; j < w; j++) sum = f32x4.add(sum, valueAt(x + <usize>j * row, k));
    v128.store(pivot + k, f32x4.div(sum, f32x4.splat(<f32>w)));
    const isNegative = f32x4.lt(v128.load(gamma + k), f32x4.splat(0));
    v128.store(sign + k, v128.bitselect(f32x4.splat(-1), f32x4.splat(1), isNegative));
  }
  const line = <usize>w * row;
  for (let example = 0; example < n; example++) {
    const image = x + <usize>(example * h) * line;
    let out = extreme + <usize>(example * oh * ow) * row;
    let counted = 0;
    if (!whole)
      for (let i = 0; i < oh; i++, out += <usize>ow * row) {
        // Rows are summed when a window first needs them, while they are in the cache.
        for (; counted < i * sh + ph; counted++)
          addMoments(image + <usize>counted * line, w, pivot, sums, squares);
        poolRow(image + <usize>(i * sh) * line, out, sign);
      }
    for (; counted < h; counted++) addMoments(image + <usize>counted * line, w, pivot, sums, squares);
  }
  const count = <f64>n * <f64>h * <f64>w;
  for (let k: usize = 0; k < row; k += 4) {
    const offset = load<f64>(sums + (k << 1)) / count;
    const spread = max(0, load<f64>(squares + (k << 1)) / count - offset * offset);
    const centre = <f64>load<f32>(pivot + k) + offset;
    const factor = <f32>(<f64>load<f32>(gamma + k) / Math.sqrt(spread + epsilon));
    store<f32>(mean + k, <f32>centre);
    store<f32>(variance + k, <f32>spread);
    store<f32>(scale + k, factor);
    store<f32>(shift + k, <f32>(<f64>load<f32>(beta + k) - centre * <f64>factor));
  }
  affine(whole ? x : extreme, n * oh * ow, !whole, scale, shift, y);
}

/** The gradient of y at a value, which a ReLU leaves where y is above 0. */
// @ts-ignore: decorator
@inline
function behindRelu(dy: v128, value: v128, scale: v128, shift: v128): v128 {
  if (!relu) return dy;
  return v128.and(dy, f32x4.gt(f32x4.add(f32x4.mul(value, scale), shift), f32x4.splat(0)));
}

/** Adds dy and dy (e - mean) over `count` windows to totals over channels. */
function addGradients(
  dy: usize,
  from: usize,
  count: i32,
  mean: usize,
  scale: usize,
  shift: usize,
  sums: usize,
  products: usize,
): void {
  for (let begin = 0; begin < count; begin += BLOCK) {
    const end = min(count, begin + BLOCK);
    for (let k: usize = 0; k < row; k += 16) {
      const centre = v128.load(mean + k);
      const factor = v128.load(scale + k);
      const offset = v128.load(shift + k);
      let sum = f32x4.splat(0);
      let product = f32x4.splat(0);
      let at = <usize>begin * row;
      for (let j = begin; j < end; j++, at += row) {
        const e = whole ? valueAt(from + at, k) : v128.load(from + at + k);
        const g = behindRelu(v128.load(dy + at + k), e, factor, offset);
        sum = f32x4.add(sum, g);
        product = f32x4.add(product, f32x4.mul(g, f32x4.sub(e, centre)));
      }
      addTo(sums, k, sum);
      addTo(products, k, product);
    }
  }
}

/** The gradient of x at a value: of max(x + bias, 0) nothing where that is 0. */
// @ts-ignore: decorator
@inline
function beforeNorm(gradient: v128, value: v128): v128 {
  return bias ? v128.and(gradient, f32x4.gt(value, f32x4.splat(0))) : gradient;
}

/** Of every position of a row: constant + slope r; where each is a window, with that of y. Adds up that of the bias. */
function gradientOfRow(
  x: usize,
  dy: usize,
  constant: usize,
  slope: usize,
  scale: usize,
  shift: usize,
  dx: usize,
  biases: usize,
): void {
  for (let begin = 0; begin < w; begin += BLOCK) {
    const end = min(w, begin + BLOCK);
    for (let k: usize = 0; k < row; k += 16) {
      const level = v128.load(constant + k);
      const steepness = v128.load(slope + k);
      const factor = v128.load(scale + k);
      const offset = v128.load(shift + k);
      let sum = f32x4.splat(0);
      let at = <usize>begin * row + k;
      for (let j = begin; j < end; j++, at += row) {
        const r = valueAt(x + at - k, k);
        let g = f32x4.add(level, f32x4.mul(steepness, r));
        if (whole) g = f32x4.add(g, f32x4.mul(behindRelu(v128.load(dy + at), r, factor, offset), factor));
        g = beforeNorm(g, r);
        v128.store(dx + at, g);
        sum = f32x4.add(sum, g);
      }
      if (bias) addTo(biases, k, sum);
    }
  }
}

/** Adds the gradients of the windows of one row to their extremes: of equal values, the first takes it. */
function spreadRow(
  top: usize,
  dy: usize,
  extreme: usize,
  scale: usize,
  shift: usize,
  dx: usize,
  biases: usize,
): void {
  const line = <usize>w * row;
  for (let j = 0; j < ow; j++, dy += row, extreme += row) {
    const corner = <usize>(j * sw) * row;
    for (let k: usize = 0; k < row; k += 16) {
      const e = v128.load(extreme + k);
      const factor = v128.load(scale + k);
      let left = f32x4.mul(behindRelu(v128.load(dy + k), e, factor, v128.load(shift + k)), factor);
      let sum = f32x4.splat(0);
      for (let di = 0; di < ph; di++) {
        let at = corner + <usize>di * line;
        for (let dj = 0; dj < pw; dj++, at += row) {
          const r = valueAt(top + at, k);
          const hit = f32x4.eq(r, e);
          const own = beforeNorm(v128.and(left, hit), r);
          left = v128.andnot(left, hit);
          v128.store(dx + at + k, f32x4.add(v128.load(dx + at + k), own));
          sum = f32x4.add(sum, own);
        }
      }
      if (bias) addTo(biases, k, sum);
    }
  }
}

// Of what `normPool` was given and gave. `dbias`: not written without a bias. `scratch`: 40 c bytes.
export function normPoolGrad(
  dy: usize,
  x: usize,
  gamma: usize,
  beta: usize,
  epsilon: f64,
  extreme: usize,
  mean: usize,
  variance: usize,
  dx: usize,
  dbias: usize,
  dgamma: usize,
  dbeta: usize,
  scratch: usize,
): void {
  const sums = scratch;
  const products = sums + (row << 1);
  const biases = products + (row << 1);
  const scale = biases + (row << 1);
  const shift = scale + row;
  const constant = shift + row;
  const slope = constant + row;
  memory.fill(sums, 0, 6 * row);
  for (let k: usize = 0; k < row; k += 4) {
    const factor = <f64>load<f32>(gamma + k) / Math.sqrt(<f64>load<f32>(variance + k) + epsilon);
    store<f32>(scale + k, <f32>factor);
    store<f32>(shift + k, <f32>(<f64>load<f32>(beta + k) - <f64>load<f32>(mean + k) * factor));
  }
  addGradients(dy, whole ? x : extreme, n * oh * ow, mean, scale, shift, sums, products);
  const count = <f64>n * <f64>h * <f64>w;
  for (let k: usize = 0; k < row; k += 4) {
    const sum = load<f64>(sums + (k << 1));
    const product = load<f64>(products + (k << 1));
    const inverse = 1 / Math.sqrt(<f64>load<f32>(variance + k) + epsilon);
    const factor = <f64>load<f32>(gamma + k) * inverse;
    const along = (-factor * product * inverse * inverse) / count;
    store<f32>(dbeta + k, <f32>sum);
    store<f32>(dgamma + k, <f32>(product * inverse));
    store<f32>(slope + k, <f32>along);
    store<f32>(constant + k, <f32>((-factor * sum) / count - along * <f64>load<f32>(mean + k)));
  }
  const line = <usize>w * row;
  const outLine = <usize>ow * row;
  for (let example = 0; example < n; example++) {
    const image = <usize>(example * h) * line;
    const out = <usize>(example * oh) * outLine;
    let begun = 0;
    if (!whole)
      for (let i = 0; i < oh; i++) {
        for (; begun < i * sh + ph; begun++) {
          const at = image + <usize>begun * line;
          gradientOfRow(x + at, dy, constant, slope, scale, shift, dx + at, biases);
        }
        const top = image + <usize>(i * sh) * line;
        const window = out + <usize>i * outLine;
        spreadRow(x + top, dy + window, extreme + window, scale, shift, dx + top, biases);
      }
    for (; begun < h; begun++) {
      const at = image + <usize>begun * line;
      gradientOfRow(x + at, dy + at, constant, slope, scale, shift, dx + at, biases);
    }
  }
  if (bias) for (let k: usize = 0; k < row; k += 4) store<f32>(dbias + k, <f32>load<f64>(biases + (k << 1)));
}
