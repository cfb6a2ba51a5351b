/** Models by name, ready to predict. */
import { loadEngine } from '../engine/engine.js';
import type { Predictor } from '../models/predictor.js';
import { openPredictor } from './model-folder.js';
import { findModel } from './store.js';

/**
 * Loads a model, by name or folder, and the engine; dispose of it at the end. Throws a UsageError when there is none; a
 * Failure when its files are damaged.
 */
export async function loadPredictor(nameOrRun: string, folder?: string): Promise<Predictor> {
  const place = await findModel(nameOrRun, folder);
  await loadEngine();
  return openPredictor(place);
}
