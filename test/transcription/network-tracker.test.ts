/** A network as a pitch tracker: the contract of trackers, whatever its weights are. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { bindInputs } from '../../src/inputs/window.js';
import { buildModel } from '../../src/models/model.js';
import { NetworkPredictor } from '../../src/models/predictor.js';
import { inputsOf } from '../../src/models/spec-parts.js';
import { HOP } from '../../src/transcription/f0.js';
import { atFrames, networkTracker } from '../../src/transcription/trackers/network.js';
import { VoiceFrameStream } from '../../src/transcription/voice-frames.js';
import { availableEngines } from '../engine/available.js';
import fc from '../fast-check.js';
import { inTime, sing, VOICE_RATE } from './voice.js';

/** Inputs of 64 frames of 16 ms. */
const INPUTS = { chunk_seconds: 1.024, mel: { n_fft: 512, hop_length: 256, bands: 32 } };

/** A network with seeded weights. */
function predictor(inputs: object = INPUTS, task: 'pitch' | 'tagging' = 'pitch'): NetworkPredictor {
  const config = resolveConfig({
    inputs,
    model:
      task === 'pitch'
        ? { branches: { mel: { channels: [3], features: 6, time_pooling: false, bands: 'kept' } }, pitch: {} }
        : { branches: { mel: { channels: [3], features: 6 } }, fusion: { kind: 'concat' } },
  });
  const labels = ['hz', 'confidence'];
  const names = inputsOf(config.model);
  const { list } = bindInputs(config.inputs, names);
  const sizes = Object.fromEntries(list.map(({ name, size }) => [name, size]));
  const shape = {
    inputs: sizes,
    labels: 2,
    head: task === 'pitch' ? ('pitch' as const) : ('sigmoid' as const),
  };
  return new NetworkPredictor(buildModel(config.model, shape, 1), {
    ...{ name: 'made', task, labels, thresholds: null, spec: config.model, shape, inputs: config.inputs },
    vocabularies: {},
    trained_on: { dataset: 'made', protocol: 'made', fingerprint: '', synthetic: null },
  });
}

const samples = sing(inTime([57, 60, 64, 62, 60, 57], 0.5, 0.05), 3, {});

describe('steps at the frames of a tracker', () => {
  it('are on lines of cents between voiced steps, and the nearer one’s beside others', () => {
    const steps = {
      times: Float64Array.of(0.008, 0.04, 0.072),
      scores: Float32Array.of(100, 1, 400, 0.8, 50, 0),
    };
    const { hz, confidence } = atFrames(steps, 6);
    // Frames at 0, 16, 32, 48, 64 and 80 ms.
    expect(hz[0]).toBe(100);
    expect(hz[1]).toBeCloseTo(100 * 4 ** 0.25, 3);
    expect(hz[2]).toBeCloseTo(100 * 4 ** 0.75, 3);
    expect([hz[3], hz[4], hz[5]]).toEqual([400, 50, 50]);
    expect(confidence[1]).toBeCloseTo(0.95, 6);
    expect(confidence[3]).toBeCloseTo(0.6, 6);
  });
});

describe.each(availableEngines)('a network as a tracker on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const framesOf = async (pieces: Float32Array[]) => {
    const tracker = networkTracker(predictor());
    const stream = new VoiceFrameStream(tracker);
    for (const piece of pieces) await stream.push(piece);
    const frames = await stream.finish();
    tracker.dispose();
    return frames;
  };

  it('gives the same frames wherever the pieces of a recording end', async () => {
    const whole = await framesOf([samples]);
    expect(whole.hz.length).toBe(Math.floor(samples.length / HOP));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: samples.length - 1 }), async (at) => {
        const { hz, confidence } = await framesOf([samples.subarray(0, at), samples.subarray(at)]);
        expect([hz, confidence]).toEqual([whole.hz, whole.confidence]);
      }),
      { numRuns: 3 },
    );
  });

  it('gives a frame for every whole hop, at least one, and frees its tensors', async () => {
    const before = tf.memory().numTensors;
    const tracker = networkTracker(predictor());
    for (const length of [0, 10, HOP, 20 * HOP + 5, 64 * HOP, 64 * HOP + 200, 150 * HOP]) {
      const { hz, confidence, likeness } = await tracker.track(samples.subarray(0, length));
      const frames = Math.max(1, Math.floor(Math.min(length, samples.length) / HOP));
      expect([hz.length, confidence.length, likeness.length], String(length)).toEqual([
        frames,
        frames,
        frames,
      ]);
      expect(hz.every((value) => value > 60 && value < 1100)).toBe(true);
      expect(confidence.every((value) => value >= 0 && value <= 1)).toBe(true);
    }
    tracker.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it('calls pitches outside the range unvoiced', async () => {
    const [free, bound] = [networkTracker(predictor()), networkTracker(predictor(), { fMin: 5000 })];
    expect((await free.track(samples)).confidence.some((value) => value > 0)).toBe(true);
    expect((await bound.track(samples)).confidence.every((value) => value === 0)).toBe(true);
    for (const tracker of [free, bound]) tracker.dispose();
  });

  it('takes networks of another rate and hop', async () => {
    const tracker = networkTracker(
      predictor({
        sample_rate: 8000,
        chunk_seconds: 1,
        mel: { n_fft: 512, hop_length: 200, bands: 32, f_max: 4000 },
      }),
    );
    expect((await tracker.track(samples)).hz.length).toBe(Math.floor(samples.length / HOP));
    tracker.dispose();
    expect(VOICE_RATE).toBe(16_000);
  });

  it('is no network of tags, and needs windows', () => {
    const tags = predictor(INPUTS, 'tagging');
    expect(() => networkTracker(tags)).toThrow('gives no pitch over time; its task is tagging');
    tags.dispose();
    const short = predictor({ ...INPUTS, chunk_seconds: 0.05 });
    expect(() => networkTracker(short)).toThrow('are shorter than four frames');
    short.dispose();
  });
});
