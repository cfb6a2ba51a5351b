/** The teacher of a distilled run: trained first where the config names none, then asked for its scores. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { countText } from '../base/format.js';
import { changedConfig } from '../config/load.js';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../data/dataset.js';
import type { AnyPredictions } from '../eval/predictions.js';
import { type DistillationOptions, soften } from '../training/distillation.js';
import type { Learner, TeacherRecord } from './learner.js';
import { readConfig, requireFinished } from './read.js';

/** Folder of a teacher that is trained with its student. */
export const teacherFolder = (out: string): string => join(out, 'teacher');

/** The config of a teacher that is trained first: the student's without distillation, and changed as it says. */
export function teacherConfig({ training, ...config }: Config): Config {
  const { distillation, ...rest } = training;
  return changedConfig({ ...config, training: rest }, distillation!.teacher_changes);
}

/**
 * The data set with a teacher's scores as soft targets of the training examples, and as the targets of those that are not
 * labelled.
 *
 * @param learnerOf - the learner of the teacher's config
 * @throws UsageError when the run has not finished, or its labels are not the data set's
 */
export async function withSoftTargets(
  dataset: Dataset,
  run: string,
  { temperature }: DistillationOptions,
  {
    learnerOf,
    signal,
    log,
    onNote,
  }: {
    learnerOf(config: Config): Learner;
    signal?: AbortSignal;
    log(line: string): void;
    onNote(note: string): void;
  },
): Promise<{ dataset: Dataset; teacher: TeacherRecord }> {
  await requireFinished(run);
  const own = await readConfig(run);
  // What the teacher found in its own test split is not asked here.
  const config: Config = { ...own, evaluation: { ...own.evaluation, retrieval: undefined, conditions: [] } };
  log(`The teacher ${run} scores the training split.`);
  const scored = await learnerOf(config).score({ run, config, dataset, split: 'train', signal, log });
  try {
    const scores = scoresById(scored.predictions, run);
    const hash = createHash('sha256');
    const missing = dataset.examples.filter(({ id, split }) => split === 'train' && !scores.has(id));
    if (missing.length > 0)
      onNote(
        `${countText(missing.length, 'training example')} without scores of the teacher, such as ${missing[0].id}, are left out.`,
      );
    const examples = dataset.examples.flatMap((example) => {
      if (example.split !== 'train') return [example];
      const ofExample = scores.get(example.id);
      if (!ofExample) return [];
      hash.update(`${example.id}\n`).update(ofExample);
      const softTargets = soften(ofExample, dataset.task, temperature);
      return [
        { ...example, softTargets, ...(example.unlabelled && { targets: Float64Array.from(ofExample) }) },
      ];
    });
    return { dataset: { ...dataset, examples }, teacher: { run, sha256: hash.digest('hex') } };
  } finally {
    scored.dispose();
  }
}

function scoresById(predictions: AnyPredictions, run: string): Map<string, Float32Array> {
  if (predictions.task === 'pitch')
    throw new UsageError(
      `training.distillation.teacher: ${run} finds the pitch of frames; give a run of tags, classes or numbers.`,
    );
  const { ids, labels, scores } = predictions;
  const width = labels.length;
  return new Map(ids.map((id, i) => [id, Float32Array.from(scores.subarray(i * width, (i + 1) * width))]));
}
