/** A mixture of Gaussians with diagonal covariances, fitted by expectation and maximisation as scikit-learn's. */

/** Parameters of a mixture. */
export interface Mixture {
  components: number;
  /** Logarithms, [components]. */
  logWeights: Float64Array;
  /** Row-major [components × columns]. */
  means: Float64Array;
  /** Row-major [components × columns]. */
  variances: Float64Array;
}

/** A fitted mixture. */
export interface FittedMixture extends Mixture {
  /** Mean log-likelihood of the rows before the last step. */
  logLikelihood: number;
  iterations: number;
  converged: boolean;
}

/** Added to each variance, so that a component of few rows stays a density. */
const REGULARISATION = 1e-6;

/** Change of the mean log-likelihood at which EM stops, and its most steps. */
const TOLERANCE = 1e-3;
const MAX_ITERATIONS = 100;

/** Added to each component's number of rows, as scikit-learn does, against division by zero. */
const ALMOST_NONE = 10 * Number.EPSILON;

/** Fits a mixture to row-major [rows × columns] values by EM; `start`: the component of each row, or parameters. */
export function fitMixture(
  values: ArrayLike<number>,
  columns: number,
  components: number,
  start: Int32Array | Mixture,
): FittedMixture {
  const rows = values.length / columns;
  const shares = new Float64Array(rows * components);
  let mixture: Mixture;
  if (start instanceof Int32Array) {
    for (let row = 0; row < rows; row++) shares[row * components + start[row]] = 1;
    mixture = maximise(values, columns, components, shares);
  } else mixture = start;
  let logLikelihood = -Infinity;
  for (let iteration = 1; iteration <= MAX_ITERATIONS; iteration++) {
    const next = expect(values, columns, mixture, shares);
    mixture = maximise(values, columns, components, shares);
    const change = next - logLikelihood;
    logLikelihood = next;
    if (Math.abs(change) < TOLERANCE)
      return { ...mixture, logLikelihood, iterations: iteration, converged: true };
  }
  return { ...mixture, logLikelihood, iterations: MAX_ITERATIONS, converged: false };
}

/** Shares of the components in each row; gives the mean log-likelihood. */
function expect(values: ArrayLike<number>, columns: number, mixture: Mixture, shares: Float64Array): number {
  const { components } = mixture;
  const rows = values.length / columns;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const own = shares.subarray(row * components, (row + 1) * components);
    const total = componentLogs(values, row, columns, mixture, own);
    for (let k = 0; k < components; k++) own[k] = Math.exp(own[k] - total);
    sum += total;
  }
  return sum / rows;
}

function maximise(
  values: ArrayLike<number>,
  columns: number,
  components: number,
  shares: Float64Array,
): Mixture {
  const rows = values.length / columns;
  const sizes = new Float64Array(components).fill(ALMOST_NONE);
  const means = new Float64Array(components * columns);
  const variances = new Float64Array(components * columns);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < components; k++) {
      const share = shares[row * components + k];
      sizes[k] += share;
      for (let c = 0; c < columns; c++) means[k * columns + c] += share * values[row * columns + c];
    }
  }
  for (let i = 0; i < means.length; i++) means[i] /= sizes[Math.floor(i / columns)];
  for (let row = 0; row < rows; row++)
    for (let k = 0; k < components; k++)
      for (let c = 0; c < columns; c++)
        variances[k * columns + c] +=
          shares[row * components + k] * (values[row * columns + c] - means[k * columns + c]) ** 2;
  for (let i = 0; i < variances.length; i++)
    variances[i] = variances[i] / sizes[Math.floor(i / columns)] + REGULARISATION;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  return { components, logWeights: sizes.map((size) => Math.log(size / total)), means, variances };
}

/** Writes log weight + log density of each component into `logs`; gives the log of their sum. */
function componentLogs(
  values: ArrayLike<number>,
  row: number,
  columns: number,
  { components, logWeights, means, variances }: Mixture,
  logs: Float64Array,
): number {
  let highest = -Infinity;
  for (let k = 0; k < components; k++) {
    let sum = columns * Math.log(2 * Math.PI);
    for (let c = 0, at = k * columns; c < columns; c++, at++)
      sum += Math.log(variances[at]) + (values[row * columns + c] - means[at]) ** 2 / variances[at];
    logs[k] = logWeights[k] - sum / 2;
    highest = Math.max(highest, logs[k]);
  }
  if (highest === -Infinity) return -Infinity;
  let total = 0;
  for (let k = 0; k < components; k++) total += Math.exp(logs[k] - highest);
  return highest + Math.log(total);
}

/** The log-likelihood log p(row) of each row, [rows], of row-major [rows × columns] values. */
export function logLikelihoods(values: ArrayLike<number>, columns: number, mixture: Mixture): Float64Array {
  const logs = new Float64Array(mixture.components);
  return Float64Array.from({ length: values.length / columns }, (_, row) =>
    componentLogs(values, row, columns, mixture, logs),
  );
}
