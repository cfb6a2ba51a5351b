/** Models that work needs. */
import { loadEngine } from '../../../engine/engine.js';
import { openPredictor } from '../../../hub/model-folder.js';
import { findModel } from '../../../hub/store.js';
import type { Predictor } from '../../../models/predictor.js';

/**
 * Does something with a model, which is freed afterwards.
 *
 * @param model - its name, or the folder of a run
 * @throws UsageError where there is no such model
 */
export async function withModel<Result>(
  model: string,
  use: (predictor: Predictor, folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await findModel(model);
  await loadEngine();
  const predictor = await openPredictor(folder);
  try {
    return await use(predictor, folder);
  } finally {
    predictor.dispose();
  }
}
