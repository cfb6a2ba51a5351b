/** Windows of recordings in the feature store. */
import type { FeatureStore } from '../data/store/store.js';
import { type AudioInput, readWindow, type WindowGrid } from '../inputs/window.js';

/** The window of an input that begins at frame `start` of the grid, row-major [length × width]. */
export function storedWindow(
  input: AudioInput,
  grid: WindowGrid,
  store: FeatureStore,
  { id, start }: { id: string; start: number },
): Float32Array {
  const { hopLength } = input.feature;
  const first = hopLength === null ? 0 : Math.round((start * grid.hopLength) / hopLength);
  return readWindow(input, grid, store.length(input.name, id), (target, silence) =>
    store.read(input.name, id, first, target, silence),
  );
}
