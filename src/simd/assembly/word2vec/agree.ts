// Workers that trained copies of the vectors apart agree on what they are.
import { Touched } from './touched';

// What the workers agree on is at `common`. `copies`: addresses (u32) of the workers' own vectors. `touched`: addresses of
// what each has moved. A worker settles the words whose number modulo `workers` is its own.
//
// The moves of all are added, times (1 − q^k) / (k (1 − q)), where k workers moved the vector and q = exp(−curvature · mean
// number of moves). That is what moves one after the other would come to where each goes a share `curvature` of the way to
// a minimum that all have in common: near 1 for vectors that were seldom moved, which are summed, near 1/k for those that
// every worker has brought to their place, which are averaged.
export function agree(
  worker: u32,
  workers: u32,
  common: usize,
  copies: usize,
  touched: usize,
  bytes: usize,
  curvature: f64,
): void {
  for (let w: u32 = 0; w < workers; w++) {
    const own = changetype<Touched>(load<u32>(touched + (<usize>w << 2)));
    for (let i: u32 = 0; i < own.length; i++) {
      const word = load<u32>(own.list + (<usize>i << 2));
      if (word % workers === worker) settle(word, workers, common, copies, touched, bytes, curvature);
    }
  }
}

// A vector that is settled already has no moves left.
function settle(
  word: u32,
  workers: u32,
  common: usize,
  copies: usize,
  touched: usize,
  bytes: usize,
  curvature: f64,
): void {
  let movers: u32 = 0;
  let moves: u32 = 0;
  let mover: u32 = 0;
  for (let w: u32 = 0; w < workers; w++) {
    const count = movesOf(touched, w, word);
    if (count === 0) continue;
    movers++;
    moves += count;
    mover = w;
  }
  if (movers === 0) return;
  const offset = <usize>word * bytes;
  const row = common + offset;
  if (movers === 1) {
    copyVector(<usize>load<u32>(copies + (<usize>mover << 2)) + offset, row, bytes);
  } else {
    const k = <f64>movers;
    const left = NativeMath.exp((-curvature * <f64>moves) / k);
    const share = left > 0.999999 ? 1 : (1 - NativeMath.pow(left, k)) / (k * (1 - left));
    const scale = f32x4.splat(<f32>share);
    for (let at: usize = 0; at < bytes; at += 16) {
      const before = v128.load(row + at);
      let sum = f32x4.splat(0);
      // A copy that did not move is equal to what was agreed on.
      for (let w: u32 = 0; w < workers; w++) {
        const copy = <usize>load<u32>(copies + (<usize>w << 2)) + offset;
        sum = f32x4.add(sum, f32x4.sub(v128.load(copy + at), before));
      }
      v128.store(row + at, f32x4.add(before, f32x4.mul(scale, sum)));
    }
  }
  for (let w: u32 = 0; w < workers; w++) {
    copyVector(row, <usize>load<u32>(copies + (<usize>w << 2)) + offset, bytes);
    const own = changetype<Touched>(load<u32>(touched + (<usize>w << 2)));
    store<u32>(own.counts + (<usize>word << 2), 0);
  }
}

// @ts-ignore: decorator
@inline
function copyVector(from: usize, to: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(to + at, v128.load(from + at));
}

// @ts-ignore: decorator
@inline
function movesOf(touched: usize, worker: u32, word: u32): u32 {
  const own = changetype<Touched>(load<u32>(touched + (<usize>worker << 2)));
  return load<u32>(own.counts + (<usize>word << 2));
}

// Begins to count anew.
export function forget(touched: usize): void {
  changetype<Touched>(touched).length = 0;
}
