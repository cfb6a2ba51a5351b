/** Sequential minimal optimisation for a support vector machine with a kernel, as libsvm (Fan, Chen and Lin 2005). */

/** The problem that is solved. */
export interface SmoProblem {
  /** A row of the kernel matrix, [rows]. */
  kernelRow: (row: number) => Float32Array;
  /** The kernel of each row with itself. */
  diagonal: Float64Array;
  /** 1 for yes, [rows]; both answers must be there. */
  positive: Uint8Array;
  C: number;
  /** Awaited now and then. */
  yieldToEventLoop: () => Promise<void>;
}

/** The decision value is Σ coefficients · kernel + intercept. */
export interface SmoSolution {
  /** alpha · y of each row. */
  coefficients: Float64Array;
  intercept: number;
  converged: boolean;
}

/** Largest violation of the optimality conditions; libsvm's is ten times as large. */
const TOLERANCE = 1e-4;

/** What stands for a curvature that is not positive. */
const TAU = 1e-12;

/** Steps between two pauses. */
const STEPS_PER_YIELD = 2000;

/** Solves the dual problem: pairs of variables chosen by second-order information, without shrinking. */
export async function solveSmo({
  kernelRow,
  diagonal,
  positive,
  C,
  yieldToEventLoop,
}: SmoProblem): Promise<SmoSolution> {
  const n = positive.length;
  const y = Float64Array.from(positive, (yes) => (yes ? 1 : -1));
  const alpha = new Float64Array(n);
  const gradient = new Float64Array(n).fill(-1);
  const maxSteps = Math.max(10_000_000, 100 * n);
  let converged = false;
  for (let step = 0; step < maxSteps; step++) {
    if (step % STEPS_PER_YIELD === 0) await yieldToEventLoop();
    const pair = selectPair(y, alpha, gradient, C, kernelRow, diagonal);
    if (pair === null) {
      converged = true;
      break;
    }
    const [i, j] = pair;
    const [rowI, rowJ] = [kernelRow(i), kernelRow(j)];
    const curvature = Math.max(TAU, diagonal[i] + diagonal[j] - 2 * rowI[j]);
    const [oldI, oldJ] = [alpha[i], alpha[j]];
    // Along the direction that keeps Σ alpha y, cut where a variable meets its bounds.
    const wanted = (-y[i] * gradient[i] + y[j] * gradient[j]) / curvature;
    const roomI = y[i] > 0 ? C - oldI : oldI;
    const roomJ = y[j] > 0 ? oldJ : C - oldJ;
    const moved = Math.min(wanted, roomI, roomJ);
    alpha[i] = moved === roomI ? (y[i] > 0 ? C : 0) : oldI + y[i] * moved;
    alpha[j] = moved === roomJ ? (y[j] > 0 ? 0 : C) : oldJ - y[j] * moved;
    const [changeI, changeJ] = [y[i] * (alpha[i] - oldI), y[j] * (alpha[j] - oldJ)];
    for (let k = 0; k < n; k++) gradient[k] += y[k] * (rowI[k] * changeI + rowJ[k] * changeJ);
  }
  return {
    coefficients: alpha.map((value, k) => value * y[k]),
    intercept: interceptOf(y, alpha, gradient, C),
    converged,
  };
}

/** The most promising pair; null where the conditions hold. */
function selectPair(
  y: Float64Array,
  alpha: Float64Array,
  gradient: Float64Array,
  C: number,
  kernelRow: (row: number) => Float32Array,
  diagonal: Float64Array,
): [number, number] | null {
  const n = y.length;
  let i = -1;
  let highest = -Infinity;
  for (let k = 0; k < n; k++) {
    const up = y[k] > 0 ? alpha[k] < C : alpha[k] > 0;
    if (up && -y[k] * gradient[k] > highest) {
      highest = -y[k] * gradient[k];
      i = k;
    }
  }
  if (i < 0) return null;
  const row = kernelRow(i);
  let j = -1;
  let lowest = Infinity;
  let best = Infinity;
  for (let k = 0; k < n; k++) {
    const down = y[k] > 0 ? alpha[k] > 0 : alpha[k] < C;
    if (!down) continue;
    const slope = -y[k] * gradient[k];
    lowest = Math.min(lowest, slope);
    const gap = highest - slope;
    if (gap <= 0) continue;
    const curvature = Math.max(TAU, diagonal[i] + diagonal[k] - 2 * row[k]);
    if (-(gap * gap) / curvature < best) {
      best = -(gap * gap) / curvature;
      j = k;
    }
  }
  return highest - lowest < TOLERANCE || j < 0 ? null : [i, j];
}

/** The mean over free support vectors; where there is none, the middle of what the bounds allow. */
function interceptOf(y: Float64Array, alpha: Float64Array, gradient: Float64Array, C: number): number {
  let [sum, free, upper, lower] = [0, 0, Infinity, -Infinity];
  for (let k = 0; k < y.length; k++) {
    const value = y[k] * gradient[k];
    if (alpha[k] > 0 && alpha[k] < C) {
      sum += value;
      free++;
    } else if ((alpha[k] === 0) === y[k] > 0) upper = Math.min(upper, value);
    else lower = Math.max(lower, value);
  }
  return -(free > 0 ? sum / free : (upper + lower) / 2);
}
