/** Checks of a config alone: whether its changes of inputs fit those that the model takes. */

import { UsageError } from '../base/errors.js';
import { isSamples } from '../inputs/kind.js';
import { MEL } from '../inputs/mel.js';
import { type InputEntry, inputEntries } from '../inputs/schema.js';
import { inputsOf } from '../models/spec.js';
import { isAudio } from './conditions/change.js';
import { checkCondition } from './conditions/index.js';
import type { Experiment } from './schema.js';

/** Throws UsageError for augmentation, dropped inputs and conditions that the model's inputs cannot have. */
export function checkExperiment({ inputs, model, training, evaluation }: Experiment): void {
  const { profile } = inputs.noise_reduction ?? {};
  if (typeof profile === 'object' && profile.sample_rate !== inputs.sample_rate)
    throw new UsageError(
      `inputs.noise_reduction.profile: it was measured at ${profile.sample_rate} Hz, and inputs.sample_rate is ${inputs.sample_rate}; give the recording of the noise again.`,
    );
  if (model.baseline) return;
  const names = inputsOf(model);
  const taken = inputEntries(inputs).filter(({ name }) => names.includes(name));
  if (training.augment) checkAugmentation(training.augment, taken, inputs.sample_rate);
  if (training.modality_dropout > 0 && names.length < 2)
    throw new UsageError(
      `training.modality_dropout: modality dropout needs at least two inputs, and the model takes only ${names[0]}; remove this key.`,
    );
  for (const [i, condition] of evaluation.conditions.entries())
    checkCondition(`evaluation.conditions, number ${i + 1}`, condition, taken, inputs.chunk_seconds);
}

const isSpectrogram = ({ kind }: InputEntry): boolean =>
  kind.source === 'audio' && kind.isSpectrogram === true;

function checkAugmentation(
  augment: NonNullable<Experiment['training']['augment']>,
  taken: InputEntry[],
  sampleRate: number,
): void {
  const takesSamples = taken.some(
    ({ kind, options }) =>
      kind.source === 'audio' && isSamples(kind.feature(kind.settings(options, sampleRate))),
  );
  if (!taken.some(isAudio))
    throw new UsageError('training.augment: a lyrics-only model has no audio to augment; remove this key.');
  if (augment.spec_augment && !taken.some(isSpectrogram))
    throw new UsageError(
      'training.augment.spec_augment: SpecAugment needs a mel branch; remove this key or add the branch.',
    );
  if (augment.mixup?.domain === MEL && takesSamples)
    throw new UsageError(
      'training.augment.mixup.domain: the model takes the waveform too, and all inputs must be the same mixture; give "waveform".',
    );
}

/** Throws UsageError for changed test conditions, which are made of a network's inputs. */
export function requireNoConditions({ evaluation }: Pick<Experiment, 'evaluation'>): void {
  if (evaluation.conditions.length > 0)
    throw new UsageError(
      'evaluation.conditions: the test conditions are changed for networks only; remove them for model.baseline.',
    );
}
