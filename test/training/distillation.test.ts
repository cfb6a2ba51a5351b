import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Dataset, Example } from '../../src/data/dataset.js';
import { loadEngine } from '../../src/engine/engine.js';
import { objectiveOf, requireDistillable, soften } from '../../src/training/distillation.js';
import { withLabelledShare } from '../../src/training/labelled-share.js';
import type { Experiment } from '../../src/training/schema.js';
import { availableEngines } from '../engine/available.js';
import fc from '../fast-check.js';

const logit = (p: number): number => Math.log(p / (1 - p));
const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));

describe('soft targets', () => {
  it('of tags are σ(logit p / T), of classes softmax(log p / T)', () => {
    expect([...soften([0.9, 0.2], 'tagging', 3)]).toEqual(
      [0.9, 0.2].map((p) => expect.closeTo(sigmoid(logit(p) / 3), 12)),
    );
    const powers = [0.7, 0.2, 0.1].map((p) => Math.exp(Math.log(p) / 2));
    const total = powers.reduce((sum, power) => sum + power);
    expect([...soften([0.7, 0.2, 0.1], 'classification', 2)]).toEqual(
      powers.map((power) => expect.closeTo(power / total, 12)),
    );
  });

  it('are the scores themselves at T = 1, and finite for scores of 0 and 1', () => {
    expect([...soften([0, 1, 0.25], 'tagging', 1)]).toEqual([0, 1, 0.25]);
    for (const task of ['tagging', 'classification'] as const)
      expect(soften([0, 1], task, 4).every(Number.isFinite)).toBe(true);
  });

  it('come nearer to one half with the temperature, on the same side of it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        (p, t) => {
          const [soft] = soften([p], 'tagging', t);
          expect(Math.abs(soft - 0.5)).toBeLessThanOrEqual(Math.abs(p - 0.5) + 1e-12);
          expect((soft - 0.5) * (p - 0.5)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('are refused for pitch, and a temperature for numbers', () => {
    const options = { teacher: null, teacher_changes: [], weight: 0.5, temperature: 2 };
    expect(() => requireDistillable('pitch', options)).toThrow(/^training\.distillation: .*pitch/);
    expect(() => requireDistillable('regression', options)).toThrow(/^training\.distillation\.temperature:/);
    expect(() => requireDistillable('regression', { ...options, temperature: 1 })).not.toThrow();
    expect(() => requireDistillable('classification', options)).not.toThrow();
  });
});

describe.each(availableEngines)('the objective on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  const [Z, Y, S] = [
    [0.5, -2, 3],
    [1, 0, 0],
    [0.8, 0.3, 0.6],
  ];
  const bce = (y: number[], z: number[]): number =>
    z.reduce((sum, logit, i) => {
      const p = sigmoid(logit);
      return sum - (y[i] * Math.log(p) + (1 - y[i]) * Math.log(1 - p)) / z.length;
    }, 0);
  const value = (distillation: object | undefined, soft: number[] | null): number =>
    tf.tidy(() => {
      const options = distillation && {
        ...{ teacher: null, teacher_changes: [], weight: 0.5, temperature: 1 },
        ...distillation,
      };
      const objective = objectiveOf({ kind: 'penalised-bce', alpha: 1 }, { task: 'tagging' }, options);
      return objective(tf.tensor2d([Y]), tf.tensor2d([Z]), soft && tf.tensor2d([soft])).dataSync()[0];
    });

  it('is (1 - w) of the loss of the labels and w T² of that of the soft targets at logits / T', () => {
    const expected =
      0.7 * bce(Y, Z) +
      0.3 *
        9 *
        bce(
          S,
          Z.map((z) => z / 3),
        );
    expect(value({ weight: 0.3, temperature: 3 }, S)).toBeCloseTo(expected, 5);
  });

  it('is the loss of the labels where there are no soft targets', () => {
    expect(value(undefined, null)).toBeCloseTo(bce(Y, Z), 5);
  });

  it('has a gradient of zero where the student gives what the teacher gives, at any temperature', () => {
    for (const temperature of [1, 4]) {
      const gradient = tf.tidy(() => {
        const options = { teacher: null, teacher_changes: [], weight: 1, temperature };
        const objective = objectiveOf({ kind: 'penalised-bce', alpha: 1 }, { task: 'tagging' }, options);
        const soft = tf.tensor2d([[...soften(Z.map(sigmoid), 'tagging', temperature)]]);
        return [
          ...tf
            .grad((z) => objective(tf.tensor2d([Y]), z as tf.Tensor2D, soft))(tf.tensor2d([Z]))
            .dataSync(),
        ];
      });
      for (const each of gradient) expect(Math.abs(each)).toBeLessThan(1e-5);
    }
  });
});

describe('a share of labels', () => {
  const dataset = (clips: number, clipsOfSong: number): Dataset => ({
    ...({ name: 'made', root: '.', protocol: '', task: 'tagging', labels: ['a'], synthetic: null } as const),
    ...{ fingerprint: '', notes: [], audioAdvice: '' },
    examples: Array.from(
      { length: clips },
      (_, i): Example => ({
        ...{ id: `clip-${i}`, audio: null, lyrics: null, artist: null, title: '' },
        song: `song-${Math.floor(i / clipsOfSong)}`,
        split: i < 0.8 * clips ? 'train' : 'test',
        targets: Uint8Array.of(1),
      }),
    ),
  });
  const options = (labelled: number, seed: number, distils: boolean): Pick<Experiment, 'training' | 'seed'> =>
    ({ seed, training: { labelled, ...(distils && { distillation: {} }) } }) as Pick<
      Experiment,
      'training' | 'seed'
    >;
  const share = fc.double({ min: 0.05, max: 0.95, noNaN: true });

  it('takes whole songs, at least the share and less than a song more, and the same ones for the same seed', () => {
    fc.assert(
      fc.property(
        share,
        fc.integer({ min: 0, max: 99 }),
        fc.integer({ min: 1, max: 5 }),
        (part, seed, clips) => {
          const whole = dataset(100, clips);
          const notes: string[] = [];
          const { examples } = withLabelledShare(whole, options(part, seed, false), (note) =>
            notes.push(note),
          );
          const train = examples.filter(({ split }) => split === 'train');
          expect(train.length).toBeGreaterThanOrEqual(part * 80);
          expect(train.length).toBeLessThan(part * 80 + clips);
          const left = new Set(
            whole.examples.filter((example) => !examples.includes(example)).map(({ song }) => song),
          );
          // A song that lies in two splits keeps its test clips.
          expect(train.some(({ song }) => left.has(song))).toBe(false);
          expect(examples.filter(({ split }) => split === 'test')).toHaveLength(20);
          expect(notes[0]).toContain(`${train.length} training example`);
          const again = withLabelledShare(whole, options(part, seed, false), () => undefined);
          expect(again.examples.map(({ id }) => id)).toEqual(examples.map(({ id }) => id));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps the others as unlabelled where a teacher scores them', () => {
    const whole = dataset(100, 2);
    const dropped = withLabelledShare(whole, options(0.25, 3, false), () => undefined).examples;
    const kept = withLabelledShare(whole, options(0.25, 3, true), () => undefined).examples;
    expect(kept).toHaveLength(100);
    expect(kept.filter(({ unlabelled }) => !unlabelled).map(({ id }) => id)).toEqual(
      dropped.map(({ id }) => id),
    );
  });

  it('is refused where all folds are tested', () => {
    const folds = { ...dataset(10, 1), folds: [new Map()] };
    expect(() => withLabelledShare(folds, options(0.5, 1, false), () => undefined)).toThrow(
      /^training\.labelled: .*data\.split\.fold/,
    );
  });
});
