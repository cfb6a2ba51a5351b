import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { randomGenerator } from '../../src/base/random.js';
import { resolveConfig } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { chunkSegments } from '../../src/features/segments/chunk-segments.js';
import { modelCard } from '../../src/hub/card.js';
import { loadPredictor, readModelDescription, saveModel } from '../../src/hub/model-folder.js';
import { runsWithModels } from '../../src/hub/store.js';
import type { WindowBatch } from '../../src/inputs/window.js';
import type { ModelSettings } from '../../src/models/description.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { buildModel, segmentsKey, type TaggingModel } from '../../src/models/model.js';
import type { Predictor } from '../../src/models/predictor.js';

/** Two windows of 31 frames; everything that a model can take, with segments of different lengths. */
const CONFIG = resolveConfig({
  inputs: {
    sample_rate: 8000,
    chunk_seconds: 1,
    mel: { n_fft: 256, hop_length: 256, bands: 16 },
    lyrics: { max_tokens: 5 },
  },
  model: {
    branches: {
      mel: { channels: [3], features: 4, segmentation: 'adaptive', max_segments: 4 },
      waveform: { channels: [2, 2], features: 3 },
      lyrics: { embedding: 3, filters: 2 },
    },
    fusion: { kind: 'concat', hidden: 6 },
  },
});
const [WINDOWS, FRAMES, BANDS, HOP] = [2, 31, 16, 256];
const SHAPE = {
  inputs: {
    mel: { length: FRAMES, width: BANDS },
    waveform: { length: FRAMES * HOP, width: 1 },
    lyrics: { length: 5, width: 9 },
  },
  labels: 3,
  head: 'sigmoid' as const,
};

let run: string;
let model: TaggingModel;
let predictor: Predictor;
beforeAll(async () => {
  await loadEngine();
  run = await mkdtemp(join(tmpdir(), 'polytag-tagger-'));
  model = buildModel(CONFIG.model, SHAPE, 1);
  await saveModel(join(run, 'model'), model.parameters.read(), {
    name: 'little',
    task: 'tagging',
    labels: ['a', 'b', 'c'],
    thresholds: null,
    spec: CONFIG.model,
    shape: SHAPE,
    inputs: CONFIG.inputs,
    vocabularies: { lyrics: ['<pad>', '<unknown>', '<start>', 'la', 'le', 'li', 'lo', 'lu', 'ly'] },
    trained_on: { dataset: 'made', protocol: 'none', fingerprint: 'f', synthetic: 'All of it is made up.' },
  });
  predictor = await loadPredictor(run);
});
afterAll(async () => {
  model.dispose();
  predictor.dispose();
  await rm(run, { recursive: true, force: true });
});

type Batch = WindowBatch & { settings: ModelSettings };

function makeBatch(): Batch {
  const random = randomGenerator(2, 'batch');
  const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  return {
    count: WINDOWS,
    settings: predictor.settings,
    values: {
      mel: values(WINDOWS * FRAMES * BANDS),
      waveform: values(WINDOWS * FRAMES * HOP),
      lyrics: Int32Array.of(2, 3, 4, 0, 0, 2, 8, 0, 0, 0),
    },
  };
}

describe("a run's model", () => {
  it('says what the network says, segments, samples and lyrics included', () => {
    const batch = makeBatch();
    const { mel, waveform, lyrics } = batch.values as Record<string, Float32Array>;
    const { scores, embedding, windows } = predictor.predict(batch);
    expect(windows).toBe(WINDOWS);
    tf.tidy(() => {
      const edges = [0, 1].flatMap((i) => {
        const part = mel.subarray(i * FRAMES * BANDS, (i + 1) * FRAMES * BANDS);
        const settings = { sampleRate: 8000, hopLength: HOP, maxSegments: 4 };
        return [...chunkSegments({ values: part, frames: FRAMES, bands: BANDS }, settings)];
      });
      const outputs = model.forward(
        {
          mel: tf.tensor3d(mel, [WINDOWS, FRAMES, BANDS]),
          waveform: tf.tensor2d(waveform, [WINDOWS, FRAMES * HOP]),
          lyrics: tf.tensor2d(lyrics, [WINDOWS, 5], 'int32'),
          [segmentsKey('mel')]: tf.tensor3d(edges, [WINDOWS, 4, 2]),
        },
        INFERENCE,
      );
      expect(scores).toEqual(model.scores(outputs.logits).dataSync());
      expect(embedding).toEqual(outputs.embedding!.dataSync());
    });
  });

  it('leaves no tensor behind, also when it refuses', () => {
    const before = tf.memory().numTensors;
    predictor.predict(makeBatch());
    const { lyrics: _, ...values } = makeBatch().values;
    expect(() => predictor.predict({ count: WINDOWS, values })).toThrow(UsageError);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('knows how its inputs are computed', () => {
    expect(predictor.settings).toEqual({
      sampleRate: 8000,
      windowFrames: FRAMES,
      hopLength: HOP,
      remainder: 'cover',
      inputs: {
        mel: {
          kind: 'mel',
          nFft: 256,
          hopLength: HOP,
          melBands: BANDS,
          fMin: 0,
          fMax: 4000,
          scale: 'slaney',
          norm: 'slaney',
          power: 2,
          compression: 'log10(1 + 10000 x)',
        },
        waveform: { kind: 'waveform' },
        lyrics: { kind: 'lyrics', unit: 'word', maxTokens: 5, vocabulary: 9 },
      },
    });
  });

  it('has a card', async () => {
    const card = modelCard(await readModelDescription(join(run, 'model')));
    for (const part of [
      '# little',
      'mel + waveform + lyrics, concat',
      'All of it is made up.',
      'mono, 8000 Hz, in windows of 0.99 s (31 frames)',
      'lyrics: at most 5 tokens (word) of 9 known',
      'the last one moved back to end with the recording',
    ])
      expect(card).toContain(part);
    expect(card).not.toContain('Where the weights come from');
  });

  it('is found among runs', async () => {
    expect(await runsWithModels(join(run, '..'))).toContain(run);
  });
});

describe('a batch is refused', () => {
  const withSettings = (change: (settings: ModelSettings) => void): Batch => {
    const batch = makeBatch();
    const settings = structuredClone(batch.settings);
    change(settings);
    return { ...batch, settings };
  };
  const withMel = (change: object): Batch =>
    withSettings(({ inputs }) => {
      Object.assign(inputs.mel, change);
    });

  it.each<[string, () => Batch, RegExp]>([
    [
      'a sample rate',
      () =>
        withSettings((settings) => {
          settings.sampleRate = 16_000;
        }),
      /little was trained with sampleRate 8000 and the batch has 16000; compute it with/,
    ],
    ['a transform', () => withMel({ nFft: 512 }), /trained with mel\.nFft 256 and the batch has 512;/],
    ['a hop', () => withMel({ hopLength: 128 }), /trained with mel\.hopLength 256 and the batch has 128;/],
    ['bands', () => withMel({ melBands: 96 }), /trained with mel\.melBands 16 and the batch has 96;/],
    ['a scale', () => withMel({ scale: 'htk' }), /trained with mel\.scale slaney and the batch has htk;/],
  ])("for %s that is not the model's", (_, batch, message) => {
    expect(() => predictor.predict(batch())).toThrow(message);
  });

  const withValues = (change: (values: WindowBatch['values']) => WindowBatch['values']): WindowBatch => {
    const { count, values } = makeBatch();
    return { count, values: change(values) };
  };

  it.each<[string, () => WindowBatch, RegExp]>([
    [
      'no spectrogram',
      () => withValues(({ mel: _, ...values }) => values),
      /^The model little takes mel, and the batch has none\.$/,
    ],
    [
      'no lyrics',
      () => withValues(({ lyrics: _, ...values }) => values),
      /takes lyrics, and the batch has none/,
    ],
    [
      'a part of a window',
      () => withValues((values) => ({ ...values, waveform: values.waveform.subarray(1) })),
      /does not hold 2 whole windows for the model little; a window has 496 numbers of mel, 7936 numbers of waveform, 5 numbers of lyrics\.$/,
    ],
    ['nothing in it', () => ({ count: 0, values: makeBatch().values }), /does not hold 0 whole windows/],
    [
      'fewer windows of one input',
      () => withValues((values) => ({ ...values, lyrics: values.lyrics.subarray(5) })),
      /does not hold 2 whole windows/,
    ],
  ])('with %s', (_, batch, message) => {
    expect(() => predictor.predict(batch())).toThrow(message);
  });
});

describe('a model of an earlier version', () => {
  it('is read: one vocabulary, settings of another form', async () => {
    const path = join(run, 'model', 'model.json');
    await rm(join(run, 'model', 'SHA256SUMS'), { force: true });
    const text = await readFile(path, 'utf8');
    const { vocabularies, settings: _, ...rest } = JSON.parse(text) as Record<string, { lyrics: string[] }>;
    const earlier = { ...rest, vocabulary: vocabularies.lyrics, settings: { mel: { nFft: 256 } } };
    await writeFile(path, JSON.stringify(earlier));
    const again = await loadPredictor(run);
    expect(again.settings).toEqual(predictor.settings);
    expect(again.predict(makeBatch()).scores).toEqual(predictor.predict(makeBatch()).scores);
    again.dispose();
    await writeFile(path, text);
  });
});

describe('a model is refused', () => {
  it('when this version computes inputs in another way', async () => {
    const path = join(run, 'model', 'model.json');
    await rm(join(run, 'model', 'SHA256SUMS'), { force: true });
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"nFft": 256', '"nFft": 512'));
    await expect(loadPredictor(run)).rejects.toThrow(
      /cannot be read \(model\.json: its settings are not those that this version computes inputs with\)/,
    );
    await writeFile(path, text);
  });

  it('when its description is not JSON', async () => {
    const path = join(run, 'model', 'model.json');
    await rm(join(run, 'model', 'SHA256SUMS'), { force: true });
    const text = await readFile(path, 'utf8');
    await writeFile(path, '{');
    await expect(loadPredictor(run)).rejects.toThrow(
      /^The model in .*model cannot be read \(.*JSON.*\); copy it again/,
    );
    await writeFile(path, text);
  });

  it('when there is none', async () => {
    await expect(loadPredictor(join(run, 'nowhere'))).rejects.toThrow(
      /^There is no model ".*nowhere", and no run/,
    );
  });
});
