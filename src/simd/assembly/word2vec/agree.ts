// Workers that trained copies of the vectors apart agree on what they are.

// Which vectors a worker has moved since the workers last agreed.

// @ts-ignore: decorator
@unmanaged
export class Touched {
  // How often each vector was moved (u32 each).
  counts: usize;
  // The vectors that were, in the order of their first move (u32 each).
  list: usize;
  // How many these are.
  length: u32;
}

// @ts-ignore: decorator
@inline
export function touch(touched: Touched, word: u32): void {
  const at = touched.counts + (<usize>word << 2);
  const count = load<u32>(at);
  store<u32>(at, count + 1);
  if (count > 0) return;
  store<u32>(touched.list + (<usize>touched.length << 2), word);
  touched.length++;
}

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
  if (movers === 1) takeOver(workers, mover, common + offset, copies, offset, bytes);
  else combine(workers, share(<f64>movers, <f64>moves, curvature), common + offset, copies, offset, bytes);
  for (let w: u32 = 0; w < workers; w++) {
    const own = changetype<Touched>(load<u32>(touched + (<usize>w << 2)));
    store<u32>(own.counts + (<usize>word << 2), 0);
  }
}

function share(movers: f64, moves: f64, curvature: f64): f32 {
  const left = NativeMath.exp((-curvature * moves) / movers);
  // So few moves that the quotient would be one of rounding errors.
  if (left > 0.999999) return 1;
  return <f32>((1 - NativeMath.pow(left, movers)) / (movers * (1 - left)));
}

// A vector that one worker alone has moved is what that worker has.
function takeOver(workers: u32, mover: u32, row: usize, copies: usize, offset: usize, bytes: usize): void {
  const moved = copyOf(copies, mover) + offset;
  copyVector(moved, row, bytes);
  for (let w: u32 = 0; w < workers; w++)
    if (w !== mover) copyVector(moved, copyOf(copies, w) + offset, bytes);
}

function combine(workers: u32, share: f32, row: usize, copies: usize, offset: usize, bytes: usize): void {
  const scale = f32x4.splat(share);
  for (let at: usize = 0; at < bytes; at += 16) {
    const before = v128.load(row + at);
    let sum = f32x4.splat(0);
    // A copy that did not move is equal to what was agreed on.
    for (let w: u32 = 0; w < workers; w++)
      sum = f32x4.add(sum, f32x4.sub(v128.load(copyOf(copies, w) + offset + at), before));
    const agreed = f32x4.add(before, f32x4.mul(scale, sum));
    v128.store(row + at, agreed);
    for (let w: u32 = 0; w < workers; w++) v128.store(copyOf(copies, w) + offset + at, agreed);
  }
}

// @ts-ignore: decorator
@inline
function copyOf(copies: usize, worker: u32): usize {
  return <usize>load<u32>(copies + (<usize>worker << 2));
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
