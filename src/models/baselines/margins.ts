/** What the two support vector machines share: one-vs-rest problems, and Platt's probabilities. */
import type { SparseMatrix } from '../../text/term-counts.js';
import { type Fitted, type Labels, stored, type TrainingRows } from './classifier.js';
import { constantLabels, labelProbabilities, logistic, oneVsRestProblems } from './outputs.js';
import { calibrate, type Sigmoid } from './platt.js';

/** A decision function for one problem. */
export interface Margin<Solution> {
  /** Fits it; both answers are among the rows. What is not final may be less exact. */
  fit(x: SparseMatrix, positive: Uint8Array, final: boolean): Promise<Solution>;
  /** Its values, [rows]. */
  decide(solution: Solution, x: SparseMatrix): Float64Array;
}

/** A log-odds beyond which single precision says 0 or 1. */
const CERTAIN = 20;

/** A decision value is its own log-odds where no probabilities are wanted. */
const PLAIN: Sigmoid = { slope: -1, offset: 0 };

/**
 * Fits a decision function to each problem (null where all rows have one answer), and `sigmoids` [problems, 2] where
 * the fit is final.
 */
export async function fitMargins<Solution>(
  rows: TrainingRows,
  margin: Margin<Solution>,
  final: boolean,
): Promise<{ solutions: (Solution | null)[]; sigmoids: Fitted }> {
  const { x, seed, onNote, yieldToEventLoop } = rows;
  const problems = oneVsRestProblems(rows);
  const note = constantLabels(problems, x.rows);
  if (note) onNote(note);
  const solutions: (Solution | null)[] = [];
  const sigmoids = new Float32Array(2 * problems.length);
  let notHeldOut = 0;
  let unordered = 0;
  for (const [i, problem] of problems.entries()) {
    await yieldToEventLoop();
    const { positive, positives } = problem;
    if (positives === 0 || positives === x.rows) {
      solutions.push(null);
      sigmoids.set([0, positives === 0 ? CERTAIN : -CERTAIN], 2 * i);
      continue;
    }
    solutions.push(await margin.fit(x, positive, final));
    let sigmoid = PLAIN;
    if (final) {
      const calibrated = await calibrate(x, problem, seed, async (train, answers, others) => {
        await yieldToEventLoop();
        return margin.decide(await margin.fit(train, answers, false), others);
      });
      // Held-out decisions of the wrong sign reflect how the rows were split, not the label.
      if (calibrated.sigmoid.slope < 0) sigmoid = calibrated.sigmoid;
      else unordered++;
      if (!calibrated.heldOut) notHeldOut++;
    }
    sigmoids.set([sigmoid.slope, sigmoid.offset], 2 * i);
  }
  if (notHeldOut > 0)
    onNote(
      `Labels with fewer than two positive or negative training examples: ${notHeldOut}; their probabilities are fitted to the decisions on those examples themselves.`,
    );
  if (unordered > 0)
    onNote(
      `Labels that held-out training examples do not separate from the rest: ${unordered}; their scores are the logistic function of the decision value.`,
    );
  return { solutions, sigmoids: new Map([['sigmoids', stored([problems.length, 2], sigmoids)]]) };
}

/** Probabilities of labels, row-major [rows × labels], from decision values, row-major [rows × problems]. */
export function marginProbabilities(fitted: Fitted, decisions: Float64Array, labels: Labels): Float64Array {
  const { shape, values } = fitted.get('sigmoids')!;
  const yes = decisions.map((decision, i) => {
    const problem = i % shape[0];
    return logistic(-(values[2 * problem] * decision + values[2 * problem + 1]));
  });
  return labelProbabilities(yes, labels);
}
