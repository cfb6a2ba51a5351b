import { describe, expect, it } from 'vitest';
import { yin } from '../../../src/features/pitch/yin.js';
import fc from '../../fast-check.js';
import { errorTo, librosaSignal, relativeError, SAMPLE_RATE, SIGNALS } from '../reference.js';
import { cents, GLIDE, GLIDE_SETTINGS, RATE, tone } from './signals.js';

const SETTINGS = { sampleRate: RATE, fMin: 65, fMax: 1000, frameLength: 1024, hopLength: 256 };

describe('YIN', () => {
  it.for(SIGNALS)('equals librosa’s within 1e-5 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const f0 = yin(samples, { sampleRate: SAMPLE_RATE, fMin: 65, fMax: 2093, hopLength: 256 });
    expect(errorTo(array('yin_f0'), f0)).toBeLessThan(1e-5);
  });

  it('finds librosa’s frequencies in a disturbed glide', () => {
    const expected = [
      202.2018823897315, 211.1164300339465, 220.72081041342744, 230.26617571875113, 240.69104955083012,
      250.7798984158062, 260.41766747994774, 270.8034611218249, 280.3147646148284, 290.86346300895565,
      298.976454139411,
    ];
    expect(relativeError(yin(GLIDE, GLIDE_SETTINGS), expected)).toBeLessThan(1e-6);
  });

  it('finds any steady tone within eight cents, at any level', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 70, max: 400, noNaN: true }),
        fc.double({ min: 1e-4, max: 100, noNaN: true }),
        (frequency, level) => {
          const samples = tone(() => frequency, 0.3).map((x) => x * level);
          for (const f0 of yin(samples, { ...SETTINGS, center: false }))
            expect(cents(f0, frequency)).toBeLessThan(8);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('has a number for each frame, as librosa counts them', () => {
    expect(yin(new Float32Array(5000), SETTINGS).length).toBe(1 + Math.floor(5000 / 256));
    expect(yin(new Float32Array(5000), { ...SETTINGS, center: false }).length).toBe(
      1 + Math.floor((5000 - 1024) / 256),
    );
    expect(yin(new Float32Array(5000), { ...SETTINGS, hopLength: undefined }).length).toBe(20);
    expect(yin(new Float32Array(1000), { ...SETTINGS, center: false }).length).toBe(0);
  });

  it('gives the frames of a longer signal whether or not it is centred', () => {
    const samples = tone((t) => 100 + 200 * t, 1);
    const centred = yin(samples, SETTINGS);
    const whole = yin(samples, { ...SETTINGS, center: false });
    expect([...centred.subarray(2, 2 + whole.length)]).toEqual([...whole]);
  });

  it('pads by the given mode', () => {
    const samples = tone(() => 250, 0.5);
    expect(cents(yin(samples, { ...SETTINGS, padMode: 'reflect' })[0], 250)).toBeLessThan(30);
    expect(() => yin(samples.subarray(0, 400), { ...SETTINGS, padMode: 'reflect' })).toThrow(/Reflecting/);
  });

  it.each([
    ['nothing', new Float32Array(0)],
    ['one sample', Float32Array.of(0.5)],
    ['silence', new Float32Array(3000)],
    ['a constant', new Float32Array(3000).fill(0.25)],
    ['an impulse', Float32Array.from({ length: 3000 }, (_, n) => (n === 1500 ? 1 : 0))],
    ['the smallest numbers', new Float32Array(3000).fill(1e-45)],
  ])('gives frequencies in range for %s', (_, samples) => {
    for (const f0 of yin(samples, SETTINGS)) {
      expect(f0).toBeGreaterThan(64);
      expect(f0).toBeLessThan(1150);
    }
  });

  it('takes the smallest period under the threshold, not the deepest trough', () => {
    // Every second period is louder, so that two periods fit better than one.
    const samples = tone(() => 400, 0.5).map(
      (x, n) => x * (Math.floor((n * 400) / RATE) % 2 === 0 ? 1 : 0.8),
    );
    const at = (troughThreshold: number): number => yin(samples, { ...SETTINGS, troughThreshold })[8];
    expect(cents(at(0.1), 400)).toBeLessThan(20);
    expect(cents(at(0.001), 200)).toBeLessThan(20);
  });

  it.each([
    [{ fMin: 0 }, /fMin must be above 0/],
    [{ fMax: 60 }, /must be above fMin/],
    [{ fMax: 4001 }, /half the sample rate/],
    [{ frameLength: 100 }, /does not fit/],
    [{ frameLength: 2 }, /frameLength/],
    [{ hopLength: 0 }, /hopLength/],
    [{ sampleRate: 0 }, /sampleRate/],
    [{ troughThreshold: 0 }, /troughThreshold/],
  ])('refuses %o', (wrong, message) => {
    expect(() => yin(GLIDE, { ...SETTINGS, ...wrong })).toThrow(message);
    expect(() => yin(GLIDE, { ...SETTINGS, ...wrong })).toThrow(RangeError);
  });
});
