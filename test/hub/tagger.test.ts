import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/base/errors.js';
import { randomGenerator } from '../../src/base/random.js';
import { loadTagger, type Tagger, type TaggerBatch } from '../../src/catalogue/tag/tagger.js';
import { resolveConfig } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { chunkSegments } from '../../src/features/segments/chunk-segments.js';
import { modelCard } from '../../src/hub/card.js';
import { runsWithModels } from '../../src/hub/store.js';
import { INFERENCE } from '../../src/models/layers/mode.js';
import { buildModel, type TaggingModel } from '../../src/models/model.js';
import type { MelInputSettings } from '../../src/training/model-settings.js';
import { readModelDescription, saveModel } from '../../src/training/stored-model.js';

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
let tagger: Tagger;
beforeAll(async () => {
  await loadEngine();
  run = await mkdtemp(join(tmpdir(), 'polytag-tagger-'));
  model = buildModel(CONFIG.model, SHAPE, 1);
  await saveModel(join(run, 'model'), model, {
    name: 'little',
    task: 'tagging',
    labels: ['a', 'b', 'c'],
    thresholds: null,
    spec: CONFIG.model,
    shape: SHAPE,
    inputs: CONFIG.inputs,
    vocabulary: ['<pad>', '<unknown>', '<start>', 'la', 'le', 'li', 'lo', 'lu', 'ly'],
    trained_on: { dataset: 'made', protocol: 'none', fingerprint: 'f', synthetic: 'All of it is made up.' },
  });
  tagger = await loadTagger(run);
});
afterAll(async () => {
  model.dispose();
  tagger.dispose();
  await rm(run, { recursive: true, force: true });
});

function makeBatch(): TaggerBatch & { mel: { values: Float32Array; settings: MelInputSettings } } {
  const random = randomGenerator(2, 'batch');
  const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  return {
    sampleRate: 8000,
    mel: { values: values(WINDOWS * FRAMES * BANDS), settings: tagger.settings.mel! },
    waveform: values(WINDOWS * FRAMES * HOP),
    lyrics: Int32Array.of(2, 3, 4, 0, 0, 2, 8, 0, 0, 0),
  };
}

describe("a run's model", () => {
  it('says what the network says, segments, samples and lyrics included', () => {
    const batch = makeBatch();
    const { scores, embedding, windows } = tagger.predict(batch);
    expect(windows).toBe(WINDOWS);
    tf.tidy(() => {
      const edges = [0, 1].flatMap((i) => {
        const part = batch.mel.values.subarray(i * FRAMES * BANDS, (i + 1) * FRAMES * BANDS);
        const settings = { sampleRate: 8000, hopLength: HOP, maxSegments: 4 };
        return [...chunkSegments({ values: part, frames: FRAMES, bands: BANDS }, settings)];
      });
      const outputs = model.forward(
        {
          mel: tf.tensor3d(batch.mel.values, [WINDOWS, FRAMES, BANDS]),
          waveform: tf.tensor2d(batch.waveform!, [WINDOWS, FRAMES * HOP]),
          lyrics: tf.tensor2d(batch.lyrics!, [WINDOWS, 5], 'int32'),
          melSegments: tf.tensor3d(edges, [WINDOWS, 4, 2]),
        },
        INFERENCE,
      );
      expect(scores).toEqual(model.probabilities(outputs.logits).dataSync());
      expect(embedding).toEqual(outputs.embedding!.dataSync());
    });
  });

  it('leaves no tensor behind, also when it refuses', () => {
    const before = tf.memory().numTensors;
    tagger.predict(makeBatch());
    expect(() => tagger.predict({ ...makeBatch(), lyrics: undefined })).toThrow(UsageError);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('knows how its inputs are computed', () => {
    expect(tagger.settings).toEqual({
      sampleRate: 8000,
      windowFrames: FRAMES,
      hopLength: HOP,
      remainder: 'cover',
      mel: {
        nFft: 256,
        hopLength: HOP,
        melBands: BANDS,
        scale: 'slaney',
        norm: 'slaney',
        compression: 'log10(1 + 10000 x)',
      },
      waveform: true,
      lyrics: { unit: 'word', maxTokens: 5, vocabulary: 9 },
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
      'the last one moved back to the end',
    ])
      expect(card).toContain(part);
    expect(card).not.toContain('Where the weights come from');
  });

  it('is found among runs', async () => {
    expect(await runsWithModels(join(run, '..'))).toContain(run);
  });
});

describe('a batch is refused', () => {
  type Change = (batch: ReturnType<typeof makeBatch>) => TaggerBatch;
  const withMel =
    (change: Partial<MelInputSettings>): Change =>
    (batch) => ({ ...batch, mel: { ...batch.mel, settings: { ...batch.mel.settings, ...change } } });

  it.each<[string, Change, RegExp]>([
    [
      'a sample rate',
      (batch) => ({ ...batch, sampleRate: 16_000 }),
      /little was trained with a sample rate of 8000 and the batch has 16000; compute it with/,
    ],
    ['a transform', withMel({ nFft: 512 }), /trained with nFft 256 and the batch has 512;/],
    ['a hop', withMel({ hopLength: 128 }), /trained with hopLength 256 and the batch has 128;/],
    ['bands', withMel({ melBands: 96 }), /trained with melBands 16 and the batch has 96;/],
    ['a scale', withMel({ scale: 'htk' as 'slaney' }), /trained with scale slaney and the batch has htk;/],
    ['a norm', withMel({ norm: 'none' as 'slaney' }), /trained with norm slaney and the batch has none;/],
    [
      'a compression',
      withMel({ compression: 'dB' as MelInputSettings['compression'] }),
      /trained with compression log10\(1 \+ 10000 x\) and the batch has dB;/,
    ],
  ])("for %s that is not the model's", (_, change, message) => {
    expect(() => tagger.predict(change(makeBatch()))).toThrow(message);
  });

  it.each<[string, Change, RegExp]>([
    [
      'no spectrogram',
      ({ mel: _, ...batch }) => batch,
      /^The model little takes mel, and the batch has none\.$/,
    ],
    ['no lyrics', (batch) => ({ ...batch, lyrics: undefined }), /takes lyrics, and the batch has none/],
    [
      'a part of a window',
      (batch) => ({ ...batch, waveform: batch.waveform!.subarray(1) }),
      /holds no whole windows for the model little; a window has 496 numbers of mel, 7936 numbers of waveform, 5 numbers of lyrics\.$/,
    ],
    [
      'nothing in it',
      (batch) => ({ ...batch, mel: { ...batch.mel, values: new Float32Array(0) } }),
      /holds no whole windows/,
    ],
    [
      'fewer windows of one input',
      (batch) => ({ ...batch, lyrics: batch.lyrics!.subarray(5) }),
      /holds no whole windows/,
    ],
  ])('with %s', (_, change, message) => {
    expect(() => tagger.predict(change(makeBatch()))).toThrow(message);
  });
});

describe('a model is refused', () => {
  it('when this version computes inputs in another way', async () => {
    const path = join(run, 'model', 'model.json');
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('"scale": "slaney"', '"scale": "htk"'));
    await expect(loadTagger(run)).rejects.toThrow(
      /cannot be read \(its settings are not those that this version computes inputs with\)/,
    );
    await writeFile(path, text);
  });

  it('when there is none', async () => {
    await expect(loadTagger(join(run, 'nowhere'))).rejects.toThrow(
      /^There is no model ".*nowhere", and no run/,
    );
  });
});
