import { describe, expect, it } from 'vitest';
import { chordLabel, chordName } from '../../../src/features/harmony/chord.js';
import { estimateChords } from '../../../src/features/harmony/chords.js';
import { harmonicChroma, harmonyHop } from '../../../src/features/harmony/harmonic-chroma.js';
import { keyName } from '../../../src/features/harmony/key.js';
import { keyTrack } from '../../../src/features/harmony/key-track.js';
import { statePath } from '../../../src/features/hmm.js';
import { featureKinds, settingsFor } from '../../../src/features/kinds.js';
import { gridOf } from '../../../src/features/rhythm/beat-grid.js';
import { spreadSteps } from '../../../src/features/spread-steps.js';
import fc from '../../fast-check.js';

const RATE = 16_000;
const HOP = harmonyHop(RATE);

/** Notes of eight harmonics, a list of MIDI numbers for each second. */
function played(seconds: number[][], { cents = 0, noise = 0 } = {}): Float32Array {
  const samples = new Float32Array(seconds.length * RATE);
  let state = 1;
  for (const [second, notes] of seconds.entries())
    for (const note of notes) {
      const hertz = 440 * 2 ** ((note + cents / 100 - 69) / 12);
      for (let n = 0; n < RATE; n++) {
        const t = (second * RATE + n) / RATE;
        const envelope = Math.min(1, n / 200, (RATE - n) / 200) * Math.exp((-1.5 * n) / RATE);
        for (let h = 1; h <= 8; h++)
          samples[second * RATE + n] += ((0.08 * envelope) / h) * Math.sin(2 * Math.PI * hertz * h * t);
      }
    }
  return samples.map((value) => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    return value + noise * (state / 2 ** 31 - 1);
  });
}

const seconds = (length: number): number[] => Array.from({ length: length + 1 }, (_, i) => i);
const chordsOf = (samples: Float32Array): string[] =>
  estimateChords(
    harmonicChroma(samples, { sampleRate: RATE, hopLength: HOP }),
    HOP / RATE,
    seconds(samples.length / RATE),
  ).segments.map(({ chord }) => chordLabel(chord));

describe('chords', () => {
  it('are those that are played: triads and sevenths over their roots', () => {
    const cadence = [
      [36, 60, 64, 67],
      [33, 57, 60, 64],
      [38, 57, 60, 62, 65],
      [43, 59, 62, 65, 67],
      [36, 60, 64, 67, 71],
    ];
    expect(chordsOf(played(cadence))).toEqual(['C:maj', 'A:min', 'D:min7', 'G:7', 'C:maj7']);
  });

  it('do not depend on the tuning', () => {
    const samples = played(
      [
        [40, 56, 59, 64],
        [45, 57, 61, 64],
        [47, 59, 63, 66],
      ],
      { cents: 35 },
    );
    expect(harmonicChroma(samples, { sampleRate: RATE, hopLength: HOP }).tuning).toBeCloseTo(0.35, 1);
    expect(chordsOf(samples)).toEqual(['E:maj', 'A:maj', 'B:maj']);
  });

  it('are none in silence and in noise', () => {
    expect(chordsOf(new Float32Array(3 * RATE))).toEqual(['N']);
    expect(chordsOf(played([[], [], []], { noise: 0.3 }))).toEqual(['N']);
  });

  it('have probabilities that add up to 1, and segments without gaps', () => {
    const samples = played([[48, 60, 64, 67], [], [43, 59, 62, 67]]);
    const chroma = harmonicChroma(samples, { sampleRate: RATE, hopLength: HOP });
    const borders = [0, 0.4, 1, 1.7, 2, 3];
    const { segments, probabilities } = estimateChords(chroma, HOP / RATE, borders);
    for (let step = 0; step < probabilities.frames; step++) {
      const row = probabilities.values.subarray(61 * step, 61 * (step + 1));
      expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
    }
    expect(segments[0].begin).toBe(0);
    expect(segments.at(-1)!.end).toBe(3);
    for (let i = 1; i < segments.length; i++) expect(segments[i].begin).toBe(segments[i - 1].end);
  });

  it('have names', () => {
    expect(chordName({ root: 6, quality: 'min7' })).toBe('F♯m7');
    expect(chordName({ root: 10, quality: 'maj' })).toBe('B♭');
    expect([chordLabel(null), chordName(null)]).toEqual(['N', '–']);
  });
});

describe('the kind chords', () => {
  it('says in words what its array says', () => {
    const samples = played(Array.from({ length: 4 }, () => [48, 60, 64, 67]));
    const kind = featureKinds.chords;
    const { shape, values, found } = kind.compute(samples, settingsFor(kind));
    expect(shape).toEqual([61, 1 + Math.floor(samples.length / 256)]);
    expect(values[100]).toBeGreaterThan(0.5);
    expect(found).toEqual({ chords: [{ begin: 0, end: 4, name: 'C:maj' }] });
  });
});

describe('keys over time', () => {
  const inC = [
    [48, 60, 64, 67],
    [53, 60, 65, 69],
    [43, 59, 62, 67],
    [48, 60, 64, 67],
  ];
  const up = (chords: number[][], steps: number): number[][] =>
    chords.map((notes) => notes.map((note) => note + steps));
  const many = (chords: number[][]): number[][] => Array.from({ length: 6 }, () => chords).flat();

  it('follow a modulation', () => {
    const samples = played([...many(inC), ...many(up(inC, 3))]);
    const chroma = harmonicChroma(samples, { sampleRate: RATE, hopLength: HOP });
    const { segments } = keyTrack(chroma, { secondsPerFrame: HOP / RATE, seconds: 48 });
    expect(segments.map(({ key }) => keyName(key))).toEqual(['C major', 'E♭ major']);
    expect(Math.abs(segments[1].begin - 24)).toBeLessThanOrEqual(4);
  });

  it('are none for silence', () => {
    const chroma = harmonicChroma(new Float32Array(RATE), { sampleRate: RATE, hopLength: HOP });
    expect(keyTrack(chroma, { secondsPerFrame: HOP / RATE, seconds: 1 })).toMatchObject({
      ...{ whole: null, segments: [] },
    });
  });
});

describe('a path through states', () => {
  it('is the best of all paths, and the posteriors are sums over all paths', () => {
    const logs = fc.array(fc.double({ min: -4, max: 0, noNaN: true }), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(logs, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (values, stay) => {
        const observed = { values: Float32Array.from(values), frames: 4, bands: 3 };
        const transition = (from: number, to: number): number =>
          Math.log(from === to ? stay : (1 - stay) / 2);
        const { states, posteriors } = statePath(observed, transition);
        let [best, total] = [-Infinity, 0];
        const marginal = new Float64Array(12);
        const scoreOf = (path: ArrayLike<number>): number =>
          [0, 1, 2, 3].reduce(
            (sum, t) =>
              sum + observed.values[3 * t + path[t]] + (t > 0 ? transition(path[t - 1], path[t]) : 0),
            0,
          );
        for (let code = 0; code < 81; code++) {
          const path = [0, 1, 2, 3].map((t) => Math.floor(code / 3 ** t) % 3);
          const score = scoreOf(path);
          best = Math.max(best, score);
          total += Math.exp(score);
          for (const [t, state] of path.entries()) marginal[3 * t + state] += Math.exp(score);
        }
        expect(scoreOf(states)).toBeCloseTo(best, 9);
        posteriors.values.forEach((value, i) => {
          expect(value).toBeCloseTo(marginal[i] / total, 5);
        });
      }),
    );
  });
});

describe('a grid of beats', () => {
  it('begins at 0, ends at the end, and has the beats in between', () => {
    expect(gridOf([1, 1.5, 2], 3)).toEqual([0, 0.5, 1, 1.5, 2, 2.5, 3]);
    expect(gridOf([0.5, 1], 1.5, 2)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5]);
    expect(gridOf([], 1.2)).toEqual([0, 0.6, 1.2]);
    expect(gridOf([], 0)).toEqual([]);
  });

  it('is spread over frames', () => {
    const steps = { values: Float32Array.from([1, 10, 2, 20]), frames: 2, bands: 2 };
    const spread = spreadSteps(steps, [0, 0.5, 1], { frames: 4, secondsPerFrame: 0.3 });
    expect([...spread]).toEqual([1, 1, 2, 2, 10, 10, 20, 20]);
    expect([...spreadSteps({ ...steps, frames: 0 }, [], { frames: 1, secondsPerFrame: 1 })]).toEqual([0, 0]);
  });
});
