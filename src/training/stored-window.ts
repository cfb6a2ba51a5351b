/** Windows of recordings in the feature store. */
import type { FeatureStore } from '../data/store/store.js';
import { readWindow } from '../inputs/read-window.js';
import type { AudioInput, WindowGrid } from '../inputs/window.js';

/** Reads the window of an input that begins at frame `start` of the grid into `out`, row-major [length × width]. */
export function readStoredWindow(
  input: AudioInput,
  grid: WindowGrid,
  store: FeatureStore,
  { id, start }: { id: string; start: number },
  out: Float32Array,
): void {
  const { hopLength } = input.feature;
  const first = hopLength === null ? 0 : Math.round((start * grid.hopLength) / hopLength);
  const read = (target: Float32Array, silence: number): void =>
    store.read(input.name, id, first, target, silence);
  readWindow(input, grid, store.length(input.name, id), read, out);
}
