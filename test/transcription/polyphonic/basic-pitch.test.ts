/** Basic Pitch from its published graph, and notes from probabilities, held to its authors' package. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { messageOf } from '../../../src/base/errors.js';
import { modelsFolder } from '../../../src/base/package.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { pullModels } from '../../../src/hub/pull.js';
import {
  ActivationStream,
  type Activations,
  bendsOf,
} from '../../../src/transcription/polyphonic/activations.js';
import {
  type BasicPitch,
  NETWORK_RATE,
  readBasicPitch,
} from '../../../src/transcription/polyphonic/basic-pitch.js';
import {
  createNotes,
  type NoteCreationSettings,
  type PolyphonicNote,
} from '../../../src/transcription/polyphonic/create-notes.js';
import { PolyphonicStream, transcribePolyphonic } from '../../../src/transcription/polyphonic/transcribe.js';
import { availableEngines } from '../../engine/available.js';
import fc from '../../fast-check.js';
import { noise } from '../../features/known-signals.js';
import { readGoldenJson } from '../../golden/read.js';
import { melody } from '../../golden/signals.js';

/** Onset, offset, pitch, amplitude, bends. */
type GoldenNote = [number, number, number, number, number[]];

interface Golden {
  melody: { frames: number; note: number[]; onset: number[]; notes: GoldenNote[] };
  formula: { settings: Record<string, number | boolean>; notes: GoldenNote[] }[];
}

const golden = readGoldenJson<Golden>('basic_pitch');
const file = join(modelsFolder(), 'basic-pitch', 'model.onnx');
const problem = existsSync(file)
  ? null
  : await pullModels(['basic-pitch'], { log: () => {} }).then(
      () => null,
      (error: unknown) => `basic-pitch cannot be fetched: ${messageOf(error)}`,
    );

function expectNotes(found: readonly PolyphonicNote[], wanted: readonly GoldenNote[]): void {
  expect(found.map(({ pitch }) => pitch)).toEqual(wanted.map(([, , pitch]) => pitch));
  for (const [i, [onset, offset, , amplitude, bends]] of wanted.entries()) {
    expect(Math.abs(found[i].onset - onset)).toBeLessThan(1e-5);
    expect(Math.abs(found[i].offset - offset)).toBeLessThan(1e-5);
    expect(Math.abs(found[i].confidence - amplitude)).toBeLessThan(1e-4);
    expect(found[i].bends).toEqual(bends);
  }
}

describe.each(availableEngines)('on %s', (engine) => {
  let network: BasicPitch;
  let activations: Activations;
  beforeAll(async () => {
    if (problem) return;
    await loadEngine(engine);
    network = readBasicPitch(await readFile(file));
    const stream = new ActivationStream(network);
    stream.push(melody(NETWORK_RATE));
    activations = stream.finish();
  });

  // The logarithm of the faintest sound carries what TensorFlow rounds in another order.
  const tolerance = engine === 'tensorflow' ? 2e-4 : 1e-4;
  it(`has the probabilities of onnxruntime to ${tolerance}`, (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    expect(activations.frames).toBe(golden.melody.frames);
    for (const what of ['note', 'onset'] as const)
      for (const [i, value] of golden.melody[what].entries()) {
        const [row, pitch] = [61 * Math.floor(i / 88), i % 88];
        expect(Math.abs(activations[what][row * 88 + pitch] - value)).toBeLessThan(tolerance);
      }
  });

  it('gives the notes of its package, with their bends', (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    expectNotes(createNotes(activations), golden.melody.notes);
  });

  it('is the same in pieces, and leaves nothing behind', (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    const samples = melody(NETWORK_RATE).subarray(0, 3 * NETWORK_RATE);
    const whole = transcribePolyphonic({ samples, sampleRate: NETWORK_RATE }, network);
    const tensors = tf.memory().numTensors;
    const pieces = new PolyphonicStream(network);
    for (let at = 0; at < samples.length; at += 5000) pieces.push(samples.subarray(at, at + 5000));
    expect(pieces.finish()).toEqual(whole);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(whole).toMatchObject({ f0: null, tuningCents: 0, seconds: 3 });
  });

  it('finds nothing in silence, and in nothing', (ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    for (const length of [0, 1, NETWORK_RATE]) {
      const stream = new PolyphonicStream(network);
      stream.push(new Float32Array(length));
      expect(stream.finish().notes).toEqual([]);
      expect(stream.quality.clear).toBe(null);
    }
  });
});

describe('notes from probabilities', () => {
  /** The formula of make_basic_pitch.py. */
  const frames = 150;
  const smooth = (values: Float32Array, width: number, times: number): Float32Array => {
    let now = values;
    for (let i = 0; i < times; i++)
      now = now.map((value, n) => Math.fround(value + now[n + width < now.length ? n + width : n]) / 2);
    return now;
  };
  const power = (width: number, seed: number, exponent: number): Float32Array =>
    noise(frames * width, seed).map((value) => Math.abs(value) ** exponent);
  const contour = smooth(power(264, 3, 1), 264, 4);
  const bend = new Int8Array(frames * 88);
  for (let t = 0; t < frames; t++)
    bendsOf(contour.subarray(264 * t, 264 * (t + 1)), bend.subarray(88 * t, 88 * (t + 1)));
  const formula: Activations = {
    ...{ frames, bend, note: smooth(power(88, 1, 4), 88, 6), onset: smooth(power(88, 2, 4), 88, 2) },
  };

  it.each(golden.formula.map((one, i) => ({ i, ...one })))('are the package’s: settings $i', (one) => {
    const { settings, notes } = one;
    const hop = 256 / NETWORK_RATE;
    const named: NoteCreationSettings = {
      onsetThreshold: settings.onset_thresh as number,
      frameThreshold: settings.frame_thresh as number,
      minimumNoteLength: (settings.min_note_len as number) * hop,
      minimumFrequency: settings.min_freq as number | undefined,
      maximumFrequency: settings.max_freq as number | undefined,
      inferOnsets: settings.infer_onsets as boolean | undefined,
      melodiaTrick: settings.melodia_trick as boolean | undefined,
    };
    expectNotes(createNotes(formula, named), notes);
  });

  it('are in order, as long as they have to be, and lie in the range', () => {
    const share = fc.double({ min: 0.05, max: 0.9, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 0, max: 40 }), (onsetThreshold, frameThreshold, least) => {
        const minimumNoteLength = (least * 256) / NETWORK_RATE;
        const settings = { onsetThreshold, frameThreshold, minimumNoteLength, minimumFrequency: 100 };
        let before = 0;
        for (const { onset, offset, pitch, confidence, bends } of createNotes(formula, settings)) {
          expect(onset).toBeGreaterThanOrEqual(before);
          expect(offset).toBeGreaterThan(onset);
          before = onset;
          expect(bends.length).toBeGreaterThan(least);
          expect(pitch).toBeGreaterThanOrEqual(43);
          expect(confidence).toBeGreaterThan(0);
        }
      }),
      { numRuns: 20 },
    );
  });

  it.each<[NoteCreationSettings, string]>([
    [{ onsetThreshold: 1.5 }, 'onsetThreshold must be from 0 to 1, not 1.5.'],
    [{ frameThreshold: Number.NaN }, 'frameThreshold must be from 0 to 1, not NaN.'],
    [{ minimumNoteLength: -1 }, 'minimumNoteLength must be from 0 to 60, not -1.'],
    [
      { minimumFrequency: 5000 },
      'There is no semitone of the network, which has 27.5 to 4186 Hz, from 5000 to below 4186 Hz.',
    ],
  ])('refuse %j', (settings, message) => {
    expect(() => createNotes(formula, settings)).toThrow(message);
  });
});

it('refuses a file that is not the graph, and a recording longer than an hour', async (ctx) => {
  ctx.skip(problem !== null, problem ?? '');
  await loadEngine('wasm');
  const bytes = await readFile(file);
  expect(() => readBasicPitch(bytes.subarray(0, 1000))).toThrow();
  const network = readBasicPitch(bytes);
  const stream = new PolyphonicStream({ ...network, run: () => network.run(new Float32Array(43_844)) });
  expect(() => stream.push(new Float32Array(3601 * NETWORK_RATE))).toThrow(
    'The recording is longer than 60 minutes, more than basic-pitch transcribes at once; cut it, or set its duration.',
  );
  network.dispose();
});
