import { describe, expect, it } from 'vitest';
import { chromaCqt, chromaFromCqt, cqtPitchClasses } from '../../../src/features/harmony/chroma-cqt.js';
import { chromaFilters } from '../../../src/features/harmony/chroma-filters.js';
import { chromaFromSpectrum, chromaStft } from '../../../src/features/harmony/chroma-stft.js';
import { normalizeFrames } from '../../../src/features/harmony/frame-norm.js';
import type { FeatureMatrix } from '../../../src/features/matrix.js';
import { spectrogram } from '../../../src/features/stft.js';
import { chord, EDGE_CASES, KNOWN_RATE } from '../known-signals.js';
import { errorTo, librosaSignal, relativeError, SIGNALS } from '../reference.js';

const row = ({ values, bands }: FeatureMatrix, t: number): Float32Array =>
  values.subarray(t * bands, (t + 1) * bands);

const cMajor = chord([261.6256, 329.6276, 391.9954], 0.2);
/** A4 and C#5, 0.3 semitones flat. */
const flat = chord(
  [440, 554.365].map((f) => f * 2 ** (-0.3 / 12)),
  0.3,
);

/** librosa 0.11.0, frame 15. */
const LIBROSA = {
  stft: [
    0.7742766, 0.1804999, 0.003442695, 0.1789833, 0.9047394, 0.184824, 0.1817661, 1, 0.1819506, 0.001022811,
    0.002135805, 0.1786025,
  ],
  stftEstimated: [
    0.1716415, 1, 0.1463517, 0.0005415673, 2.087102e-7, 1.352461e-7, 1.08231e-6, 0.0009598935, 0.1707782,
    0.922866, 0.147503, 0.001399441,
  ],
  /** n_chroma=24, norm=1, tuning=0.1. */
  stft24: [
    0.02726267, 0.3163655, 0.180212, 0.004553152, 9.599778e-6, 3.328907e-7, 6.60303e-8, 2.223512e-8,
    1.409805e-8, 1.712535e-8, 2.85691e-8, 6.729895e-8, 1.968469e-7, 6.968738e-7, 4.914551e-6, 0.0003793765,
    0.032403, 0.2660257, 0.1661515, 0.006491829, 2.937297e-5, 9.469146e-7, 6.085899e-7, 0.0001084797,
  ],
  cqt: [
    1, 0.01675874, 0.005006674, 0.0141597, 0.8909543, 0.01413199, 0.009798604, 0.8121352, 0.01030394,
    0.0007028035, 0.0005494366, 0.007271733,
  ],
  cqtEstimated: [
    0.3231512, 0.8953132, 0.006168548, 0.003591193, 0.002477037, 0.001909206, 0.001321284, 0.001867973,
    0.354197, 1, 0.00163181, 0.0016213,
  ],
  /** From E2, 5 octaves of 24 bins, tuning=0, norm=2. */
  cqtFromE: [
    0.6026579, 0.2077865, 0.0004559745, 0.006036529, 0.53643, 0.1833519, 0.004140525, 0.4933856, 0.1695509,
    0.002288741, 0.0002433446, 0.004143757,
  ],
};

describe('chroma from the short-time Fourier transform', () => {
  it('has librosa’s numbers', () => {
    const settings = { sampleRate: KNOWN_RATE };
    expect(relativeError(row(chromaStft(cMajor, { ...settings, tuning: 0 }), 15), LIBROSA.stft)).toBeLessThan(
      1e-5,
    );
    expect(relativeError(row(chromaStft(flat, settings), 15), LIBROSA.stftEstimated)).toBeLessThan(1e-5);
    const fine = chromaStft(flat, { ...settings, nChroma: 24, norm: 1, tuning: 0.1 });
    expect(relativeError(row(fine, 15), LIBROSA.stft24)).toBeLessThan(1e-5);
  });

  it.for(SIGNALS)('equals librosa’s within 1e-5 of the maximum: %s', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const settings = { sampleRate: 16_000, hopLength: 256 };
    const untuned = chromaStft(samples, { ...settings, tuning: 0 });
    expect(errorTo(array('chroma_stft'), untuned)).toBeLessThan(1e-5);
    expect(errorTo(array('chroma_stft_tuned'), chromaStft(samples, settings))).toBeLessThan(1e-5);
  });

  it('is computed frame by frame as at once', () => {
    const transform = { nFft: 2048, hopLength: 512, center: false };
    const whole = chromaStft(cMajor, { sampleRate: KNOWN_RATE, ...transform, tuning: 0 });
    const block = spectrogram(cMajor.subarray(512 * 7, 512 * 7 + 2048), transform, 2);
    const alone = chromaFromSpectrum(block, { sampleRate: KNOWN_RATE, tuning: 0 });
    expect(alone.values).toEqual(row(whole, 7));
  });

  it('weighs each bin with norm 1 over the classes when octaves count alike, and turns by three from A to C', () => {
    const settings = { sampleRate: KNOWN_RATE, nFft: 1024, octaveWidth: null };
    const [fromC, fromA] = [chromaFilters(settings), chromaFilters({ ...settings, baseC: false })];
    for (let k = 0; k <= 512; k++)
      expect(fromC.reduce((sum, weights) => sum + weights[k] ** 2, 0)).toBeCloseTo(1, 10);
    fromC.forEach((weights, c) => {
      expect(weights).toEqual(fromA[(c + 3) % 12]);
    });
  });
});

describe('chroma from the constant-Q transform', () => {
  it('has librosa’s numbers', () => {
    const settings = { sampleRate: KNOWN_RATE };
    expect(relativeError(row(chromaCqt(cMajor, settings), 15), LIBROSA.cqt)).toBeLessThan(1e-3);
    expect(relativeError(row(chromaCqt(flat, settings), 15), LIBROSA.cqtEstimated)).toBeLessThan(1e-3);
    const fromE = { ...settings, fMin: 82.40689, nOctaves: 5, binsPerOctave: 24, tuning: 0, norm: 2 };
    expect(relativeError(row(chromaCqt(cMajor, fromE), 15), LIBROSA.cqtFromE)).toBeLessThan(1e-3);
  });

  it('gives each class the bins around it', () => {
    expect([...cqtPitchClasses(6)]).toEqual([0, 0, 1, 1, 1, 2]);
    expect([...cqtPitchClasses(13, { binsPerOctave: 12, fMin: 440 })]).toEqual([
      9, 10, 11, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('drops sums below the threshold', () => {
    const transform = { values: Float32Array.of(3, 1, 0.5), frames: 1, bands: 3 };
    const chroma = chromaFromCqt(transform, { binsPerOctave: 12, threshold: 0.8, norm: null });
    expect([...chroma.values.subarray(0, 3)]).toEqual([3, 1, 0]);
  });
});

describe.each([
  ['STFT', chromaStft],
  ['CQT', chromaCqt],
] as const)('any chroma: %s', (_, chroma) => {
  it('of a tone is highest in its class', () => {
    for (let semitone = 0; semitone < 12; semitone++) {
      const tone = chord([261.6256 * 2 ** (semitone / 12)], 0.3, 8000);
      const classes = row(chroma(tone, { sampleRate: KNOWN_RATE, tuning: 0 }), 8);
      expect(classes.indexOf(1)).toBe(semitone);
    }
  });

  it.each(Object.keys(EDGE_CASES))('stays finite and at most 1: %s', (name) => {
    const { values } = chroma(EDGE_CASES[name], { sampleRate: KNOWN_RATE });
    expect(values.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  it('of silence is zero', () => {
    const { values } = chroma(EDGE_CASES['digital silence'], { sampleRate: KNOWN_RATE });
    expect(values.every((value) => value === 0)).toBe(true);
  });

  it('refuses settings out of range', () => {
    expect(() => chroma(cMajor, { sampleRate: KNOWN_RATE, nChroma: 0 })).toThrow(RangeError);
    expect(() => chroma(cMajor, { sampleRate: KNOWN_RATE, norm: 0 })).toThrow(RangeError);
  });
});

describe('norm of frames', () => {
  const matrix = { values: Float32Array.of(3, -4, 0, 0, 1, 0), frames: 3, bands: 2 };

  it.each([
    [Infinity, [0.75, -1, 0, 0, 1, 0]],
    [1, [3 / 7, -4 / 7, 0, 0, 1, 0]],
    [2, [0.6, -0.8, 0, 0, 1, 0]],
    [null, [3, -4, 0, 0, 1, 0]],
  ])('%s', (norm, expected) => {
    expect(normalizeFrames(matrix, norm).values).toEqual(Float32Array.from(expected));
  });

  it('refuses one that is not positive', () => {
    expect(() => normalizeFrames(matrix, -1)).toThrow(RangeError);
  });
});
