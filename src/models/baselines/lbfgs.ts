/** Limited-memory BFGS (Liu and Nocedal 1989) for smooth convex functions. */

/** A function to be minimised: its value at a point; its gradient there is written into `gradient`. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

/** When to stop. */
export interface Stopping {
  /** Largest component of the gradient at the minimum. */
  tolerance: number;
  maxIterations: number;
  /** About the inverse of the diagonal of the Hessian: makes directions that differ in scale alike. Ones when absent. */
  inverseDiagonal?: Float64Array;
}

/** Where the minimum is. */
export interface Minimum {
  point: Float64Array;
  value: number;
  iterations: number;
  /** Whether the gradient is as small as was wanted, or rounding forbids that it gets smaller. */
  converged: boolean;
}

/** Pairs of steps and gradients' changes that are remembered; 10, as scipy. */
const MEMORY = 10;

/** Conditions of sufficient decrease and of curvature (Wolfe). */
const DECREASE = 1e-4;
const CURVATURE = 0.9;

/** Points that a line search looks at. */
const TRIALS = 40;

/**
 * Minimises a function from `start` and gives the lowest point found. The line search brackets a point of the weak
 * Wolfe conditions by bisection (Lewis and Overton 2013), which never fails on a convex function but for rounding.
 */
export function minimise(
  objective: Objective,
  start: Float64Array,
  { tolerance, maxIterations, inverseDiagonal = new Float64Array(start.length).fill(1) }: Stopping,
): Minimum {
  const n = start.length;
  let point = start.slice();
  let gradient = new Float64Array(n);
  let value = objective(point, gradient);
  let nextPoint = new Float64Array(n);
  let nextGradient = new Float64Array(n);
  const direction = new Float64Array(n);
  const memory: Pair[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (largest(gradient) <= tolerance) return { point, value, iterations: iteration, converged: true };
    descend(direction, gradient, memory, inverseDiagonal);
    const slope = dot(direction, gradient);
    let step = memory.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let [low, high] = [0, Infinity];
    let nextValue = value;
    let found = false;
    for (let trial = 0; trial < TRIALS && !found; trial++) {
      for (let i = 0; i < n; i++) nextPoint[i] = point[i] + step * direction[i];
      nextValue = objective(nextPoint, nextGradient);
      if (!(nextValue <= value + DECREASE * step * slope)) high = step;
      else if (dot(nextGradient, direction) < CURVATURE * slope) low = step;
      else found = true;
      if (!found) step = high < Infinity ? (low + high) / 2 : 2 * low;
    }
    // Where no step helps any more, the differences are rounding.
    if (!found) return { point, value, iterations: iteration, converged: true };
    const moved = new Float64Array(n);
    const changed = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      moved[i] = nextPoint[i] - point[i];
      changed[i] = nextGradient[i] - gradient[i];
    }
    const curvature = dot(moved, changed);
    if (curvature > 1e-300) {
      memory.push({ moved, changed, curvature });
      if (memory.length > MEMORY) memory.shift();
    }
    [point, nextPoint] = [nextPoint, point];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = nextValue;
  }
  return { point, value, iterations: maxIterations, converged: largest(gradient) <= tolerance };
}

interface Pair {
  moved: Float64Array;
  changed: Float64Array;
  /** Their product. */
  curvature: number;
}

/** The direction of descent: the gradient times the inverse of the remembered curvature, by two loops. */
function descend(
  direction: Float64Array,
  gradient: Float64Array,
  memory: readonly Pair[],
  inverseDiagonal: Float64Array,
): void {
  for (let i = 0; i < direction.length; i++) direction[i] = -gradient[i];
  if (memory.length === 0) {
    for (let i = 0; i < direction.length; i++) direction[i] *= inverseDiagonal[i];
    return;
  }
  const weights = new Float64Array(memory.length);
  for (let m = memory.length - 1; m >= 0; m--) {
    weights[m] = dot(memory[m].moved, direction) / memory[m].curvature;
    addScaled(direction, -weights[m], memory[m].changed);
  }
  const last = memory[memory.length - 1];
  let size = 0;
  for (let i = 0; i < direction.length; i++) size += last.changed[i] ** 2 * inverseDiagonal[i];
  const scale = last.curvature / size;
  for (let i = 0; i < direction.length; i++) direction[i] *= scale * inverseDiagonal[i];
  for (const [m, { moved, changed, curvature }] of memory.entries())
    addScaled(direction, weights[m] - dot(changed, direction) / curvature, moved);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function addScaled(to: Float64Array, factor: number, what: Float64Array): void {
  for (let i = 0; i < to.length; i++) to[i] += factor * what[i];
}

function largest(values: Float64Array): number {
  let most = 0;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i]));
  return most;
}
