/**
 * The counter-based generator Philox 4×32 with ten rounds (Salmon, Moraes, Dror and Shaw 2011), for numbers that are
 * drawn in any order, as kernels on several threads draw them.
 */

const [MULTIPLIER_0, MULTIPLIER_2] = [0xd2511f53, 0xcd9e8d57];
const [WEYL_0, WEYL_1] = [0x9e3779b9, 0xbb67ae85];
const ROUNDS = 10;

/** Upper 32 bits of a product of two 32-bit numbers. */
function upperHalf(a: number, b: number): number {
  const [aHigh, aLow, bHigh, bLow] = [a >>> 16, a & 0xffff, b >>> 16, b & 0xffff];
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const other = aLow * bHigh + (middle % 0x10000);
  return aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000);
}

/**
 * Four numbers of the stream.
 *
 * @param counter - which four: a whole number from 0 to 2^53 - 1
 * @param key - two 32-bit numbers
 * @param out - receives four 32-bit numbers
 */
export function philox(counter: number, [first, second]: readonly [number, number], out: Uint32Array): void {
  let [key0, key1] = [first >>> 0, second >>> 0];
  let [c0, c1, c2, c3] = [counter >>> 0, Math.floor(counter / 2 ** 32), 0, 0];
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = upperHalf(MULTIPLIER_0, c0);
    const high2 = upperHalf(MULTIPLIER_2, c2);
    const [low0, low2] = [Math.imul(MULTIPLIER_0, c0) >>> 0, Math.imul(MULTIPLIER_2, c2) >>> 0];
    [c0, c1, c2, c3] = [(high2 ^ c1 ^ key0) >>> 0, low2, (high0 ^ c3 ^ key1) >>> 0, low0];
    key0 = (key0 + WEYL_0) >>> 0;
    key1 = (key1 + WEYL_1) >>> 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}
