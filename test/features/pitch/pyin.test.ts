import { describe, expect, it } from 'vitest';
import { pyin } from '../../../src/features/pitch/pyin.js';
import { librosaSignal, relativeError, SAMPLE_RATE, SIGNALS } from '../reference.js';
import { cents, GLIDE, GLIDE_SETTINGS, noise, RATE, tone } from './signals.js';

const SETTINGS = { sampleRate: RATE, fMin: 65, fMax: 1000, frameLength: 1024, hopLength: 128 };

describe('probabilistic YIN', () => {
  it.for(SIGNALS)('agrees with librosa in voicing and pitch: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const track = pyin(samples, { sampleRate: SAMPLE_RATE, fMin: 65, fMax: 2093, hopLength: 256 });
    const [f0, voicedFlag, voicedProbability] = ['f0', 'voiced_flag', 'voiced_prob'].map(
      (part) => array(`pyin_${part}`).values,
    );
    const frames = f0.length;
    expect(track.f0.length).toBe(frames);
    const agree = track.voicedFlag.filter((voiced, t) => voiced === voicedFlag[t]);
    expect(agree.length).toBeGreaterThanOrEqual(0.99 * frames);
    const distances = track.f0
      .map((hertz, t) => cents(hertz, f0[t]))
      .filter((distance) => !Number.isNaN(distance));
    expect(distances.length).toBeGreaterThan(0.8 * frames);
    expect(distances.filter((distance) => distance < 1).length).toBeGreaterThanOrEqual(
      0.99 * distances.length,
    );
    expect(relativeError(track.voicedProbability, voicedProbability)).toBeLessThan(1e-3);
  });

  it('finds librosa’s pitch and probabilities in a disturbed glide', () => {
    const { f0, voicedFlag, voicedProbability } = pyin(GLIDE, GLIDE_SETTINGS);
    expect([...voicedFlag]).toEqual(new Array(11).fill(1));
    const frequencies = [
      202.75515172592992, 211.12126572366307, 221.10606079484415, 230.2293728017312, 241.11786903593213,
      251.06691132696022, 259.92076683399534, 270.6456571620635, 280.18995564988325, 290.07083309699533,
      298.57055729177836,
    ];
    expect(relativeError(f0, frequencies)).toBeLessThan(1e-6);
    const probabilities = [
      0.1504646013433388, 0.6860828109301793, 0.6860828109301793, 0.7571601330199094, 0.6860828109301793,
      0.7571601330199094, 0.7571601330199094, 0.6860828109301793, 0.7571601330199094, 0.7571601330199093,
      0.6159498854580681,
    ];
    expect(relativeError(voicedProbability, probabilities)).toBeLessThan(1e-6);
  });

  it('finds where a voice begins and ends, and follows its vibrato', () => {
    const frequency = (t: number): number => 220 * 2 ** ((0.5 / 12) * Math.sin(2 * Math.PI * 3 * t));
    const samples = noise(2 * RATE, 0.002);
    // Voiced from 0.5 to 1.5 s.
    tone(frequency, 1).forEach((x, n) => {
      samples[RATE / 2 + n] += x;
    });
    const { f0, voicedFlag } = pyin(samples, SETTINGS);
    const margin = 0.08;
    voicedFlag.forEach((voiced, t) => {
      const seconds = (t * SETTINGS.hopLength) / RATE;
      if (seconds < 0.5 - margin || seconds > 1.5 + margin) expect(voiced).toBe(0);
      if (seconds < 0.5 + margin || seconds > 1.5 - margin) return;
      expect(voiced).toBe(1);
      expect(cents(f0[t], frequency(seconds - 0.5))).toBeLessThan(25);
    });
  });

  it('keeps to a steady tone', () => {
    const samples = tone(() => 200, 1);
    const { f0 } = pyin(samples, { ...SETTINGS, center: false });
    for (const value of f0) expect(cents(value, 200)).toBeLessThan(10);
  });

  it('has NaN exactly where unvoiced, or the value of fillNa', () => {
    const samples = tone(() => 300, 0.5);
    const padded = new Float32Array(RATE);
    padded.set(samples, RATE / 4);
    const { f0, voicedFlag, voicedProbability } = pyin(padded, SETTINGS);
    expect([...f0].map(Number.isNaN)).toEqual([...voicedFlag].map((voiced) => voiced === 0));
    expect(voicedFlag.includes(0) && voicedFlag.includes(1)).toBe(true);
    expect(voicedProbability.every((p) => p >= 0 && p <= 1)).toBe(true);
    expect(pyin(padded, { ...SETTINGS, fillNa: 0 }).f0).toEqual(f0.map((value) => value || 0));
    const guesses = pyin(padded, { ...SETTINGS, fillNa: null }).f0;
    expect(guesses.every((value) => value >= 65 && value <= 1000)).toBe(true);
  });

  it.each([
    ['nothing', new Float32Array(0)],
    ['one sample', Float32Array.of(0.5)],
    ['silence', new Float32Array(4000)],
  ])('finds no voice in %s', (_, samples) => {
    const { f0, voicedFlag, voicedProbability } = pyin(samples, SETTINGS);
    expect(f0.length).toBe(1 + Math.floor(samples.length / 128));
    expect(voicedFlag.every((voiced) => voiced === 0)).toBe(true);
    expect(voicedProbability.every((p) => p === 0)).toBe(true);
  });

  it('gives a constant librosa’s probability, one in a hundred', () => {
    const { f0, voicedProbability } = pyin(new Float32Array(4000).fill(0.25), SETTINGS);
    expect(relativeError(voicedProbability, new Array(32).fill(0.01))).toBeLessThan(1e-6);
    expect(relativeError(f0, new Array(32).fill(998.78786285))).toBeLessThan(1e-6);
  });

  it('has no frames where no whole one fits', () => {
    expect(pyin(new Float32Array(1000), { ...SETTINGS, center: false }).f0.length).toBe(0);
  });

  it.each([
    [{ fMin: 2000 }, /must be above fMin/],
    [{ resolution: 0 }, /resolution/],
    [{ resolution: 1 }, /resolution/],
    [{ resolution: 1e-3 }, /coarser/],
    [{ maxTransitionRate: 0 }, /maxTransitionRate/],
    [{ switchProb: 0 }, /switchProb/],
    [{ thresholds: 0 }, /thresholds/],
    [{ betaParameters: [0, 1] as const }, /Beta/],
    [{ boltzmannParameter: 0 }, /boltzmannParameter/],
    [{ noTroughProb: 2 }, /noTroughProb/],
  ])('refuses %o', (wrong, message) => {
    expect(() => pyin(GLIDE, { ...SETTINGS, ...wrong })).toThrow(message);
    expect(() => pyin(GLIDE, { ...SETTINGS, ...wrong })).toThrow(RangeError);
  });
});
