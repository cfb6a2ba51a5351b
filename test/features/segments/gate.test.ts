import { describe, expect, it } from 'vitest';
import { keepIntervals, soundIntervals } from '../../../src/features/segments/gate.js';
import fc from '../../fast-check.js';
import { concatenate, noise, silence, sine } from './sounds.js';

const FRAMES = { frameLength: 512, hopLength: 128 };

describe('sound intervals', () => {
  it('finds bursts in silence within a frame, as librosa.effects.split does', () => {
    const samples = concatenate([
      [silence, 0.5],
      [sine(440), 0.3],
      [silence, 0.4],
      [noise(0.1), 0.2],
      [silence, 0.2],
    ]);
    // librosa.effects.split(y, frame_length=512, hop_length=128) of librosa 0.11.0 gives these very numbers.
    expect(soundIntervals(samples, FRAMES)).toEqual([
      { begin: 7808, end: 13056 },
      { begin: 19072, end: 22656 },
    ]);
  });

  it('keeps short silences and drops short sounds on request', () => {
    const samples = concatenate([
      [sine(440), 0.3],
      [silence, 0.1],
      [sine(440), 0.3],
      [silence, 0.5],
      [sine(440), 0.02],
      [silence, 0.5],
    ]);
    expect(soundIntervals(samples, FRAMES)).toHaveLength(3);
    expect(soundIntervals(samples, { ...FRAMES, minSilence: 2000 })).toHaveLength(2);
    expect(soundIntervals(samples, { ...FRAMES, minSilence: 2000, minSound: 2000 })).toHaveLength(1);
  });

  it('stays open through a sound that dips into the hysteresis, and never opens for one that stays within it', () => {
    const samples = concatenate([
      [noise(0.01), 0.3],
      [silence, 0.2],
      [noise(0.3), 0.3],
      [noise(0.01), 0.3],
      [noise(0.3), 0.3],
    ]);
    const gate = { ...FRAMES, topDb: 20 };
    expect(soundIntervals(samples, gate)).toHaveLength(2);
    const held = soundIntervals(samples, { ...gate, hysteresisDb: 20 });
    expect(held).toHaveLength(1);
    expect(held[0].begin / 16_000).toBeCloseTo(0.5, 1);
  });

  it('measures against an amplitude where one is given', () => {
    const samples = concatenate([[sine(440), 0.5]]);
    expect(soundIntervals(samples, { ...FRAMES, ref: 1, topDb: 10 })).toEqual([]);
    expect(soundIntervals(samples, { ...FRAMES, ref: 1, topDb: 20 })).toHaveLength(1);
  });

  it('finds nothing in silence or in no samples, and all of a constant', () => {
    expect(soundIntervals(new Float32Array(5000))).toEqual([]);
    expect(soundIntervals(new Float32Array(0))).toEqual([]);
    expect(soundIntervals(new Float32Array(300).fill(0.1))).toEqual([{ begin: 0, end: 300 }]);
  });

  it('gives intervals in order, apart and inside the signal, and cuts it to their length', () => {
    const levels = fc.array(
      fc.tuple(fc.constantFrom(0, 0.0005, 0.02, 0.5), fc.integer({ min: 1, max: 900 })),
      {
        maxLength: 12,
      },
    );
    const settings = fc.record({
      topDb: fc.integer({ min: 5, max: 80 }),
      hysteresisDb: fc.integer({ min: 0, max: 20 }),
      minSilence: fc.integer({ min: 0, max: 600 }),
      minSound: fc.integer({ min: 0, max: 600 }),
    });
    fc.assert(
      fc.property(levels, settings, (parts, gate) => {
        const samples = Float32Array.from(
          parts.flatMap(([level, length]) => Array.from({ length }, (_, n) => (n % 2 ? level : -level))),
        );
        const intervals = soundIntervals(samples, { frameLength: 64, hopLength: 32, ...gate });
        let behind = 0;
        for (const { begin, end } of intervals) {
          expect(begin).toBeGreaterThanOrEqual(behind + (behind > 0 ? Math.max(1, gate.minSilence) : 0));
          expect(end - begin).toBeGreaterThanOrEqual(Math.max(1, gate.minSound));
          behind = end;
        }
        expect(behind).toBeLessThanOrEqual(samples.length);
        const kept = keepIntervals(samples, intervals);
        expect(kept).toHaveLength(intervals.reduce((sum, { begin, end }) => sum + end - begin, 0));
        if (intervals.length > 0) expect(kept[0]).toBe(samples[intervals[0].begin]);
      }),
    );
  });

  it('refuses lengths and references that mean nothing', () => {
    expect(() => soundIntervals(new Float32Array(9), { hopLength: 0 })).toThrow(RangeError);
    expect(() => soundIntervals(new Float32Array(9), { minSound: -1 })).toThrow(
      'minSound must not be negative',
    );
    expect(() => soundIntervals(new Float32Array(9), { ref: 0 })).toThrow('ref must be a positive amplitude');
  });
});
