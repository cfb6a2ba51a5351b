/** Checks of a config alone: whether its changes of inputs fit those that the model takes. */

import { UsageError } from '../base/errors.js';
import { EMBEDDING } from '../inputs/embedding.js';
import { type AudioKind, type AudioSettings, isSamples } from '../inputs/kind.js';
import { MEL } from '../inputs/mel.js';
import { preparationGiven } from '../inputs/prepared-sound.js';
import { type InputEntry, inputEntries } from '../inputs/schema.js';
import type { ExampleTask, Task } from '../models/heads/index.js';
import { inputsOf } from '../models/spec-parts.js';
import { isAudio } from './conditions/change.js';
import { changeSound, checkCondition } from './conditions/index.js';
import type { Experiment } from './schema.js';

/** Throws UsageError for augmentation, dropped inputs and conditions that the model's inputs cannot have. */
export function checkExperiment({ inputs, model, training, evaluation }: Experiment): void {
  const { profile } = inputs.noise_reduction ?? {};
  if (typeof profile === 'object' && profile.sample_rate !== inputs.sample_rate)
    throw new UsageError(
      `inputs.noise_reduction.profile: it was measured at ${profile.sample_rate} Hz, and inputs.sample_rate is ${inputs.sample_rate}; give the recording of the noise again.`,
    );
  const frozen = inputEntries(inputs).find(({ kindName }) => kindName === EMBEDDING);
  if (frozen && model.pitch)
    throw new UsageError(
      `model.pitch: inputs.${frozen.name} has a row for each window of its model, and a pitch is of each frame; remove one of them.`,
    );
  if (frozen) checkFrozen(frozen.name, inputs, training, evaluation);
  if (model.baseline || model.predictions) {
    if (training.distillation)
      throw new UsageError(
        'training.distillation: only a network learns from the scores of a teacher; remove the key.',
      );
    return;
  }
  const names = inputsOf(model);
  const taken = inputEntries(inputs).filter(({ name }) => names.includes(name));
  checkOptimisation(training);
  if (training.augment) checkAugmentation(training.augment, taken, inputs.sample_rate);
  if (training.modality_dropout > 0 && names.length < 2)
    throw new UsageError(
      `training.modality_dropout: modality dropout needs at least two inputs, and the model takes only ${names[0]}; remove this key.`,
    );
  for (const [i, condition] of evaluation.conditions.entries())
    checkCondition(`evaluation.conditions, number ${i + 1}`, condition, taken, inputs.chunk_seconds);
}

/** Throws UsageError for what changes the sound, of which a frozen model has made its rows already. */
function checkFrozen(
  name: string,
  inputs: Experiment['inputs'],
  { augment }: Experiment['training'],
  { conditions }: Experiment['evaluation'],
): void {
  const why = `inputs.${name} has the embeddings of recordings as they are`;
  const [prepared] = Object.keys(preparationGiven(inputs));
  if (prepared !== undefined)
    throw new UsageError(
      `inputs.${prepared}: ${why}, with what its own model does to the sound; remove the key.`,
    );
  if (augment) throw new UsageError(`training.augment: ${why}, computed once; remove the key.`);
  if (changeSound(conditions))
    throw new UsageError(`evaluation.conditions: ${why}, and a condition changes the sound; remove it.`);
}

/** Throws UsageError for a schedule that moves the momentum of an optimiser without one, and for parts without an example. */
function checkOptimisation(training: Experiment['training']): void {
  const { optimizer, schedule, phases = [], accumulate, batch_size } = training;
  const all = [{ optimizer, schedule }, ...phases];
  const without = all.findIndex(
    (one) =>
      one.optimizer.kind === 'rmsprop' && one.schedule.kind === 'one-cycle' && one.schedule.momentum !== null,
  );
  if (without >= 0)
    throw new UsageError(
      `training.${without === 0 ? '' : `phases.${without - 1}.`}schedule.momentum: rmsprop has no momentum for the schedule to move; give null.`,
    );
  if (accumulate > batch_size)
    throw new UsageError(
      `training.accumulate: a batch of ${batch_size} (training.batch_size) cannot be computed in ${accumulate} parts; give at most ${batch_size}.`,
    );
}

/** Whether an input is samples to the model too. */
const takesSamplesOf = (kind: AudioKind, settings: AudioSettings): boolean =>
  isSamples(kind.feature(settings)) && !kind.window?.(settings);

const isSpectrogram = ({ kind }: InputEntry): boolean =>
  kind.source === 'audio' && kind.isSpectrogram === true;

function checkAugmentation(
  augment: NonNullable<Experiment['training']['augment']>,
  taken: InputEntry[],
  sampleRate: number,
): void {
  const takesSamples = taken.some(
    ({ kind, options }) =>
      kind.source === 'audio' && takesSamplesOf(kind, kind.settings(options, sampleRate)),
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

/** Changes of the sound after which the true pitch is another one, or at another time. */
const MOVES_PITCH = ['time_stretch', 'pitch_shift', 'excerpt', 'mixup'] as const;

/**
 * Throws UsageError where a network does not have the head that the data set's task needs, or is trained or tested on sounds
 * whose pitch is not known.
 */
export function requireHead({ model, training, evaluation }: Experiment, task: Task): void {
  if (task !== 'pitch') {
    if (model.pitch)
      throw new UsageError(
        `model.pitch: it gives the pitch of each frame, and the data set's task is ${task}; remove the key, or set data.target to pitch where the data set has it.`,
      );
    return;
  }
  if (!model.pitch)
    throw new UsageError(
      `model.pitch: the data set's target is the pitch of each frame, which ${notGiving(model)} does not give; write model: {branches: …, pitch: {}} (docs/models.md).`,
    );
  const moved = MOVES_PITCH.find((name) => training.augment?.[name]);
  if (moved !== undefined)
    throw new UsageError(
      `training.augment.${moved}: it changes the pitch or its times, so that the truth would be wrong; remove it, and keep filter, noise, gain, polarity, mp3 or spec_augment.`,
    );
  if (evaluation.conditions.length > 0)
    throw new UsageError(
      'evaluation.conditions: test conditions are for tags, classes and numbers; remove them where the target is pitch.',
    );
}

/** What a model without `pitch` is, in a few words. */
function notGiving({ zoo, baseline, predictions, fusion }: Experiment['model']): string {
  if (predictions) return 'a table of scores';
  if (zoo) return 'a published network';
  return baseline ? 'a classical classifier' : `the fusion ${fusion?.kind}`;
}

/** The task of a data set for a model of whole examples. Throws UsageError for pitch, which none gives. */
export function exampleTaskOf(experiment: Experiment, task: Task): ExampleTask {
  requireHead(experiment, task);
  return task as ExampleTask;
}

/** Throws UsageError for changed test conditions, which are made of a network's inputs. */
export function requireNoConditions({ evaluation }: Pick<Experiment, 'evaluation'>): void {
  if (evaluation.conditions.length > 0)
    throw new UsageError(
      'evaluation.conditions: the test conditions are changed for networks only; remove them for model.baseline and model.predictions.',
    );
}
