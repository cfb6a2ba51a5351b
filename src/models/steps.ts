/** The steps over time that a model gives a value for, and when they are. */
import { isSamples } from '../inputs/kind.js';
import type { ModelInputSet } from '../inputs/window.js';

/** Steps of a window at even distances, each over as many frames of an input. */
export interface StepGrid {
  /** Name of the input whose frames, or samples, they are of. */
  input: string;
  /** Steps of a window. */
  count: number;
  /** Frames, or samples, of a step. */
  stride: number;
}

/** Seconds from the beginning of a window to the middle of each step; frame t is centred on sample t · hop. */
export function stepTimes({ grid, list }: ModelInputSet, { input, count, stride }: StepGrid): Float64Array {
  const taken = list.find(({ name }) => name === input)!;
  const hop = taken.source === 'audio' && !isSamples(taken.feature) ? taken.feature.hopLength! : 1;
  const frame = hop / grid.sampleRate;
  return Float64Array.from({ length: count }, (_, step) => (step * stride + (stride - 1) / 2) * frame);
}
