// log10(1 + factor · x), four numbers at a time; relative error below 2e-7 of the single-precision logarithm.

const SQRT_HALF: f32 = 0.70710678118654752440;
// Cephes' logf (Moshier 1992): minimax polynomial of log(1 + f) − f + f²/2 over f³.
const P0: f32 = 7.0376836292e-2;
const P1: f32 = -1.151461031e-1;
const P2: f32 = 1.1676998740e-1;
const P3: f32 = -1.2420140846e-1;
const P4: f32 = 1.4249322787e-1;
const P5: f32 = -1.6668057665e-1;
const P6: f32 = 2.0000714765e-1;
const P7: f32 = -2.4999993993e-1;
const P8: f32 = 3.3333331174e-1;
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
const LOG10_E: f32 = 0.43429448190325182765;

// @ts-ignore: decorator
@inline
function step(sum: v128, f: v128, coefficient: f32): v128 {
  return f32x4.add(f32x4.mul(sum, f), f32x4.splat(coefficient));
}

// `count` numbers from `input` to `output`, which may be the same; a multiple of four is read and written.
export function logCompress(input: usize, output: usize, count: i32, factor: f32): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < count; i += 4) {
    const at = <usize>i << 2;
    const x = f32x4.add(f32x4.mul(v128.load(input + at), f32x4.splat(factor)), one);
    // x = 2^e · m with m in [√½, √2)
    let e = i32x4.sub(i32x4.shr_u(x, 23), i32x4.splat(126));
    let m = v128.or(v128.and(x, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
    const small = f32x4.lt(m, f32x4.splat(SQRT_HALF));
    e = i32x4.add(e, small); // a true lane is −1
    m = f32x4.sub(f32x4.add(m, v128.and(m, small)), one);
    const square = f32x4.mul(m, m);
    let sum = f32x4.splat(P0);
    sum = step(sum, m, P1);
    sum = step(sum, m, P2);
    sum = step(sum, m, P3);
    sum = step(sum, m, P4);
    sum = step(sum, m, P5);
    sum = step(sum, m, P6);
    sum = step(sum, m, P7);
    sum = step(sum, m, P8);
    const exponent = f32x4.convert_i32x4_s(e);
    let tail = f32x4.mul(f32x4.mul(sum, m), square);
    tail = f32x4.add(tail, f32x4.mul(exponent, f32x4.splat(LN2_LOW)));
    tail = f32x4.sub(tail, f32x4.mul(square, f32x4.splat(0.5)));
    const ln = f32x4.add(f32x4.add(m, tail), f32x4.mul(exponent, f32x4.splat(LN2_HIGH)));
    v128.store(output + at, f32x4.mul(ln, f32x4.splat(LOG10_E)));
  }
}
