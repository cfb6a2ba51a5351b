import { describe, expect, it } from 'vitest';
import { trackBeats } from '../../../src/features/rhythm/beats.js';
import { onsetStrength } from '../../../src/features/rhythm/onset-strength.js';
import { librosaSignal, SAMPLE_RATE } from '../reference.js';
import { clicksAt, metronome, PULSES, TIMING } from './signals.js';

describe('beat tracking', () => {
  it.for(['melody', 'music of ../shared'] as const)(
    'finds librosa’s beats, trimmed, untrimmed and at a given tempo: %s',
    async (name, ctx) => {
      const timing = { sampleRate: SAMPLE_RATE, hopLength: 256 };
      const { samples, beats: expected } = await librosaSignal(name, ctx);
      const envelope = onsetStrength(samples, { ...timing, aggregate: 'median' });
      const beats = trackBeats(envelope, timing);
      expect(beats.tempo).toBeCloseTo(expected!.tempo_bpm, 7);
      expect([...beats.frames]).toEqual(expected!.frames);
      expect([...trackBeats(envelope, { ...timing, trim: false }).frames]).toEqual(
        expected!.frames_untrimmed,
      );
      const { bpm, frames } = expected!.given;
      expect([...trackBeats(envelope, { ...timing, bpm }).frames]).toEqual(frames);
    },
  );

  it('finds librosa’s beats in an envelope', () => {
    const frames = [
      8, 39, 70, 102, 133, 164, 196, 227, 258, 290, 321, 352, 384, 415, 446, 477, 509, 540, 571, 603, 634,
      665, 696,
    ];
    expect([...trackBeats(PULSES, TIMING).frames]).toEqual(frames);
    const loose = trackBeats(PULSES, { ...TIMING, bpm: 100, tightness: 20, trim: false });
    expect([...loose.frames]).toEqual(frames.map((frame) => (frame === 509 ? 508 : frame)));
    expect(loose.tempo).toBe(100);
  });

  it.each([75, 96, 120, 150])('finds the clicks of a metronome at %i, each once, within 35 ms', (bpm) => {
    const clicks = metronome(bpm, 15);
    const envelope = onsetStrength(clicksAt(clicks, 15), TIMING);
    const { times } = trackBeats(envelope, TIMING);
    // Trimming may leave out a click at each end.
    expect(times.length).toBeGreaterThanOrEqual(clicks.length - 2);
    const nearest = [...times].map((time) => {
      const distances = clicks.map((click) => Math.abs(click - time));
      return distances.indexOf(Math.min(...distances));
    });
    expect(new Set(nearest).size).toBe(nearest.length);
    times.forEach((time, i) => {
      expect(Math.abs(time - clicks[nearest[i]])).toBeLessThan(0.035);
    });
  });

  it.each([
    ['no envelope', new Float32Array(0)],
    ['silence', new Float32Array(500)],
    ['a constant', new Float32Array(500).fill(0.3)],
    ['one frame', Float32Array.of(1)],
  ])('finds none, and no tempo, in %s', (_, envelope) => {
    expect(trackBeats(envelope, { ...TIMING, bpm: 120 })).toEqual({
      tempo: 0,
      frames: new Uint32Array(0),
      times: new Float64Array(0),
    });
    expect(trackBeats(envelope, TIMING).tempo).toBe(0);
  });

  it('finds frames of the envelope, ascending, however short it is', () => {
    for (let length = 2; length < 60; length++) {
      const { frames, times } = trackBeats(PULSES.subarray(0, length), { ...TIMING, trim: false });
      frames.forEach((frame, i) => {
        expect(frame).toBeLessThan(length);
        if (i > 0) expect(frame).toBeGreaterThan(frames[i - 1]);
      });
      expect(times.every(Number.isFinite)).toBe(true);
    }
  });

  it.each([[{ bpm: 0 }], [{ tightness: 0 }], [{ sampleRate: -1 }], [{ startBpm: 0 }]])(
    'refuses %o',
    (settings) => {
      expect(() => trackBeats(PULSES, { ...TIMING, ...settings })).toThrow(RangeError);
    },
  );
});
