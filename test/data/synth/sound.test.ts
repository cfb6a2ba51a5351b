import { describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import type { ClipPlan } from '../../../src/data/synth/plan/clip-plan.js';
import { planCorpus } from '../../../src/data/synth/plan/plan.js';
import { tagRules } from '../../../src/data/synth/plan/tags.js';
import { type InstrumentName, instruments } from '../../../src/data/synth/sound/instruments.js';
import {
  amplitudeOf,
  decayFactor,
  exponential,
  frequencyOf,
  SAMPLE_RATE,
  sine,
} from '../../../src/data/synth/sound/portable.js';
import { renderClip } from '../../../src/data/synth/sound/render.js';
import { composeDrums } from '../../../src/data/synth/sound/score.js';
import { sing } from '../../../src/data/synth/sound/voice.js';

const TONE = { brightness: 1, cents: 0, drive: 0 };

/** Power at a frequency by Goertzel's algorithm, of a Hann-windowed stretch. */
function powerAt(samples: Float32Array, frequency: number): number {
  let re = 0;
  let im = 0;
  for (let i = 0; i < samples.length; i++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / samples.length);
    const angle = (2 * Math.PI * frequency * i) / SAMPLE_RATE;
    re += window * samples[i] * Math.cos(angle);
    im += window * samples[i] * Math.sin(angle);
  }
  return (re * re + im * im) / samples.length ** 2;
}

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / samples.length);
}

/** Onsets a second: rises of the 10 ms energy well above what came before. */
function onsetRate(samples: Float32Array): number {
  const hop = 160;
  const level = rms(samples);
  let onsets = 0;
  let slow = 0;
  let refractory = 0;
  for (let from = 0; from + hop <= samples.length; from += hop) {
    const energy = rms(samples.subarray(from, from + hop)) / level;
    if (refractory === 0 && energy > 1.35 * slow + 0.1) {
      onsets++;
      refractory = 6;
    } else if (refractory > 0) refractory--;
    slow += 0.25 * (energy - slow);
  }
  return (onsets * SAMPLE_RATE) / samples.length;
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('portable mathematics', () => {
  it('agrees with Math', () => {
    for (let x = -3; x < 3; x += 0.0137) {
      expect(sine(x)).toBeCloseTo(Math.sin(2 * Math.PI * x), 5);
      expect(exponential(x) / Math.exp(x)).toBeCloseTo(1, 11);
    }
    expect(frequencyOf(69)).toBe(440);
    expect(frequencyOf(60)).toBeCloseTo(261.6256, 3);
    expect(frequencyOf(93)).toBeCloseTo(1760, 9);
    expect(amplitudeOf(-20)).toBeCloseTo(0.1, 12);
    expect(decayFactor(1) ** SAMPLE_RATE).toBeCloseTo(0.001, 9);
  });
});

describe.each(Object.keys(instruments) as InstrumentName[])('%s', (name) => {
  const { play, range } = instruments[name];
  it.each([range[0], Math.round((range[0] + range[1]) / 2), range[1]])(
    'plays MIDI note %i in tune',
    (midi) => {
      const out = new Float32Array(SAMPLE_RATE);
      play(out, { start: 1600, length: 12000, midi, velocity: 0.8 }, TONE, randomGenerator(1, name, midi));
      expect(out.every(Number.isFinite)).toBe(true);
      expect(Math.max(...out.subarray(0, 1600).map(Math.abs))).toBe(0);
      expect(rms(out)).toBeGreaterThan(0.01);
      const sustained = out.subarray(3200, 11200);
      const pitch = frequencyOf(midi);
      const semitone = 1.0594630943592953;
      expect(powerAt(sustained, pitch)).toBeGreaterThan(8 * powerAt(sustained, pitch * semitone));
      expect(powerAt(sustained, pitch)).toBeGreaterThan(8 * powerAt(sustained, pitch / semitone));
    },
  );

  it('stays inside the buffer when a note begins before its end', () => {
    const out = new Float32Array(1000);
    play(out, { start: 990, length: 8000, midi: range[0], velocity: 1 }, TONE, randomGenerator(2));
    expect(out).toHaveLength(1000);
    expect(out.every(Number.isFinite)).toBe(true);
  });
});

describe('sing', () => {
  it.each([
    ['male', 50],
    ['female', 67],
  ] as const)('%s voice sings the note', (singer, midi) => {
    const out = new Float32Array(SAMPLE_RATE);
    sing(out, { start: 0, length: 14000, midi, velocity: 1 }, singer, randomGenerator(3));
    const pitch = frequencyOf(midi);
    const between = powerAt(out, pitch * 1.5);
    expect(powerAt(out, pitch) + powerAt(out, 2 * pitch)).toBeGreaterThan(10 * between);
  });
});

describe('renderClip', () => {
  const seconds = 4;
  const plan = planCorpus(96, seconds, 11);
  const sounds = new Map(plan.map((clip) => [clip, renderClip(clip, seconds, 11)] as const));
  const measure = (rule: (clip: ClipPlan) => boolean, of: (samples: Float32Array) => number): number[] =>
    plan.filter(rule).map((clip) => of(sounds.get(clip)!));

  it('gives whole, finite, unclipped samples that are not silent', () => {
    for (const samples of sounds.values()) {
      expect(samples).toHaveLength(seconds * SAMPLE_RATE);
      const peak = samples.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
      expect(peak).toBeLessThan(1);
      expect(peak).toBeGreaterThan(0.01);
      for (const x of samples) if (!Number.isFinite(x)) throw new Error('a sample is not finite');
    }
  });

  it('makes loud clips louder than every quiet one', () => {
    expect(Math.min(...measure(tagRules.loud, rms))).toBeGreaterThan(
      3 * Math.max(...measure(tagRules.quiet, rms)),
    );
  });

  it('has clearly more onsets in fast clips than in slow ones', () => {
    // 1.5 to 1.8 times as many, by seed; less than the ratio of tempi, since harp runs and consonants do not
    // follow the tempo.
    const fast = mean(measure(tagRules.fast, onsetRate));
    const slow = mean(measure(tagRules.slow, onsetRate));
    expect(fast).toBeGreaterThan(1.4 * slow);
  });

  it('is the same for the same plan, and another for another seed', () => {
    const again = renderClip(planCorpus(96, seconds, 11)[5], seconds, 11);
    expect(Buffer.from(again.buffer).equals(Buffer.from(sounds.get(plan[5])!.buffer))).toBe(true);
    expect(Buffer.from(renderClip(plan[5], seconds, 12).buffer).equals(Buffer.from(again.buffer))).toBe(
      false,
    );
  });
});

describe('composeDrums', () => {
  const harmony = {
    tonic: 48,
    mode: 'major',
    progression: [0],
    beatsPerChord: 4,
    length: 10 * SAMPLE_RATE,
  } as const;

  it.each([60, 90, 150])('keeps a tempo of %i beats per minute', (tempo) => {
    const strokes = composeDrums({ ...harmony, tempo }, 'four', randomGenerator(1));
    const kicks = strokes.filter(({ drum }) => drum === 'kick').map(({ start }) => start);
    expect(kicks).toHaveLength((10 * tempo) / 60);
    for (let i = 1; i < kicks.length; i++)
      expect(Math.abs(kicks[i] - kicks[i - 1] - (60 / tempo) * SAMPLE_RATE)).toBeLessThanOrEqual(1);
  });

  it('plays no kick in the light groove and nothing else in the pulse', () => {
    const drums = (groove: 'light' | 'pulse'): Set<string> =>
      new Set(composeDrums({ ...harmony, tempo: 100 }, groove, randomGenerator(2)).map(({ drum }) => drum));
    expect(drums('light')).toEqual(new Set(['snare', 'hat']));
    expect(drums('pulse')).toEqual(new Set(['kick']));
  });
});
