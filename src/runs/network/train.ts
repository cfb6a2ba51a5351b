/** Training in a run's folder: checkpoints, one line of the log per epoch, and the same numbers for TensorBoard. */
import { join } from 'node:path';
import { examplesOf } from '../../data/dataset.js';
import { keepingMemory } from '../../engine/kernels.js';
import type { TaggingModel } from '../../models/model.js';
import { toTensors } from '../../models/predictor.js';
import type { NetworkSpec } from '../../models/spec.js';
import type { Origin } from '../../training/checkpoints.js';
import { lossContext, type Prepared } from '../../training/prepare.js';
import { type TrainingResult, train } from '../../training/trainer.js';
import { runPath } from '../layout.js';
import type { FitJob } from '../learner.js';
import { createEventWriter, type EventWriter } from '../tensorboard/events.js';
import { writeLog } from '../write.js';

/**
 * Trains a network, from its newest checkpoint where the job resumes a run. A checkpoint of another origin is refused.
 */
export const trainAndLog = (...job: Parameters<typeof trainLogged>): Promise<TrainingResult> =>
  keepingMemory(() => trainLogged(...job));

async function trainLogged(
  { config, out, existing, pauseAfter, signal, onNote }: FitJob,
  prepared: Prepared,
  model: TaggingModel,
  origin: Origin,
): Promise<TrainingResult> {
  const { dataset, batches } = prepared;
  const resume = existing === 'resume';
  let events: EventWriter | null = null;
  let steps: EventWriter | null = null;
  try {
    const result = await train({
      config,
      labels: dataset.labels,
      context: lossContext(prepared, config),
      model,
      tensors: toTensors(config.model as NetworkSpec, prepared.inputs),
      batches,
      train: examplesOf(dataset, 'train'),
      validation: examplesOf(dataset, 'validation'),
      checkpointFolder: runPath(out, 'checkpoints'),
      origin,
      resume,
      pauseAfter,
      signal,
      onNote,
      onLoss: async (step, loss) => {
        // In a folder of their own: a resumption drops points by their step, which counts epochs in the other one.
        steps ??= await createEventWriter(
          join(runPath(out, 'tensorboard'), 'steps'),
          resume ? { resumeStep: step } : {},
        );
        await steps.scalar('loss/step', loss, step, Date.now() / 1000);
      },
      onEpoch: async (history) => {
        const last = history[history.length - 1];
        await writeLog(out, history);
        // Where a resumed run repeats an epoch, TensorBoard drops the killed run's points.
        events ??= await createEventWriter(
          runPath(out, 'tensorboard'),
          resume ? { resumeStep: last.epoch } : {},
        );
        const writer = events;
        const point = (tag: string, value: number): Promise<void> =>
          writer.scalar(tag, value, last.epoch, Date.now() / 1000);
        await point('loss/train', last.train_loss);
        await point('loss/validation', last.validation_loss);
        if (last.validation_metric !== null && last.metric !== 'loss')
          await point(`${last.metric}/validation`, last.validation_metric);
        await point('learning_rate', last.learning_rate);
      },
    });
    // Written again for a resumed run that was killed between its last checkpoint and its log line.
    await writeLog(out, result.history);
    return result;
  } finally {
    for (const writer of [events, steps] as (EventWriter | null)[]) await writer?.close();
  }
}
