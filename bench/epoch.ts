/**
 * An epoch of a config on its data, with a warm feature store, beside the same steps with one batch that is already in
 * memory: what reading and assembling batches adds. With `--memory STEPS`, the process's memory over so many steps instead.
 * Run it by `npm run bench:epoch -- CONFIG [KEY=VALUE…] [--rounds 5] [--memory 2000]`.
 */
import { parseArgs } from 'node:util';
import { loadConfig } from '../src/config/load.js';
import { examplesOf } from '../src/data/dataset.js';
import { loadDataset } from '../src/data/sets/index.js';
import { loadEngine } from '../src/engine/engine.js';
import { keepingMemory } from '../src/engine/kernels.js';
import { buildModel } from '../src/models/model.js';
import { toTensors } from '../src/models/predictor.js';
import type { NetworkSpec } from '../src/models/spec.js';
import type { Batches, Chunk } from '../src/training/batches.js';
import { objectiveOf } from '../src/training/distillation.js';
import { Optimizer } from '../src/training/optimizers.js';
import { lossContext, prepare } from '../src/training/prepare.js';
import { trainStep } from '../src/training/step.js';
import { compare, timed } from './ratio.js';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' }, memory: { type: 'string' } },
});
const [file, ...overrides] = positionals;
if (!file) throw new Error('Give a config: npm run bench:epoch -- CONFIG [KEY=VALUE…].');

const engine = await loadEngine();
const config = await loadConfig(file, overrides);
const dataset = await loadDataset(config.data);
const prepared = await prepare(config, dataset, { onNote: (note) => process.stdout.write(`${note}\n`) });
const model = buildModel(config.model, prepared.shape, config.seed);
const optimizer = new Optimizer(config.training.optimizer, model.parameters.trainableVariables());
const tensors = toTensors(config.model as NetworkSpec, prepared.inputs);
const objective = objectiveOf(config.loss, lossContext(prepared, config), config.training.distillation);
const train = examplesOf(prepared.dataset, 'train');
const { batch_size: size } = config.training;
const steps = Math.max(1, Math.floor(prepared.batches.epochSize(train) / size));

/** Batches of which each gives what the first gave. */
const inMemory = (chunks: readonly Chunk[]): Batches => {
  const { batches } = prepared;
  const windows = batches.windows(chunks);
  return Object.assign(Object.create(batches) as Batches, { windows: () => windows });
};

function epoch(batches: Batches, number: number): number {
  const chunks = prepared.batches.epoch(train, number);
  for (let step = 0; step < steps; step++)
    trainStep(
      { config, model, tensors, batches },
      objective,
      optimizer,
      chunks.slice(step * size, (step + 1) * size),
      { epoch: number, step },
      { rate: 1e-6 },
    );
  return steps;
}

process.stdout.write(
  `${file} on ${engine.name}, ${engine.threads} threads: ${train.length} training examples, ${steps} steps of ${size}.\n`,
);
let epochs = 0;
await keepingMemory(async () => {
  if (options.memory !== undefined) {
    const wanted = Number(options.memory);
    for (let done = 0; done < wanted; ) {
      done += epoch(prepared.batches, epochs++);
      const megabytes = Math.round(process.memoryUsage().rss / 1e6);
      process.stdout.write(`  after ${done} steps: ${megabytes} MB\n`);
    }
    return;
  }
  const kept = inMemory(prepared.batches.epoch(train, 0).slice(0, size));
  await compare(
    'Training steps',
    [
      { name: 'an epoch from the store', run: () => timed(() => 100 * epoch(prepared.batches, epochs++)) },
      { name: 'the same batch again', run: () => timed(() => 100 * epoch(kept, epochs++)) },
    ],
    Number(options.rounds),
    'steps in 100 s',
  );
});
prepared.store?.close();
