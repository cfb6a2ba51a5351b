/** The part of a training split whose labels are used, so that a run is trained as if the others were not known. */
import { UsageError } from '../base/errors.js';
import { countText } from '../base/format.js';
import { groupBy } from '../base/group-by.js';
import { randomGenerator } from '../base/random.js';
import { type Dataset, type Example, examplesOf } from '../data/dataset.js';
import type { Experiment } from './schema.js';

/** What keeps clips together: a clip tells much about the others of its song. */
const unitOf = ({ song, group, id }: Example): string => song ?? group ?? id;

/**
 * The data set with labels of `training.labelled` of its training split: of whole songs in an order that the seed draws,
 * until they are at least that share. The other examples are left out, or marked as unlabelled where a teacher scores
 * them. Throws UsageError for a data set of folds.
 */
export function withLabelledShare(
  dataset: Dataset,
  { training: { labelled: share, distillation }, seed }: Pick<Experiment, 'training' | 'seed'>,
  onNote: (note: string) => void,
): Dataset {
  if (share === 1) return dataset;
  if (dataset.folds)
    throw new UsageError(
      'training.labelled: it is for a data set with one training split, and all folds are tested here; remove the key, or give data.split.fold.',
    );
  const train = examplesOf(dataset, 'train');
  const byUnit = groupBy(train, unitOf);
  const labelled = new Set<string>();
  let units = 0;
  for (const unit of randomGenerator(seed, 'labelled').shuffle([...byUnit.keys()].sort())) {
    if (labelled.size >= share * train.length) break;
    for (const { id } of byUnit.get(unit)!) labelled.add(id);
    units++;
  }
  onNote(
    `training.labelled: the labels of ${countText(labelled.size, 'training example')} of ${train.length.toLocaleString('en-US')}, from ${countText(units, 'song')}, are used; the others ${distillation ? 'have the scores of the teacher' : 'are left out'}.`,
  );
  const isUsed = ({ id, split }: Example): boolean => split !== 'train' || labelled.has(id);
  const examples = distillation
    ? dataset.examples.map(
        (example): Example => (isUsed(example) ? example : { ...example, unlabelled: true }),
      )
    : dataset.examples.filter(isUsed);
  return { ...dataset, examples };
}
