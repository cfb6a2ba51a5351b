/** Networks on the embeddings of a frozen model: from recordings as from the feature store, and what cannot be frozen. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { joinSamples } from '../../src/audio/samples.js';
import { randomGenerator } from '../../src/base/random.js';
import { resolveConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import { loadEngine } from '../../src/engine/engine.js';
import { saveFrozenModels } from '../../src/hub/frozen-folder.js';
import { frozenModels, withFrozenModels } from '../../src/hub/frozen-models.js';
import { openModelFolder, openPredictor, saveModel } from '../../src/hub/model-folder.js';
import { WindowCutter } from '../../src/inputs/cutter.js';
import { EMBEDDING } from '../../src/inputs/embedding.js';
import { readWindow } from '../../src/inputs/read-window.js';
import { type AudioInput, bindInputs, leastSeconds, windowSize } from '../../src/inputs/window.js';
import { buildModel } from '../../src/models/model.js';
import { inputsOf } from '../../src/models/spec-parts.js';
import fc from '../fast-check.js';

const RATE = 8000;

/** Models that make embeddings, by their windows: a spectrogram of the recording, or of each window; samples. */
const FROZEN: Record<string, object> = {
  mel: { chunk_seconds: 1, mel: { n_fft: 256, hop_length: 256, bands: 8 } },
  overlapping: { chunk_seconds: 1, chunk_step_seconds: 0.4, mel: { n_fft: 256, hop_length: 256, bands: 8 } },
  repeated: { chunk_seconds: 1, pad: 'repeat', mel: { n_fft: 256, hop_length: 256, bands: 8 } },
  'mel-of-windows': {
    chunk_seconds: 0.5,
    mel: { n_fft: 256, hop_length: 200, bands: 8, frames: 'window' },
  },
  waveform: { chunk_seconds: 0.5, waveform: {} },
};

let folder: string;
beforeAll(async () => {
  await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'polytag-frozen-'));
  for (const [name, inputs] of Object.entries(FROZEN)) {
    const kind = 'waveform' in inputs ? 'waveform' : 'mel';
    const branch = kind === 'mel' ? { channels: [3], features: 4 } : { channels: [2, 2], features: 4 };
    await writeModel(
      join(folder, name),
      resolveConfig({
        inputs: { sample_rate: RATE, ...inputs },
        model: { branches: { [kind]: branch }, fusion: { kind: 'concat', hidden: 5 } },
      }),
    );
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes a network with random weights, of labels a and b, and the frozen models of its inputs beside it. */
async function writeModel(place: string, config: Config, vocabulary: string[] = []): Promise<void> {
  const vocabularies: Record<string, string[]> = vocabulary.length > 0 ? { lyrics: vocabulary } : {};
  const { list } = bindInputs(config.inputs, inputsOf(config.model), { vocabularies });
  const shape = {
    inputs: Object.fromEntries(list.map(({ name, size }) => [name, size])),
    ...{ labels: 2, head: 'sigmoid' as const },
  };
  const model = buildModel(config.model, shape, 3);
  await saveModel(place, model.parameters.read(), {
    ...{ name: 'made', task: 'tagging', labels: ['a', 'b'], thresholds: null, vocabularies },
    ...{ spec: config.model, shape, inputs: config.inputs },
    trained_on: { dataset: 'made', protocol: 'none', fingerprint: 'f', synthetic: null },
  });
  await saveFrozenModels(place, config.inputs);
  model.dispose();
}

/** A config of a network on the embeddings of a model. */
const probe = (model: string, pool: string, seconds: number, more: object = {}): Promise<Config> =>
  withFrozenModels(
    resolveConfig({
      inputs: {
        ...{ sample_rate: RATE, chunk_seconds: seconds },
        embedding: { model: join(folder, model), pool },
        ...more,
      },
      model: { branches: { embedding: { hidden: [6] } }, fusion: 'linear' },
    }),
  );

/** Windows of a recording as the feature store and `Batches` give them: [count × length × width]. */
function storedWindows(input: AudioInput, rows: Float32Array, starts: readonly number[], frames: number) {
  const { width } = input.feature;
  const size = windowSize(input);
  const all = new Float32Array(starts.length * size);
  for (const [i, start] of starts.entries()) {
    const read = (target: Float32Array, silence: number): void => {
      const part = rows.subarray(start * width, start * width + target.length);
      target.set(part);
      target.fill(silence, part.length);
    };
    const out = all.subarray(i * size, (i + 1) * size);
    readWindow(input, { sampleRate: RATE, hopLength: 1, frames }, rows.length / width, read, out);
  }
  return all;
}

describe.each(Object.keys(FROZEN))('a network on the embeddings of the model %s', (name) => {
  it.each(['mean', 'sequence'])('scores a recording as from the store (%s)', async (pool) => {
    const config = await probe(name, pool, 2);
    const place = join(folder, `${name}-${pool}`);
    await writeModel(place, config);
    const network = await openModelFolder(place);
    const live = await openPredictor(place);
    const embedder = await frozenModels(config.inputs, place).open(EMBEDDING);
    const [input] = network.inputs.list as AudioInput[];
    const { grid } = network.inputs;
    const before = tf.memory().numTensors;
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 6 * RATE }),
        fc.array(fc.integer({ min: 0, max: 3 * RATE }), { maxLength: 3 }),
        fc.integer(),
        (length, lengths, seed) => {
          const random = randomGenerator(seed);
          const samples = Float32Array.from({ length }, () => random.uniform() - 0.5);
          const stream = input.frozen!.feature.stream();
          const taken = [stream.push(samples), stream.finish()].flatMap((rows) => rows ?? []);
          const rows = embedder.embed(joinSamples(taken)) as Float32Array<ArrayBuffer>;
          const last = Math.max(0, rows.length / input.feature.width - grid.frames);
          const starts: number[] = [];
          for (let start = 0; start < last; start += grid.frames) starts.push(start);
          starts.push(last);
          const values = { [EMBEDDING]: storedWindows(input, rows, starts, grid.frames) };
          const stored = network.predict({ count: starts.length, values });
          const cutter = new WindowCutter(
            {
              grid: live.inputs.grid,
              inputs: bindInputs(config.inputs, [EMBEDDING]).list,
              remainder: 'cover',
            },
            RATE,
          );
          const parts = [];
          let at = 0;
          for (const some of [...lengths, length]) {
            parts.push(cutter.push(samples.subarray(at, at + some)));
            at = Math.min(length, at + some);
          }
          const cut = [...parts, cutter.finish()].filter(({ count }) => count > 0);
          expect(cut.flatMap((part) => part.starts)).toEqual(starts);
          const embeddings = cut.flatMap(({ count, values: own }) => [
            ...live.predict({ count, values: own }).embedding!,
          ]);
          for (const [i, value] of stored.embedding!.entries()) expect(embeddings[i]).toBeCloseTo(value, 5);
        },
      ),
      { numRuns: 12 },
    );
    expect(tf.memory().numTensors).toBe(before);
    live.dispose();
    network.dispose();
    embedder.dispose();
  });
});

describe('rows of a frozen model', () => {
  it('are the windows that are whole in the recording, and one of a shorter recording', async () => {
    const { inputs } = await probe('overlapping', 'sequence', 2);
    const embedder = await frozenModels(inputs, null).open(EMBEDDING);
    const [input] = bindInputs(inputs, [EMBEDDING]).list as AudioInput[];
    // Windows of 31 frames, one every 13 (0.4 s are 12.5).
    expect(input.frozen).toMatchObject({ span: 31, step: 13 });
    const rowsOf = (frames: number): number => embedder.embed(new Float32Array(frames * 8)).length / 5;
    expect([0, 1, 31, 43, 44, 56, 57].map(rowsOf)).toEqual([0, 1, 1, 1, 2, 2, 3]);
    embedder.dispose();
  });

  it('of a mean are those that there are: a recording that fills a part of the window counts whole', async () => {
    const config = await probe('mel', 'mean', 10);
    const [input] = bindInputs(config.inputs, [EMBEDDING]).list as AudioInput[];
    const rows = Float32Array.of(1, 2, 3, 4, 5, 3, 4, 5, 6, 7);
    expect([...storedWindows(input, rows, [0], 10)]).toEqual([2, 3, 4, 5, 6]);
    expect(leastSeconds(bindInputs(config.inputs, [EMBEDDING]))).toBeCloseTo((31 * 256) / RATE, 6);
  });
});

describe('a model that is frozen', () => {
  const refusal = (model: string, more?: object): Promise<string> =>
    probe(model, 'mean', 2, more).then(
      () => 'taken',
      (error: Error) => error.message,
    );

  it('must take recordings at the rate of the config', async () => {
    expect(await refusal('mel', { sample_rate: 16_000 })).toMatch(
      /^inputs\.embedding\.model: .*mel takes recordings at 8000 Hz, and inputs\.sample_rate is 16000; set inputs\.sample_rate to 8000\.$/,
    );
  });

  it('must take one input of recordings, and no embeddings itself', async () => {
    const two = resolveConfig({
      inputs: { sample_rate: RATE, mel: { n_fft: 256, bands: 8 }, lyrics: { max_tokens: 5 } },
      model: {
        branches: { mel: { channels: [3] }, lyrics: { filters: 2 } },
        fusion: { kind: 'concat', hidden: 5 },
      },
    });
    await writeModel(join(folder, 'two'), two, ['one', 'two']);
    expect(await refusal('two')).toContain('takes lyrics, and the embeddings are of sound; name another.');
    await writeModel(join(folder, 'again'), await probe('mel', 'mean', 2));
    expect(await refusal('again')).toContain('takes the embeddings of another model; name another.');
  });

  it('must be the one that the config was made with', async () => {
    const { inputs } = await probe('mel', 'mean', 2);
    const place = join(folder, 'changed');
    const config = resolveConfig({
      inputs: { sample_rate: RATE, ...FROZEN.mel },
      model: { branches: { mel: { channels: [3], features: 4 } }, fusion: { kind: 'concat', hidden: 5 } },
    });
    await writeModel(place, config);
    const { embedding } = inputs;
    const other = { ...embedding!, model: place, frozen: { ...embedding!.frozen!, sha256: 'a'.repeat(64) } };
    await expect(frozenModels({ ...inputs, embedding: other }, null).open(EMBEDDING)).rejects.toThrow(
      /is not the one that this was made with \(SHA-256 [0-9a-f]{64}, not a{64}\); put that model back, or train again\.$/,
    );
  });

  it('has only one embedding where it is a network', async () => {
    const layered = resolveConfig({
      inputs: { sample_rate: RATE, embedding: { model: join(folder, 'mel'), layer: 'conv1' } },
      model: { branches: { embedding: {} }, fusion: 'linear' },
    });
    await expect(withFrozenModels(layered)).rejects.toThrow(
      'The model made is a network, whose embedding is its layer "embeddings"; only an ONNX graph has outputs by name.',
    );
  });

  it('leaves the sound as it is', () => {
    const given = (more: object) => () =>
      resolveConfig({
        inputs: { embedding: {} },
        model: { branches: { embedding: {} }, fusion: 'linear' },
        ...more,
      });
    expect(given({})).not.toThrow();
    expect(given({ inputs: { embedding: {}, pre_emphasis: 0.97 } })).toThrow(/inputs\.pre_emphasis.*remove/);
    expect(given({ training: { augment: { gain: {} } } })).toThrow(/training\.augment.*computed once/);
    const noise = { evaluation: { conditions: [{ noise: { snr: 10 } }] } };
    expect(given(noise)).toThrow(/evaluation\.conditions.*changes the sound/);
    expect(given({ model: { branches: { embedding: {} }, pitch: {} } })).toThrow(
      /model\.pitch: inputs\.embedding has a row for each window/,
    );
  });
});
