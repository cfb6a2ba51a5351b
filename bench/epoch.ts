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
import type { WindowBatch } from '../src/inputs/window.js';
import { buildModel } from '../src/models/model.js';
import { toTensors } from '../src/models/predictor.js';
import type { NetworkSpec } from '../src/models/spec.js';
import type { Chunk } from '../src/training/batches.js';
import { objectiveOf } from '../src/training/distillation.js';
import { Optimizer } from '../src/training/optimizers.js';
import { lossContext, prepare } from '../src/training/prepare.js';
import { ReadAhead } from '../src/training/read-ahead.js';
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

const { batches } = prepared;
const job = { config, model, tensors, batches };
const ahead = new ReadAhead(batches);

/** Makes the steps of an epoch, with its batches or with one that is in memory. Returns their number. */
async function epoch(number: number, kept?: WindowBatch): Promise<number> {
  const chunks = batches.epoch(train, number);
  const batchAt = (step: number): Chunk[] => chunks.slice(step * size, (step + 1) * size);
  if (!kept) ahead.plan(Array.from({ length: steps }, (_, step) => batchAt(step)));
  for (let step = 0; step < steps; step++) {
    const windows = kept ?? (await ahead.next());
    trainStep(job, objective, optimizer, batchAt(step), { epoch: number, step }, { rate: 1e-6 }, [windows]);
    await new Promise((resolve) => setImmediate(resolve));
  }
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
      done += await epoch(epochs++);
      const megabytes = Math.round(process.memoryUsage().rss / 1e6);
      process.stdout.write(`  after ${done} steps: ${megabytes} MB\n`);
    }
    return;
  }
  const kept = batches.windows(batches.epoch(train, 0).slice(0, size));
  await compare(
    'Training steps',
    [
      { name: 'an epoch from the store', run: () => timed(async () => 100 * (await epoch(epochs++))) },
      { name: 'the same batch again', run: () => timed(async () => 100 * (await epoch(epochs++, kept))) },
    ],
    Number(options.rounds),
    'steps in 100 s',
  );
});
await ahead.close();
prepared.store?.close();
