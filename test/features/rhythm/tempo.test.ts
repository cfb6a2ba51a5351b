import { describe, expect, it } from 'vitest';
import { onsetStrength } from '../../../src/features/rhythm/onset-strength.js';
import { tempo } from '../../../src/features/rhythm/tempo.js';
import { tempogram } from '../../../src/features/rhythm/tempogram.js';
import { librosaSignal, SAMPLE_RATE, SIGNALS } from '../reference.js';
import { clicksAt, metronome, PULSES, TIMING } from './signals.js';

describe('tempogram', () => {
  it('has 1 at lag 0, nothing above it, and a maximum at the period', () => {
    const pulses = Float32Array.from({ length: 400 }, (_, t) => (t % 20 === 0 ? 1 : 0));
    const { values, frames, bands } = tempogram(pulses, { winLength: 100 });
    expect([frames, bands]).toEqual([400, 100]);
    for (let t = 0; t < frames; t++) {
      const lags = values.subarray(t * bands, (t + 1) * bands);
      expect(lags[0]).toBe(1);
      expect(Math.max(...lags)).toBe(1);
    }
    const middle = values.subarray(200 * bands, 201 * bands);
    expect(middle.indexOf(Math.max(...middle.subarray(1)))).toBe(20);
    expect(middle[10]).toBeCloseTo(0, 6);
  });

  it('has whole windows only when not centred', () => {
    expect(tempogram(PULSES, { winLength: 100, center: false }).frames).toBe(601);
    expect(tempogram(PULSES.subarray(0, 50), { winLength: 100, center: false }).frames).toBe(0);
  });

  it('is zero for silence, and refuses a window of nothing', () => {
    expect(tempogram(new Float32Array(10)).values.every((value) => value === 0)).toBe(true);
    expect(tempogram(new Float32Array(0)).frames).toBe(0);
    expect(() => tempogram(PULSES, { winLength: 0 })).toThrow(RangeError);
  });
});

describe('tempo', () => {
  it.for(SIGNALS)('is librosa’s: %s', async (name, ctx) => {
    const timing = { sampleRate: SAMPLE_RATE, hopLength: 256 };
    const { samples, tempo_bpm } = await librosaSignal(name, ctx);
    expect(tempo(onsetStrength(samples, timing), timing)).toBeCloseTo(tempo_bpm, 9);
  });

  it('is librosa’s under other priors', () => {
    expect(tempo(PULSES, TIMING)).toBeCloseTo(83.35433468, 7);
    expect(tempo(PULSES, { ...TIMING, startBpm: 60, stdBpm: 0.5 })).toBeCloseTo(80.74951172, 7);
    expect(tempo(PULSES, { ...TIMING, acSize: 4, maxTempo: 100 })).toBeCloseTo(83.35433468, 7);
  });

  it.each([80, 100, 120, 140, 160])('of a metronome at %i is that, within a frame of its period', (bpm) => {
    const found = tempo(onsetStrength(clicksAt(metronome(bpm, 12), 12), TIMING), TIMING);
    const framesASecond = TIMING.sampleRate / TIMING.hopLength;
    expect(Math.abs((60 * framesASecond) / found - (60 * framesASecond) / bpm)).toBeLessThan(1);
  });

  it('is below the limit, or nothing', () => {
    expect(tempo(PULSES, { ...TIMING, maxTempo: 60 })).toBeLessThan(60);
    expect(tempo(PULSES, { ...TIMING, maxTempo: null })).toBeCloseTo(83.354, 3);
    expect(tempo(PULSES, { ...TIMING, maxTempo: 1 })).toBe(0);
  });

  it('is 0 where nothing sounds or nothing changes', () => {
    for (const envelope of [new Float32Array(0), new Float32Array(100), new Float32Array(100).fill(2)])
      expect(tempo(envelope, TIMING)).toBe(0);
  });

  it('is a finite number for very short envelopes and for negative values', () => {
    for (const envelope of [Float32Array.of(0, 1), Float32Array.of(1, 0, 0), PULSES.map((x) => x - 0.5)])
      expect(tempo(envelope, TIMING)).toBeGreaterThan(0);
  });

  it.each([
    [{ startBpm: 0 }],
    [{ stdBpm: 0 }],
    [{ acSize: 0.03 }],
    [{ acSize: -1 }],
    [{ maxTempo: 0 }],
    [{ hopLength: 1.5 }],
  ])('refuses %o', (settings) => {
    expect(() => tempo(PULSES, { ...TIMING, ...settings })).toThrow(RangeError);
  });
});
