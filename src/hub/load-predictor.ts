/** Models by name, ready to predict. */
import { loadEngine } from '../engine/engine.js';
import type { Predictor } from '../models/predictor.js';
import { openPredictor } from './model-folder.js';
import { findModel } from './store.js';

/**
 * Loads a model for prediction, and the engine with it.
 *
 * @param nameOrRun - name of a model that was pulled or imported, or folder of a run or of a model
 * @returns the model; dispose of it at the end
 * @throws UsageError when there is none; Failure when its files are damaged
 */
export async function loadPredictor(nameOrRun: string, folder?: string): Promise<Predictor> {
  const place = await findModel(nameOrRun, folder);
  await loadEngine();
  return openPredictor(place);
}
