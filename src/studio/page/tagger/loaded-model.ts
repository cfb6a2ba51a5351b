/** The tagger of a worker of the page: loaded once, another one in its place when its address changes. */
import { loadModel, type Tagger } from '../../../browser.js';

/** Where a model and TensorFlow.js's WebAssembly are served: folders. */
export interface ModelPlace {
  model: string;
  wasm: string;
}

let loaded: { address: string; tagger: Tagger; backend: string } | null = null;

/** The model at an address, and the name of its back end. Throws as `loadModel`. */
export async function modelAt(
  { model, wasm }: ModelPlace,
  backend?: 'wasm',
): Promise<{ tagger: Tagger; backend: string }> {
  if (loaded?.address === model) return loaded;
  loaded?.tagger.dispose();
  loaded = { address: model, ...(await loadModel(model, { wasmPaths: wasm, backend })) };
  return loaded;
}
