// One step of negative sampling: an input vector against several output vectors.

// Output vectors that are worked on together: the input vector is then read once for all of them.
export const GROUP: i32 = 6;

// Beyond this the sigmoid counts as 0 or 1 and nothing is learnt, as in word2vec.c.
const LARGEST: f32 = 6;

// Entries of the tables of the sigmoid and its logarithm over (−LARGEST, LARGEST).
const ENTRIES: f32 = 1000;

// @ts-ignore: decorator
@inline
function total(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

// From a product of vectors to the step, label minus sigmoid times rate, stored at `step`. Gives the loss.
// @ts-ignore: decorator
@inline
function stepOf(product: f32, positive: bool, rate: f32, sigmoid: usize, step: usize): f32 {
  const signed = positive ? product : -product;
  if (product >= LARGEST || product <= -LARGEST) {
    store<f32>(step, 0);
    return signed > 0 ? 0 : LARGEST;
  }
  const at = sigmoid + (<usize>(<i32>((product + LARGEST) * (ENTRIES / (2 * LARGEST)))) << 2);
  const mirrored = sigmoid + (<usize>(<i32>((signed + LARGEST) * (ENTRIES / (2 * LARGEST)))) << 2);
  store<f32>(step, ((positive ? <f32>1 : <f32>0) - load<f32>(at)) * rate);
  return load<f32>(mirrored, <usize>ENTRIES << 2);
}

// `input`: the vector, `bytes` long. `targets`: addresses (u32) of output vectors, a multiple of GROUP many; the first is
// the true word, the others are noise; those from `count` on are placeholders and are not counted. `steps`: room
// for GROUP numbers. `error`: gets what the input vector shall move by. Gives the loss.
export function descend(
  input: usize,
  targets: usize,
  count: i32,
  bytes: usize,
  rate: f32,
  sigmoid: usize,
  steps: usize,
  error: usize,
): f32 {
  let loss: f32 = 0;
  for (let first: i32 = 0; first < count; first += GROUP) {
    const group = targets + (<usize>first << 2);
    const t0 = <usize>load<u32>(group);
    const t1 = <usize>load<u32>(group, 4);
    const t2 = <usize>load<u32>(group, 8);
    const t3 = <usize>load<u32>(group, 12);
    const t4 = <usize>load<u32>(group, 16);
    const t5 = <usize>load<u32>(group, 20);
    let s0 = f32x4.splat(0);
    let s1 = f32x4.splat(0);
    let s2 = f32x4.splat(0);
    let s3 = f32x4.splat(0);
    let s4 = f32x4.splat(0);
    let s5 = f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const x = v128.load(input + i);
      s0 = f32x4.add(s0, f32x4.mul(x, v128.load(t0 + i)));
      s1 = f32x4.add(s1, f32x4.mul(x, v128.load(t1 + i)));
      s2 = f32x4.add(s2, f32x4.mul(x, v128.load(t2 + i)));
      s3 = f32x4.add(s3, f32x4.mul(x, v128.load(t3 + i)));
      s4 = f32x4.add(s4, f32x4.mul(x, v128.load(t4 + i)));
      s5 = f32x4.add(s5, f32x4.mul(x, v128.load(t5 + i)));
    }
    const left = count - first;
    loss += stepOf(total(s0), first === 0, rate, sigmoid, steps);
    if (left > 1) loss += stepOf(total(s1), false, rate, sigmoid, steps + 4);
    if (left > 2) loss += stepOf(total(s2), false, rate, sigmoid, steps + 8);
    if (left > 3) loss += stepOf(total(s3), false, rate, sigmoid, steps + 12);
    if (left > 4) loss += stepOf(total(s4), false, rate, sigmoid, steps + 16);
    if (left > 5) loss += stepOf(total(s5), false, rate, sigmoid, steps + 20);
    const g0 = v128.load32_splat(steps);
    const g1 = left > 1 ? v128.load32_splat(steps, 4) : f32x4.splat(0);
    const g2 = left > 2 ? v128.load32_splat(steps, 8) : f32x4.splat(0);
    const g3 = left > 3 ? v128.load32_splat(steps, 12) : f32x4.splat(0);
    const g4 = left > 4 ? v128.load32_splat(steps, 16) : f32x4.splat(0);
    const g5 = left > 5 ? v128.load32_splat(steps, 20) : f32x4.splat(0);
    for (let i: usize = 0; i < bytes; i += 16) {
      const x = v128.load(input + i);
      let e = first === 0 ? f32x4.splat(0) : v128.load(error + i);
      // A word may be drawn twice: each is read after the one before it is written.
      let y = v128.load(t0 + i);
      e = f32x4.add(e, f32x4.mul(g0, y));
      v128.store(t0 + i, f32x4.add(y, f32x4.mul(g0, x)));
      y = v128.load(t1 + i);
      e = f32x4.add(e, f32x4.mul(g1, y));
      v128.store(t1 + i, f32x4.add(y, f32x4.mul(g1, x)));
      y = v128.load(t2 + i);
      e = f32x4.add(e, f32x4.mul(g2, y));
      v128.store(t2 + i, f32x4.add(y, f32x4.mul(g2, x)));
      y = v128.load(t3 + i);
      e = f32x4.add(e, f32x4.mul(g3, y));
      v128.store(t3 + i, f32x4.add(y, f32x4.mul(g3, x)));
      y = v128.load(t4 + i);
      e = f32x4.add(e, f32x4.mul(g4, y));
      v128.store(t4 + i, f32x4.add(y, f32x4.mul(g4, x)));
      y = v128.load(t5 + i);
      e = f32x4.add(e, f32x4.mul(g5, y));
      v128.store(t5 + i, f32x4.add(y, f32x4.mul(g5, x)));
      v128.store(error + i, e);
    }
  }
  return loss;
}

// vector += change
// @ts-ignore: decorator
@inline
export function addVector(vector: usize, change: usize, bytes: usize): void {
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(vector + i, f32x4.add(v128.load(vector + i), v128.load(change + i)));
}
