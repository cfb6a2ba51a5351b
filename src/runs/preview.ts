/** What `polytag run --dry-run` says: the data, the model and the folder of a run that is not begun. */

import { examplesOf, SPLITS, type Split } from '../data/dataset.js';
import { loadEngine } from '../engine/engine.js';
import { withFrozenModels } from '../hub/frozen-models.js';
import { buildModel } from '../models/model.js';
import { describeSpec } from '../models/spec-parts.js';
import { requireHead } from '../training/checks.js';
import { freezeLayers, rateFactors } from '../training/layer-patterns.js';
import { plannedShape } from '../training/prepare.js';
import { holdsRun, isFinished } from './read.js';
import { collectNotes, loadRunDataset, type RunOptions, runConfig } from './run.js';

export interface RunPreview {
  out: string;
  /** What the folder holds now. */
  found: 'nothing' | 'unfinished run' | 'finished run';
  data: {
    name: string;
    protocol: string;
    task: string;
    labels: number;
    /** Examples of each split; of all folds in one run, the tracks. */
    examples: Record<Split, number> | { tracks: number };
  };
  model: {
    description: string;
    /** Trained numbers; null for a baseline and for imported scores, which have none. */
    weights: number | null;
  };
}

/**
 * Looks at a run without writing anything: reads the tables of the data set and, for a model that takes lyrics, the
 * lyrics, whose words decide the size of the vocabulary. Recordings are not opened. Throws UsageError as
 * `runExperiment`, for a wrong config or missing data.
 */
export async function previewRun(
  options: Omit<RunOptions, 'existing' | 'writeReport' | 'pauseAfter'>,
): Promise<RunPreview> {
  const { out, signal, log } = options;
  const config = await withFrozenModels(runConfig(options));
  const { onNote } = collectNotes(log);
  // The counts are printed with the rest.
  const dataset = await loadRunDataset({ ...options, log: () => undefined }, config, onNote);
  const { name, protocol, task, labels, folds } = dataset;
  requireHead(config, task);
  let weights: number | null = null;
  if (!config.model.baseline && !config.model.predictions) {
    await loadEngine();
    const shape = await plannedShape(config, dataset, { onNote, signal });
    const model = buildModel(config.model, shape, null);
    try {
      const { freeze } = config.model;
      if (Array.isArray(freeze)) freezeLayers(model.parameters, freeze, 'model.freeze');
      rateFactors(model.parameters, config.training.learning_rates);
      weights = model.parameters.count();
    } finally {
      model.dispose();
    }
  }
  const counts = SPLITS.map((split) => [split, examplesOf(dataset, split).length]);
  return {
    out,
    found: (await isFinished(out)) ? 'finished run' : (await holdsRun(out)) ? 'unfinished run' : 'nothing',
    data: {
      ...{ name, protocol, task, labels: labels.length },
      examples: folds ? { tracks: dataset.examples.length } : Object.fromEntries(counts),
    },
    model: { description: describeSpec(config.model), weights },
  };
}
