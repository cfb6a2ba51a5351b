/** Where a training begins or goes on, and how it passes from one phase to the next. */
import type { TaggingModel } from '../models/model.js';
import type { WeightValues } from '../models/parameters.js';
import { WeightAverage } from './averages/weights.js';
import { type Origin, readNewestCheckpoint, requireExperiment, type TrainingState } from './checkpoints.js';
import { rateFactors } from './layer-patterns.js';
import { Optimizer } from './optimizers.js';
import { type Phase, phaseAt } from './phases.js';
import type { Experiment } from './schema.js';

/** What decides where a training begins. */
interface Beginning {
  config: Pick<Experiment, 'training'>;
  model: TaggingModel;
  /** `checkpoints/` of the run. */
  checkpointFolder: string;
  origin: Origin;
  /** Continue from the newest checkpoint. */
  resume: boolean;
  onNote?: (note: string) => void;
}

/**
 * Where training begins or goes on: its state, the best epoch's weights, the optimiser of the latest step's phase, and the
 * average, or null.
 */
export interface StartingPoint {
  state: TrainingState;
  best: Map<string, WeightValues>;
  optimizer: Optimizer;
  average: WeightAverage | null;
}

/** The state of the newest checkpoint where training is resumed, else a new one. Throws as `requireExperiment`. */
export async function startingPoint(job: Beginning, phases: readonly Phase[]): Promise<StartingPoint> {
  const { average: options, epochs, learning_rates } = job.config.training;
  const { parameters } = job.model;
  const checkpoint = job.resume
    ? await readNewestCheckpoint(job.checkpointFolder, (note) => job.onNote?.(note))
    : null;
  requireExperiment(job.checkpointFolder, checkpoint, job.origin);
  const state: TrainingState = checkpoint?.state ?? {
    ...job.origin,
    epoch: 0,
    step: 0,
    optimizerSteps: 0,
    lossSum: 0,
    seconds: 0,
    best: null,
    finished: false,
    history: [],
  };
  // Between two epochs, the optimiser's state is that of the epoch that has ended.
  const { optimizer: own } = phaseAt(phases, state.step > 0 ? state.epoch : Math.max(0, state.epoch - 1));
  if (checkpoint) parameters.write(checkpoint.weights);
  const factors = rateFactors(parameters, learning_rates);
  const optimizer = new Optimizer(own, parameters.trainableVariables(), factors);
  const average = options ? new WeightAverage(options, parameters, epochs) : null;
  try {
    if (checkpoint) {
      optimizer.write({ steps: state.optimizerSteps, slots: checkpoint.slots });
      if (state.average) average?.write({ state: state.average, weights: checkpoint.average });
    }
  } catch (error) {
    optimizer.dispose();
    average?.dispose();
    throw error;
  }
  return { state, best: checkpoint?.best ?? new Map(), optimizer, average };
}

/**
 * The optimiser of a phase that begins; the last phase's is disposed of, and gives its state where it is of the same kind.
 * The model gets the best epoch's weights, where the phase starts from these and there is one.
 */
export function enterPhase(
  phase: Phase,
  before: Phase,
  { parameters }: TaggingModel,
  { optimizer, best }: { optimizer: Optimizer; best: ReadonlyMap<string, WeightValues> },
): Optimizer {
  if (phase.start === 'best' && best.size > 0) parameters.write(best);
  const next = new Optimizer(phase.optimizer, parameters.trainableVariables(), optimizer.rates);
  if (phase.optimizer.kind === before.optimizer.kind) next.write(optimizer.read());
  optimizer.dispose();
  return next;
}
