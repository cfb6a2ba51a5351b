/** Fits when a vote of snippets is confusing, at the end of a run of classes. */
import { UsageError } from '../base/errors.js';
import { startProgress } from '../base/progress.js';
import { writeConfusion } from '../catalogue/classify/confusion.js';
import { fitConfusion } from '../catalogue/classify/fit-confusion.js';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../data/dataset.js';
import type { ConfusingVerdict } from '../eval/metrics.js';
import { openPredictor } from '../hub/model-folder.js';

/** Throws a UsageError, before anything is trained, where a config asks for it of a task without classes, or of all folds. */
export function requireConfusable({ evaluation }: Config, { task, folds }: Dataset): void {
  if (!evaluation.confusing) return;
  if (task !== 'classification')
    throw new UsageError(
      `evaluation.confusing: votes are of classes, and the target is ${task === 'tagging' ? 'tags' : 'numbers'}; remove this key.`,
    );
  if (folds)
    throw new UsageError(
      'evaluation.confusing: a run over all folds has no validation split; give one fold, or remove this key.',
    );
}

/**
 * Fits the margin on mixes of validation recordings and stores it beside the model, as `polytag classify fit` does; null
 * where the config does not ask, or the recordings do not allow it, which a note then says.
 */
export async function fitVerdict(
  modelFolder: string,
  dataset: Dataset,
  { config, onNote, signal }: { config: Config; onNote(note: string): void; signal?: AbortSignal },
): Promise<ConfusingVerdict | null> {
  const { confusing } = config.evaluation;
  if (!confusing) return null;
  const predictor = await openPredictor(modelFolder);
  try {
    const fitted = await fitConfusion(predictor, dataset, {
      ...{ ...confusing, seed: config.seed, signal, log: onNote },
      progress: (items) => startProgress('Mixing', items, 'recordings'),
    });
    await writeConfusion(modelFolder, fitted);
    return fitted;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    onNote(`evaluation.confusing: ${error.message}`);
    return null;
  } finally {
    predictor.dispose();
  }
}
