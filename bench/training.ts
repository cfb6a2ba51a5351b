/**
 * A training step and a forward pass of networks beside the same networks in PyTorch, in turns: median milliseconds, their
 * ratio, and memory. PyTorch runs at its best: in the faster of its two layouts, with the C library kept from giving memory
 * back. Both begin with the same weights, and their outputs are compared first, so that the same work is measured.
 *
 *   npm run bench:training -- [--networks musicnn,vgg] [--rounds 7] [--json] [--operations]
 *
 * POLYTAG_PEER_PYTHON names a Python with torch 2.13 and numpy; without it, this side alone is measured. --operations
 * prints where a step's time goes instead.
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../src/base/random.js';
import { loadEngine } from '../src/engine/engine.js';
import { keepingMemory } from '../src/engine/kernels.js';
import { buildModel } from '../src/models/model.js';
import { modelSchema } from '../src/models/spec.js';
import { penalisedBinaryCrossEntropy } from '../src/training/losses/tags.js';
import { Optimizer, optimizerSchema } from '../src/training/optimizers.js';
import { type Peer, type PeerReply, startPeer } from './peers/python.js';

const LABELS = 50;
const MEL = { length: 187, width: 96 };
const head = { kind: 'concat', dropout: 0 };

interface Network {
  batch: number;
  model: object;
  inputs: Record<string, { length: number; width: number; sampleRate?: number }>;
}

/** A network of the zoo, on its mel spectrogram or samples. */
const ofZoo = (
  batch: number,
  zoo: { kind: string } & Record<string, unknown>,
  length: number,
  width: number,
): Network => ({
  batch,
  model: { zoo },
  inputs: { [width > 1 ? 'mel' : 'waveform']: { length, width, sampleRate: 16_000 } },
});

const networks: Record<string, Network> = {
  musicnn: { batch: 16, model: { zoo: { kind: 'musicnn' } }, inputs: { mel: MEL } },
  vgg: { batch: 16, model: { zoo: { kind: 'vgg' } }, inputs: { mel: MEL } },
  'mel-7': {
    batch: 8,
    model: { branches: { mel: { channels: new Array(7).fill(128) } }, fusion: head },
    inputs: { mel: { length: 231, width: 128 } },
  },
  'waveform-10': {
    batch: 8,
    model: {
      branches: { waveform: { channels: [128, 128, 128, 256, 256, 256, 256, 256, 512, 512] } },
      fusion: head,
    },
    inputs: { waveform: { length: 59_049, width: 1 } },
  },
  // The branches of configs/mtat.yaml.
  'mel-and-waveform': {
    batch: 16,
    model: {
      branches: {
        mel: { channels: [64, 128, 128, 128], features: 128 },
        waveform: { channels: [64, 64, 128, 128, 128, 256, 256], features: 128 },
      },
      fusion: { kind: 'self-attention', heads: 4, features: 128 },
    },
    inputs: { mel: { length: 250, width: 96 }, waveform: { length: 64_000, width: 1 } },
  },
  'mel-bilstm': {
    batch: 16,
    model: {
      branches: { mel: { channels: [32, 64], features: 96, lstm_units: 128 } },
      fusion: { kind: 'self-attention' },
    },
    inputs: { mel: { length: 512, width: 96 } },
  },
  // Networks of Won et al. 2020, of a part of their batches of 16 where these are large.
  'musicnn-won': ofZoo(16, { kind: 'musicnn-won' }, 188, 96),
  fcn: ofZoo(4, { kind: 'fcn' }, 1813, 96),
  crnn: ofZoo(4, { kind: 'crnn' }, 1813, 96),
  'short-chunk': ofZoo(8, { kind: 'short-chunk' }, 231, 128),
  'short-chunk-residual': ofZoo(8, { kind: 'short-chunk', residual: true }, 231, 128),
  samplecnn: ofZoo(8, { kind: 'samplecnn' }, 59_049, 1),
  'samplecnn-squeeze-excitation': ofZoo(8, { kind: 'samplecnn', squeeze_excitation: true }, 59_049, 1),
  'harmonic-cnn': ofZoo(4, { kind: 'harmonic-cnn' }, 80_000, 1),
  cnnsa: ofZoo(2, { kind: 'cnnsa' }, 938, 128),
  textcnn: {
    batch: 16,
    model: { branches: { lyrics: { packed: false } }, fusion: head },
    inputs: { lyrics: { length: 200, width: 5000 } },
  },
};

/** What was measured of a network: median milliseconds and largest memory of either side. */
interface Result {
  network: string;
  batch: number;
  weights: number;
  operations: number;
  step: number;
  forward: number;
  megabytes: number;
  peer: { step: number; forward: number; megabytes: number; layout: string; difference: number } | null;
}

interface Reply extends PeerReply {
  output: number | number[][];
  megabytes: number;
}

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: Object.keys(networks).join(',') },
    rounds: { type: 'string', default: '7' },
    json: { type: 'boolean', default: false },
    operations: { type: 'boolean', default: false },
    /** One network in this process, its result as JSON. */
    alone: { type: 'boolean', default: false },
  },
});

/** Milliseconds before each measurement: threads of the other side go on waiting, at a processor's full load, for some. */
const PAUSE = 100;

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];

/** A network with its inputs, truth and optimiser, and the two pieces of work. */
function prepare({ batch, model: spec, inputs: sizes }: Network) {
  const shape = { inputs: sizes, labels: LABELS, head: 'sigmoid' as const };
  const model = buildModel(modelSchema().parse(spec), shape, 1);
  const random = randomGenerator(1, 'bench', 'inputs');
  const numbers = (n: number, of: () => number): Float32Array => Float32Array.from({ length: n }, of);
  const inputs = Object.fromEntries(
    Object.entries(sizes).map(([name, { length, width }]) => {
      if (name === 'lyrics') {
        // Words without padding, as floats for the peer.
        const words = numbers(batch * length, () => 1 + random.integer(width - 1));
        return [name, { size: [batch, length], values: words }];
      }
      const size = width > 1 ? [batch, length, width] : [batch, length];
      return [name, { size, values: numbers(batch * length * width, () => random.normal()) }];
    }),
  );
  const truth = numbers(batch * LABELS, () => Number(random.uniform() > 0.9));
  const tensors = Object.fromEntries(
    Object.entries(inputs).map(([name, { size, values }]) => [
      name,
      tf.tensor(values, size, name === 'lyrics' ? 'int32' : 'float32'),
    ]),
  );
  const targets = tf.tensor2d(truth, [batch, LABELS]);
  const named = model.parameters.trainableVariables();
  const variables = named.map(([, variable]) => variable);
  const optimizer = new Optimizer(optimizerSchema.parse({}), named);
  let steps = 0;
  return {
    model,
    inputs,
    truth,
    step: () =>
      tf.tidy(() => {
        const mode = { training: true as const, random: randomGenerator(1, 'dropout', steps++) };
        const { value, grads } = tf.variableGrads(
          () => penalisedBinaryCrossEntropy(targets, model.forward(tensors, mode).logits, 1),
          variables,
        );
        optimizer.apply(
          variables.map((variable) => grads[variable.name] ?? tf.zerosLike(variable)),
          1,
        );
        return value.dataSync()[0];
      }),
    forward: () => tf.tidy(() => model.forward(tensors, { training: false }).logits.dataSync<'float32'>()),
  };
}

type Prepared = ReturnType<typeof prepare>;

/** Runs the work while operations are timed by name; returns them, the slowest first. */
function operationsOf(work: () => unknown): { name: string; milliseconds: number; calls: number }[] {
  type Execute = (name: string, ...rest: unknown[]) => unknown;
  const backend = tf.backend() as unknown as Record<string, Execute>;
  const found = new Map<string, { milliseconds: number; calls: number }>();
  const originals = new Map<string, Execute>();
  for (const method of ['executeSingleOutput', 'executeMultipleOutputs']) {
    const execute = backend[method];
    if (!execute) continue;
    originals.set(method, execute);
    backend[method] = (name, ...rest) => {
      const begin = performance.now();
      const output = execute.call(backend, name, ...rest);
      const entry = found.get(name) ?? { milliseconds: 0, calls: 0 };
      found.set(name, {
        milliseconds: entry.milliseconds + performance.now() - begin,
        calls: entry.calls + 1,
      });
      return output;
    };
  }
  work();
  for (const [method, execute] of originals) backend[method] = execute;
  return [...found]
    .map(([name, entry]) => ({ name, ...entry }))
    .sort((a, b) => b.milliseconds - a.milliseconds);
}

const LAYOUTS = ['contiguous', 'channels-last'];

/** Asks the peer for a piece of work in one of its layouts; the first request carries weights and inputs. */
async function startTorch(
  network: string,
  { model, inputs, truth }: Prepared,
  threads: number,
  folder: string,
): Promise<{ ask: (layout: string, work: string) => Promise<Reply>; peer: Peer } | null> {
  const memory = { MALLOC_MMAP_MAX_: '0', MALLOC_TRIM_THRESHOLD_: '99999999999' };
  const peer = startPeer('torch_training.py', ['torch', 'numpy'], memory);
  if (!peer) return null;
  const write = async (name: string, ...parts: Float32Array[]): Promise<string> => {
    const path = join(folder, name);
    await writeFile(
      path,
      Buffer.concat(parts.map((part) => new Uint8Array(part.buffer, 0, part.byteLength))),
    );
    return path;
  };
  const weights = [...model.parameters.read()];
  const request = {
    network,
    threads,
    weights: await write('weights', ...weights.map(([, { values }]) => Float32Array.from(values))),
    shapes: weights.map(([name, { shape }]) => [name, shape]),
    inputs: Object.fromEntries(
      await Promise.all(
        Object.entries(inputs).map(async ([name, { size, values }]) => [
          name,
          [await write(name, values), size],
        ]),
      ),
    ),
    truth: [await write('truth', truth), [truth.length / LABELS, LABELS]],
  };
  return { ask: (layout, work) => peer.ask<Reply>({ ...request, layout, do: work }), peer };
}

async function measure(name: string): Promise<Result> {
  const network = networks[name];
  const engine = await loadEngine();
  const prepared = prepare(network);
  const folder = await mkdtemp(join(tmpdir(), 'polytag-training-'));
  const torch = await startTorch(name, prepared, engine.threads, folder);
  try {
    let difference = 0;
    const logits = prepared.forward();
    for (const layout of torch ? LAYOUTS : []) {
      const { output } = await torch!.ask(layout, 'forward');
      for (const [i, value] of (output as number[][]).flat().entries())
        difference = Math.max(difference, Math.abs(value - logits[i]));
    }
    if (difference > 1e-3)
      throw new Error(
        `${name}: PyTorch's outputs differ by ${difference}, so that other work would be measured.`,
      );
    const times: Record<string, number[]> = {};
    const note = (key: string, seconds: number): void => {
      times[key] = [...(times[key] ?? []), seconds * 1000];
    };
    let megabytes = 0;
    for (let round = -2; round < Number(options.rounds); round++)
      for (const work of ['step', 'forward'] as const) {
        await delay(PAUSE);
        const begin = performance.now();
        prepared[work]();
        const seconds = (performance.now() - begin) / 1000;
        if (round >= 0) note(work, seconds);
        for (const layout of torch ? LAYOUTS : []) {
          await delay(PAUSE);
          const reply = await torch!.ask(layout, work);
          megabytes = Math.max(megabytes, reply.megabytes);
          if (round >= 0) note(`${work} ${layout}`, reply.seconds);
        }
      }
    const best = (work: string): [number, string] =>
      LAYOUTS.map((layout): [number, string] => [median(times[`${work} ${layout}`]), layout]).sort(
        (a, b) => a[0] - b[0],
      )[0];
    return {
      network: name,
      batch: network.batch,
      weights: prepared.model.parameters.count(),
      operations: operationsOf(prepared.step).reduce((sum, { calls }) => sum + calls, 0),
      step: median(times.step),
      forward: median(times.forward),
      megabytes: process.resourceUsage().maxRSS / 1024,
      peer: torch && {
        step: best('step')[0],
        forward: best('forward')[0],
        megabytes,
        layout: best('step')[1],
        difference,
      },
    };
  } finally {
    torch?.peer.stop();
    await rm(folder, { recursive: true });
  }
}

const ratio = (ours: number, theirs: number): string => (ours / theirs).toFixed(2);
const geometricMean = (values: number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

function print(results: Result[]): void {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  say(
    '| network (batch) | step, ms | PyTorch | ratio | forward, ms | PyTorch | ratio | operations | MB | PyTorch |',
  );
  say('| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |');
  for (const { network, batch, step, forward, operations, megabytes, peer } of results)
    say(
      `| ${[
        `${network} (${batch})`,
        step.toFixed(0),
        peer?.step.toFixed(0) ?? '',
        peer ? ratio(step, peer.step) : '',
        forward.toFixed(0),
        peer?.forward.toFixed(0) ?? '',
        peer ? ratio(forward, peer.forward) : '',
        operations,
        megabytes.toFixed(0),
        peer?.megabytes.toFixed(0) ?? '',
      ].join(' | ')} |`,
    );
  const compared = results.flatMap(({ step, forward, peer }) =>
    peer ? [{ step: step / peer.step, forward: forward / peer.forward }] : [],
  );
  if (compared.length > 0)
    say(
      `Geometric means of the ratios: step ${geometricMean(compared.map(({ step }) => step)).toFixed(2)}, forward ${geometricMean(compared.map(({ forward }) => forward)).toFixed(2)}.`,
    );
}

const chosen = options.networks.split(',');
for (const name of chosen)
  if (!networks[name]) {
    process.stderr.write(
      `--networks: no network ${name}; choose among ${Object.keys(networks).join(', ')}.\n`,
    );
    process.exit(2);
  }

if (options.operations) {
  await loadEngine();
  await keepingMemory(async () => {
    for (const name of chosen) {
      const { step } = prepare(networks[name]);
      step();
      const operations = operationsOf(step);
      const calls = operations.reduce((sum, operation) => sum + operation.calls, 0);
      process.stdout.write(`${name}: ${calls} operations a step\n`);
      for (const { name: operation, milliseconds, calls } of operations.slice(0, 16))
        process.stdout.write(
          `  ${operation.padEnd(28)}${milliseconds.toFixed(1).padStart(8)} ms${String(calls).padStart(6)}\n`,
        );
    }
  });
} else if (options.alone) {
  process.stdout.write(`${JSON.stringify(await keepingMemory(() => measure(chosen[0])))}\n`);
} else {
  // A process for each network, so that memory is that network's.
  const results = chosen.map((name): Result => {
    const args = [process.argv[1], '--alone', '--networks', name, '--rounds', options.rounds];
    const { status, stdout } = spawnSync(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'inherit'],
      encoding: 'utf8',
    });
    if (status !== 0) process.exit(1);
    return JSON.parse(stdout) as Result;
  });
  if (options.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else print(results);
}
