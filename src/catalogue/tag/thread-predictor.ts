/** A model in the threads that decode: which can be there, and a thread's own copy. */
import { availableParallelism } from 'node:os';
import type { Engine, EngineName } from '../../engine/engine.js';
import type { Predictor } from '../../models/predictor.js';

/** A model that threads open, as a message. */
export interface ThreadModel {
  /** Folders of the model; see `openPredictors`. */
  folders: string[];
  /** The engine that it needs; null where it computes without one. */
  engine: EngineName | null;
}

/** Bytes of weights that all copies of a model may have together. */
const ROOM = 2 ** 30;

/**
 * The model as each thread opens it; null where one is shared. TensorFlow computes on all processors at once, and in one
 * thread of a process only. WebAssembly computes on one, and ONNX Runtime loses time where several work on one operation and
 * have to wait for each other: a copy per processor is faster, unless it is large.
 *
 * @param predictor - the model, open in this thread
 */
export function modelForThreads(
  folders: readonly string[],
  { name }: Engine,
  { copy }: Predictor,
): ThreadModel | null {
  if (!copy || (copy.needsEngine && name !== 'wasm')) return null;
  if (copy.bytes * availableParallelism() > ROOM) return null;
  return { folders: [...folders], engine: copy.needsEngine ? name : null };
}

/** Opens the calling thread's copy. Throws as `loadEngine` and `openPredictors`. */
export async function openInThread({ folders, engine }: ThreadModel): Promise<Predictor> {
  // A thread that only decodes loads no models.
  const { openPredictors } = await import('../../hub/model-folder.js');
  if (engine !== null) {
    const { loadEngine } = await import('../../engine/engine.js');
    await loadEngine(engine);
  }
  return openPredictors(folders);
}
