/** SwiftF0 in a page. */
import { type BackendChoice, startWasmBackend } from '../../engine/browser.js';
import type { PitchTracker } from '../f0.js';
import { type PitchRange, VOICE_RANGE } from './pyin.js';
import { swiftF0Tracker } from './swift-f0.js';

/**
 * Opens SwiftF0 in a page, on WebAssembly; in Node, `openTracker` of `polytag` does. Call `dispose()` at the end.
 *
 * @param file - `model.onnx` of the published model swift-f0, which the page serves: `polytag models pull swift-f0`
 *   prints its folder
 * @param options - `wasmPaths`: where the `.wasm` files of `@tensorflow/tfjs-backend-wasm` are served
 * @param range - in Hz. Default: 65 to 1050
 * @throws Error when the back end does not start, or the file is not the graph
 */
export async function openSwiftF0(
  file: Uint8Array,
  options: Pick<BackendChoice, 'wasmPaths'> = {},
  range: PitchRange = VOICE_RANGE,
): Promise<PitchTracker> {
  await startWasmBackend(options);
  return swiftF0Tracker(file, range);
}
