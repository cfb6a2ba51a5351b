/** Attention over a whole recording, put together from its windows. */

/** Cells of a window that attention on adaptive segments is drawn on, at most. */
const TIME_CELLS = 64;

/** Attention of one branch over a whole recording. */
export interface ClipAttention {
  branch: string;
  /** Name of the branch's input. */
  input: string;
  heads: number;
  steps: number;
  /** Row-major [heads × steps]; a head's weights over all branches sum to 1. */
  weights: Float32Array;
  /** What the steps cover evenly, in window lengths from the recording's start; 1 for a text. */
  chunks: number;
}

/** A branch's place in the joint sequence. */
export interface AttendedBranch {
  branch: string;
  input: string;
  /** Steps of a window. */
  steps: number;
  /** Whether its steps lie in time; else they are a text's. */
  inTime: boolean;
  /** Begins and ends of the steps in frames, [windows × steps × 2]; null where they are even. */
  edges: Float32Array | null;
}

/**
 * Joins the attention of windows, row-major [windows × heads × joint steps], with branches in the order of the joint
 * sequence and the first frame of each window.
 */
export function joinAttention(
  values: Float32Array,
  heads: number,
  branches: readonly AttendedBranch[],
  starts: readonly number[],
  frames: number,
): ClipAttention[] {
  const count = starts.length;
  const joint = values.length / (count * heads);
  let offset = 0;
  return branches.map(({ branch, input, steps: branchSteps, inTime, edges }) => {
    const ofWindows = starts.map((_, window) => {
      const part = new Float32Array(heads * branchSteps);
      for (let head = 0; head < heads; head++) {
        const from = (window * heads + head) * joint + offset;
        part.set(values.subarray(from, from + branchSteps), head * branchSteps);
      }
      if (!edges) return part;
      const width = edges.length / count;
      const own = edges.subarray(window * width, (window + 1) * width);
      return spreadOverTime(part, own, frames, Math.min(TIME_CELLS, frames));
    });
    offset += branchSteps;
    const steps = ofWindows[0].length / heads;
    const total = inTime ? Math.round((starts[count - 1] / frames) * steps) + steps : steps;
    const weights = new Float32Array(heads * total);
    const covered = new Uint32Array(total);
    const mass = new Float64Array(heads);
    for (const [window, start] of starts.entries()) {
      const base = inTime ? Math.round((start / frames) * steps) : 0;
      for (let step = 0; step < steps; step++) covered[base + step]++;
      for (let head = 0; head < heads; head++) {
        for (let step = 0; step < steps; step++) {
          const weight = ofWindows[window][head * steps + step] / count;
          weights[head * total + base + step] += weight;
          mass[head] += weight;
        }
      }
    }
    levelOverlaps(weights, covered, mass);
    return { branch, input, heads, steps: total, weights, chunks: total / steps };
  });
}

/** Takes the mean where several windows cover a step, and gives each head its whole weight on the branch back. */
function levelOverlaps(weights: Float32Array, covered: Uint32Array, mass: Float64Array): void {
  const total = covered.length;
  for (let head = 0; head < mass.length; head++) {
    const row = weights.subarray(head * total, (head + 1) * total);
    for (let step = 0; step < total; step++) row[step] /= Math.max(1, covered[step]);
    const sum = row.reduce((a, b) => a + b, 0);
    for (let step = 0; step < total; step++) row[step] *= sum > 0 ? mass[head] / sum : 0;
  }
}

/**
 * Spreads the weight of each segment evenly over its time: row-major [heads × segments] (empty ones are padding) to
 * [heads × cells], each head's sum as before. `segments`: begin and end in frames, row-major [segments × 2]; `cells`:
 * of a grid evenly over the chunk's frames.
 */
export function spreadOverTime(
  weights: Float32Array,
  segments: Float32Array,
  frames: number,
  cells: number,
): Float32Array {
  const count = segments.length / 2;
  const heads = weights.length / count;
  const framesPerCell = frames / cells;
  const spread = new Float32Array(heads * cells);
  for (let segment = 0; segment < count; segment++) {
    const [begin, end] = segments.subarray(2 * segment, 2 * segment + 2);
    const last = Math.min(cells, Math.ceil(end / framesPerCell));
    for (let cell = Math.floor(begin / framesPerCell); cell < last; cell++) {
      const overlap = Math.min(end, (cell + 1) * framesPerCell) - Math.max(begin, cell * framesPerCell);
      for (let head = 0; head < heads; head++)
        spread[head * cells + cell] += (weights[head * count + segment] * overlap) / (end - begin);
    }
  }
  return spread;
}
