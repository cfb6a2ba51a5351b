/** Recordings that are shorter than what the model takes at once. */
import type { Dataset } from '../data/dataset.js';
import { leastSeconds, type ModelInputSet, padText } from '../inputs/window.js';

/** Names that a sentence lists. */
const NAMED = 5;

/**
 * A sentence on the recordings of a data set that are shorter than a window and how they are padded; null where none is.
 *
 * @param secondsOf - length of a recording
 */
export function shortNote(
  { examples }: Dataset,
  inputs: ModelInputSet,
  secondsOf: (example: Dataset['examples'][number]) => number,
): string | null {
  const { grid } = inputs;
  const seconds = leastSeconds(inputs);
  // A recording ends within a hop.
  const short = examples.filter((example) => secondsOf(example) < seconds - grid.hopLength / grid.sampleRate);
  if (short.length === 0) return null;
  const names = short.slice(0, NAMED).map(({ id }) => id);
  const more = short.length > names.length ? ', …' : '';
  return `${short.length} of ${examples.length} recordings are shorter than the ${seconds.toFixed(2)} s that the model takes at once, ${padText(grid)} (inputs.pad): ${names.join(', ')}${more}.`;
}
