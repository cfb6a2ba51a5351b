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
