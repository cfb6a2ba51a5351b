import { describe, expect, it } from 'vitest';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import {
  adaptiveSegments,
  type Segment,
  type SegmentationSettings,
  segmentationFeatures,
  segmentHierarchy,
  segmentsAboveCost,
  segmentsByCount,
} from '../../../src/features/segments/adaptive.js';
import fc from '../../fast-check.js';
import { librosaSignal } from '../reference.js';
import {
  concatenate,
  HOP_LENGTH,
  logMel,
  noise,
  SAMPLE_RATE,
  type Sound,
  sawtooth,
  silence,
  sine,
} from './sounds.js';

const SETTINGS: SegmentationSettings = { sampleRate: SAMPLE_RATE, hopLength: HOP_LENGTH };

const featuresOf = (samples: Float32Array): FeatureMatrix => segmentationFeatures(logMel(samples));

const bordersOf = (segments: readonly Segment[]): number[] => segments.slice(1).map(({ begin }) => begin);

const STRUCTURES: Record<string, [Sound, number][]> = {
  'a tone and noise': [
    [sine(440), 2],
    [noise(0.1), 1],
  ],
  'four sounds': [
    [sine(440), 1],
    [noise(0.1), 0.5],
    [sawtooth(110), 1.5],
    [sine(1200), 0.4],
  ],
  'sounds that come back': [
    [sawtooth(110), 1],
    [noise(0.1), 1],
    [sawtooth(110), 1],
    [noise(0.1), 1],
  ],
  'sounds, silence and a quieter sound': [
    [sine(440), 0.5],
    [silence, 0.5],
    [noise(0.1), 0.5],
    [sawtooth(110), 0.4],
    [noise(0.01), 0.7],
    [sawtooth(440), 1],
  ],
  'a melody of one timbre': [440, 494, 523, 587, 659].map((hertz) => [sawtooth(hertz), 0.5]),
  'noise at three levels': [
    [noise(0.1), 1],
    [noise(0.03), 1],
    [noise(0.1), 1],
  ],
};

describe('adaptive segmentation of known structures', () => {
  it.each(Object.keys(STRUCTURES))('finds %s within 50 ms', (name) => {
    const parts = STRUCTURES[name];
    const [segments] = adaptiveSegments(featuresOf(concatenate(parts)), SETTINGS);
    expect(segments).toHaveLength(parts.length);
    let seconds = 0;
    for (const [i, [, length]] of parts.slice(0, -1).entries()) {
      seconds += length;
      expect(Math.abs(segments[i].endSeconds - seconds)).toBeLessThan(0.05);
    }
  });

  it.each([
    ['a tone', sine(440)],
    ['a sawtooth', sawtooth(110)],
    ['noise', noise(0.1)],
    ['faint noise', noise(0.001)],
    ['silence', silence],
  ])('leaves %s in one piece', (_, sound) => {
    const [segments] = adaptiveSegments(featuresOf(concatenate([[sound, 4]])), SETTINGS);
    expect(segments).toEqual([{ begin: 0, end: 251, beginSeconds: 0, endSeconds: 251 * 0.016 }]);
  });

  it('puts the greater changes on the higher levels', () => {
    // Two scenes of two notes each: the scenes differ more than the notes.
    const notes = (low: number, high: number): [Sound, number][] =>
      Array.from({ length: 6 }, (_, i) => [sawtooth(i % 2 ? high : low), 0.3]);
    const samples = concatenate([...notes(440, 480), [noise(0.2), 2]]);
    const hierarchy = segmentHierarchy(featuresOf(samples), SETTINGS);
    const [before, after] = segmentsByCount(hierarchy, 2);
    expect(before.endSeconds).toBeCloseTo(1.8, 1);
    expect(after.begin).toBe(before.end);
    const notesFound = bordersOf(segmentsByCount(hierarchy, 7)).map(
      (frame) => (frame * HOP_LENGTH) / SAMPLE_RATE,
    );
    for (const [i, seconds] of notesFound.entries())
      expect(Math.abs(seconds - 0.3 * (i + 1))).toBeLessThan(0.05);
  });

  it.for(['melody', 'music of ../shared'] as const)(
    'segments %s into notes, phrases and scenes, fewer at each level',
    async (name, ctx) => {
      const { samples } = await librosaSignal(name, ctx);
      const counts = adaptiveSegments(featuresOf(samples), SETTINGS).map((level) => level.length);
      expect(counts[0]).toBeGreaterThan(15);
      expect(counts[0]).toBeGreaterThan(counts[1]);
      expect(counts[1]).toBeGreaterThan(counts[2]);
    },
  );

  it('works on other features as well', () => {
    // Chroma-like: one pitch class of twelve at a time.
    const classes = [0, 4, 7];
    const features = { values: new Float32Array(90 * 12), frames: 90, bands: 12 };
    for (let t = 0; t < 90; t++) features.values[t * 12 + classes[Math.floor(t / 30)]] = 1;
    const [segments] = adaptiveSegments(features, SETTINGS);
    expect(bordersOf(segments)).toEqual([30, 60]);
  });
});

const matrices = fc
  .tuple(fc.integer({ min: 0, max: 120 }), fc.integer({ min: 1, max: 4 }))
  .chain(([frames, bands]) =>
    fc
      .array(fc.constantFrom(0, 0.1, 0.5, 1, 3), { minLength: frames * bands, maxLength: frames * bands })
      .map((values): FeatureMatrix => ({ values: Float32Array.from(values), frames, bands })),
  );

describe('what every segmentation promises', () => {
  it('segments tile the frames, none is empty or too short, and levels are nested', () => {
    const costs = [0, 0.01, 0.05, 0.2, 1];
    fc.assert(
      fc.property(matrices, fc.integer({ min: 1, max: 20 }), (features, count) => {
        const hierarchy = segmentHierarchy(features, SETTINGS);
        const levels = costs.map((cost) => segmentsAboveCost(hierarchy, cost));
        for (const level of [...levels, segmentsByCount(hierarchy, count)]) {
          let behind = 0;
          for (const { begin, end, beginSeconds, endSeconds } of level) {
            expect(begin).toBe(behind);
            expect(end).toBeGreaterThan(begin);
            if (level.length > 1) expect(end - begin).toBeGreaterThanOrEqual(7);
            expect([beginSeconds, endSeconds]).toEqual([begin * 0.016, end * 0.016]);
            behind = end;
          }
          expect(behind).toBe(features.frames);
        }
        for (let i = 1; i < levels.length; i++) {
          const finer = bordersOf(levels[i - 1]);
          expect(bordersOf(levels[i]).every((border) => finer.includes(border))).toBe(true);
        }
        expect(adaptiveSegments(features, SETTINGS, costs)).toEqual(levels);
      }),
    );
  });

  it('gives as many segments as asked, down from the finest level, each level inside the one before', () => {
    const hierarchy = segmentHierarchy(featuresOf(concatenate(STRUCTURES['four sounds'])), SETTINGS);
    const finest = hierarchy.borders.length + 1;
    let above: number[] = [];
    for (let count = 1; count <= finest; count++) {
      const borders = bordersOf(segmentsByCount(hierarchy, count));
      expect(borders).toHaveLength(count - 1);
      expect(above.every((border) => borders.includes(border))).toBe(true);
      above = borders;
    }
    expect(segmentsByCount(hierarchy, finest + 5)).toHaveLength(finest);
  });

  it('takes empty and very short recordings', () => {
    for (const samples of [0, 1, 100, 600]) {
      const features = featuresOf(new Float32Array(samples).fill(0.1));
      expect(adaptiveSegments(features, SETTINGS).map((level) => level.length)).toEqual([1, 1, 1]);
    }
    expect(adaptiveSegments({ values: new Float32Array(0), frames: 0, bands: 20 }, SETTINGS)).toEqual([
      [],
      [],
      [],
    ]);
  });

  it('takes ten minutes in a moment: time is linear', () => {
    const frames = 37_500;
    const values = Float32Array.from(
      { length: frames * 20 },
      (_, i) => Math.sin(i * i * 1e-7) + ((i >> 12) & 3),
    );
    const started = performance.now();
    const [segments] = adaptiveSegments({ values, frames, bands: 20 }, SETTINGS);
    expect(performance.now() - started).toBeLessThan(5000);
    expect(segments.length).toBeGreaterThan(50);
  });

  it('refuses settings that mean nothing', () => {
    const features = { values: new Float32Array(8), frames: 8, bands: 1 };
    expect(() => adaptiveSegments(features, { ...SETTINGS, kernelSeconds: 0 })).toThrow(
      'kernelSeconds must be positive',
    );
    expect(() => segmentsByCount(segmentHierarchy(features, SETTINGS), 0)).toThrow(RangeError);
    expect(() => segmentationFeatures(features, 0)).toThrow(RangeError);
  });
});
