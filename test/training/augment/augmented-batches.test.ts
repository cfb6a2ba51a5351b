import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Mp3RoundTrip, startMp3RoundTrip } from '../../../src/audio/encode/mp3-round-trip.js';
import type { Example } from '../../../src/data/dataset.js';
import type { FeatureStore } from '../../../src/data/store/store.js';
import { loadEngine } from '../../../src/engine/engine.js';
import { meanPower } from '../../../src/features/augment/level-and-noise.js';
import { logMelSpectrogram } from '../../../src/features/mel.js';
import { preEmphasis } from '../../../src/features/timbre/pre-emphasis.js';
import type { ModelInputSet } from '../../../src/inputs/window.js';
import { augmentSchema, needsWaveform } from '../../../src/training/augment/schema.js';
import { Batches, type Chunk } from '../../../src/training/batches.js';
import { peakNear } from '../../features/augment/spectral-peak.js';
import { relativeError } from '../../features/reference.js';
import { madeInputs } from '../../inputs/made-inputs.js';

const SAMPLE_RATE = 8000;
const SIZE = { frames: 60, hopLength: 128 };
const MEL = { sampleRate: SAMPLE_RATE, nFft: 256, hopLength: 128, melBands: 24 };
const SECONDS = 4;

/** One tone a recording, its number of times 200 Hz, and louder the later it is. */
const SOUNDS = [1, 2, 3, 4, 5, 6].map((number) =>
  Float32Array.from(
    { length: SECONDS * SAMPLE_RATE },
    (_, n) => (0.2 + 0.1 * (n / SAMPLE_RATE)) * Math.sin((2 * Math.PI * 200 * number * n) / SAMPLE_RATE),
  ),
);

const examples = SOUNDS.map(
  (_, i): Example => ({
    id: String(i),
    audio: `${i}.mp3`,
    lyrics: null,
    split: 'train',
    song: null,
    artist: null,
    title: '',
    targets: Uint8Array.from(SOUNDS, (__, j) => Number(i === j)),
  }),
);

const stored: Record<string, Float32Array[]> = {
  waveform: SOUNDS,
  mel: SOUNDS.map((samples) => logMelSpectrogram(samples, MEL).values),
};
const store = {
  features: {},
  length: (kind: string, id: string) => stored[kind][Number(id)].length / (kind === 'mel' ? MEL.melBands : 1),
  read(kind: string, id: string, first: number, target: Float32Array) {
    const values = stored[kind][Number(id)];
    const begin = first * (kind === 'mel' ? MEL.melBands : 1);
    for (let i = 0; i < target.length; i++) target[i] = values[begin + i] ?? 0;
  },
} as unknown as FeatureStore;

const BOTH = ['mel', 'waveform'] as const;

const inputsOf = (names: readonly string[]): ModelInputSet =>
  madeInputs({
    sampleRate: SAMPLE_RATE,
    ...SIZE,
    nFft: MEL.nFft,
    bands: names.includes('mel') ? MEL.melBands : 0,
    waveform: names.includes('waveform'),
  });

let roundTrip: Mp3RoundTrip;

function make(settings: object | null, branches: readonly ('mel' | 'waveform')[] = BOTH, seed = 1): Batches {
  const augment = settings && augmentSchema.parse(settings);
  return new Batches({ inputs: inputsOf(branches), store, tokenIds: {}, mp3: roundTrip }, seed, { augment });
}

interface Heard {
  mel: Float32Array[];
  waveform: Float32Array[];
  targets: Float32Array[];
}

/** What is heard of some chunks, a row each. */
function hear(batches: Batches, chunks: readonly Chunk[]): Heard {
  const { mel, waveform } = batches.windows(chunks).values as Record<string, Float32Array | undefined>;
  const rows = (values: Float32Array = new Float32Array(0)): Float32Array[] => {
    const width = values.length / chunks.length;
    return chunks.map((_, i) => values.slice(i * width, (i + 1) * width));
  };
  const targets = tf.tidy(() => batches.targets(chunks).dataSync<'float32'>());
  return { mel: rows(mel), waveform: rows(waveform), targets: rows(targets) };
}

/** The chunks of an epoch in the order of the examples. */
const epochOf = (batches: Batches, epoch: number): Chunk[] =>
  batches.epoch(examples, epoch).sort((a, b) => Number(a.example.id) - Number(b.example.id));

const EVERYTHING = {
  time_stretch: { probability: 0.5 },
  pitch_shift: { probability: 0.5 },
  filter: { probability: 0.5 },
  noise: { probability: 0.5 },
  gain: { probability: 0.5 },
  polarity: { probability: 0.5 },
  mp3: { probability: 0.5 },
  mixup: { probability: 0.5 },
  spec_augment: { probability: 0.5, frequency_width: 4 },
};

/** Mel spectrogram of a waveform chunk, without the frames whose windows reach beyond it. */
function innerMel(waveform: Float32Array): Float32Array {
  const { values } = logMelSpectrogram(waveform, MEL);
  return values.slice(2 * MEL.melBands, (SIZE.frames - 2) * MEL.melBands);
}
const inner = (mel: Float32Array): Float32Array =>
  mel.slice(2 * MEL.melBands, (SIZE.frames - 2) * MEL.melBands);

beforeAll(async () => {
  roundTrip = await startMp3RoundTrip();
  await loadEngine('wasm');
});

describe('augmented batches', () => {
  it('are the same for the same seed and epoch, whatever was drawn before, and others else', () => {
    const first = make(EVERYTHING);
    const expected = hear(first, epochOf(first, 3));
    const later = make(EVERYTHING);
    hear(later, epochOf(later, 0));
    expect(hear(later, epochOf(later, 3))).toEqual(expected);
    expect(hear(later, epochOf(later, 4)).waveform).not.toEqual(expected.waveform);
    const other = make(EVERYTHING, BOTH, 2);
    expect(hear(other, epochOf(other, 3)).waveform).not.toEqual(expected.waveform);
    for (const row of [...expected.mel, ...expected.waveform]) expect(row.every(Number.isFinite)).toBe(true);
  });

  it('leave the chunks of evaluation as they are', () => {
    const plain = make(null);
    const augmented = make(EVERYTHING);
    const chunks = examples.flatMap((example) => augmented.chunksOf(example));
    expect(hear(augmented, chunks)).toEqual(hear(plain, chunks));
  });

  it('are the plain batches, order and starts included, where nothing is drawn', () => {
    const plain = make(null);
    const never = make(Object.fromEntries(Object.keys(EVERYTHING).map((name) => [name, { probability: 0 }])));
    expect(hear(never, never.epoch(examples, 2))).toEqual(hear(plain, plain.epoch(examples, 2)));
  });

  it.each(['time_stretch', 'pitch_shift', 'filter', 'noise', 'gain', 'polarity', 'mp3', 'mixup'])(
    'give mel and waveform the same sound: %s',
    (name) => {
      const batches = make({ [name]: { probability: 1 } });
      const chunks = epochOf(batches, 1);
      const { mel, waveform } = hear(batches, chunks);
      const plain = hear(make(null), chunks);
      for (const [i, row] of waveform.entries()) {
        expect(row).not.toEqual(plain.waveform[i]);
        expect(relativeError(inner(mel[i]), innerMel(row))).toBeLessThan(1e-4);
      }
      // A model of mel alone hears the very same.
      const melOnly = make({ [name]: { probability: 1 } }, ['mel']);
      expect(hear(melOnly, chunks).mel).toEqual(mel);
    },
  );

  it('change only what their own kind draws when another kind is added', () => {
    const shifts = make({ pitch_shift: { probability: 0.5 } });
    const withGain = make({ pitch_shift: { probability: 0.5 }, gain: { probability: 1, decibels: [6, 6] } });
    const chunks = epochOf(shifts, 5);
    const louder = hear(withGain, chunks).waveform;
    for (const [i, row] of hear(shifts, chunks).waveform.entries())
      expect(
        relativeError(
          louder[i].map((sample) => sample / 10 ** 0.3),
          row,
        ),
      ).toBeLessThan(1e-5);
  });

  it('shift pitches by the semitones', () => {
    const batches = make({ pitch_shift: { probability: 1, semitones: [3, 3] } });
    const chunks = epochOf(batches, 0);
    for (const [i, row] of hear(batches, chunks).waveform.entries()) {
      const expected = 200 * (i + 1) * 2 ** (3 / 12);
      expect(1200 * Math.abs(Math.log2(peakNear(row, expected, SAMPLE_RATE) / expected))).toBeLessThan(6);
    }
  });

  it('stretch without leaving the recording, from the same instant on', () => {
    // The level tells the time: it grows by 0.1 a second.
    const levels = (rate: number): { begin: number; end: number }[] => {
      const batches = make({ time_stretch: { probability: 1, rate: [rate, rate] } });
      const chunks = examples.slice(1).map((example) => ({ example, start: 100, epoch: 0 }));
      return hear(batches, chunks).waveform.map((row) => {
        const level = (part: Float32Array): number => Math.sqrt(2 * meanPower(part));
        return { begin: level(row.subarray(0, 800)), end: level(row.subarray(-800)) };
      });
    };
    const startSeconds = (100 * SIZE.hopLength) / SAMPLE_RATE;
    const chunkSeconds = (SIZE.frames * SIZE.hopLength) / SAMPLE_RATE;
    for (const rate of [0.8, 1.5]) {
      for (const { begin, end } of levels(rate)) {
        const expected = 0.1 * (chunkSeconds - 0.1) * rate;
        expect((end - begin) / expected).toBeGreaterThan(0.8);
        expect((end - begin) / expected).toBeLessThan(1.15);
        expect(begin).toBeGreaterThan(0.88 * (0.2 + 0.1 * startSeconds));
      }
    }
    // So fast that the chunk must begin earlier than asked.
    for (const { end } of levels(3)) expect(end).toBeGreaterThan(0.5);
  });

  it('add noise at the ratio', () => {
    const batches = make({ noise: { probability: 1, snr: [12, 12] } });
    const chunks = epochOf(batches, 0);
    const plain = hear(make(null), chunks).waveform;
    for (const [i, row] of hear(batches, chunks).waveform.entries()) {
      const noise = row.map((sample, n) => sample - plain[i][n]);
      const snr = 10 * Math.log10(meanPower(plain[i]) / meanPower(noise));
      expect(Math.abs(snr - 12)).toBeLessThan(1.5);
    }
  });

  it.each(['waveform', 'mel'] as const)('mix labels as they mix the %s', (domain) => {
    const branches = domain === 'mel' ? (['mel'] as const) : BOTH;
    const batches = make({ mixup: { alpha: 1, domain } }, branches);
    const chunks = epochOf(batches, 2);
    const plain = hear(make(null, branches), chunks);
    const mixed = hear(batches, chunks);
    const weights = mixed.targets.map((row, i) => {
      expect(row.reduce((sum, target) => sum + target, 0)).toBeCloseTo(1, 5);
      expect(row[i]).toBeGreaterThanOrEqual(0.5);
      const partner = row.findIndex((target, j) => j !== i && target > 0);
      expect(row[i] + row[partner]).toBeCloseTo(1, 5);
      const expected = plain[domain][i].map(
        (value, n) => row[i] * value + row[partner] * plain[domain][partner][n],
      );
      expect(relativeError(mixed[domain][i], expected)).toBeLessThan(1e-5);
      return row[i];
    });
    expect(new Set(weights).size).toBe(weights.length);
  });

  it('leave a batch of one unmixed', () => {
    const batches = make({ mixup: { probability: 1 } });
    const chunks = epochOf(batches, 0).slice(0, 1);
    expect(hear(batches, chunks)).toEqual(hear(make(null), chunks));
  });

  it.each([
    // The noise begins a sample earlier, for the filter, and so differs: of it only the spectrogram is compared.
    {
      name: 'noise',
      settings: { noise: { probability: 1, snr: [0, 0], colours: ['white'] } },
      isSame: false,
    },
    { name: 'gain', settings: { gain: { probability: 1, decibels: [6, 6] } }, isSame: true },
    { name: 'masks alone', settings: { spec_augment: { probability: 1 } }, isSame: true },
  ])('filter by pre-emphasis after $name, once', ({ name, settings, isSame }) => {
    const preEmphasised = (names: readonly string[], filtered: boolean): ModelInputSet =>
      madeInputs({
        sampleRate: SAMPLE_RATE,
        ...SIZE,
        nFft: MEL.nFft,
        bands: MEL.melBands,
        waveform: names.includes('waveform'),
        preEmphasis: filtered ? 0.97 : undefined,
      });
    const filteredSounds = SOUNDS.map((samples) => preEmphasis(samples, { coef: 0.97, zi: 0 }));
    const kept: typeof stored = {
      waveform: filteredSounds,
      mel: filteredSounds.map((samples) => logMelSpectrogram(samples, MEL).values),
      'unfiltered waveform': SOUNDS,
    };
    const filteredStore = {
      features: kept,
      length: (kind: string, id: string) =>
        kept[kind][Number(id)].length / (kind === 'mel' ? MEL.melBands : 1),
      read(kind: string, id: string, first: number, target: Float32Array) {
        const values = kept[kind][Number(id)];
        const begin = first * (kind === 'mel' ? MEL.melBands : 1);
        for (let i = 0; i < target.length; i++) target[i] = values[begin + i] ?? 0;
      },
    } as unknown as FeatureStore;
    const augment = augmentSchema.parse(settings);
    const plain = make(settings);
    const chunks = epochOf(plain, 0);
    const before = hear(plain, chunks).waveform;
    const source = { inputs: preEmphasised(BOTH, true), store: filteredStore, tokenIds: {} };
    const after = hear(new Batches(source, 1, { augment }), chunks);
    for (const [i, samples] of before.entries()) {
      const expected = preEmphasis(samples, { coef: 0.97 });
      const error = relativeError(after.waveform[i].subarray(1), expected.subarray(1));
      // All but the first sample, whose neighbour lies before the chunk.
      if (isSame) expect(error, name).toBeLessThan(1e-6);
      else expect(error, name).toBeGreaterThan(0.1);
      if (name !== 'masks alone')
        expect(relativeError(inner(after.mel[i]), innerMel(after.waveform[i])), name).toBeLessThan(1e-3);
    }
  });

  it('mask spectrograms without asking for samples', () => {
    const settings = augmentSchema.parse({ spec_augment: { frequency_width: 5 }, mixup: { domain: 'mel' } });
    expect(needsWaveform(settings)).toBe(false);
    expect(needsWaveform(augmentSchema.parse({ mixup: {} }))).toBe(true);
    expect(needsWaveform(augmentSchema.parse({ gain: {} }))).toBe(true);
    const onlyMel = {
      ...store,
      read(name: string, ...rest: [string, number, Float32Array]) {
        if (name !== 'mel') throw new Error(`asked for ${name}`);
        store.read(name, ...rest);
      },
    } as unknown as FeatureStore;
    const source = { inputs: inputsOf(['mel']), store: onlyMel, tokenIds: {} };
    const batches = new Batches(source, 1, { augment: settings });
    const chunks = epochOf(batches, 0);
    const { mel } = hear(batches, chunks);
    expect(mel).not.toEqual(hear(make({ mixup: { domain: 'mel' } }, ['mel']), chunks).mel);
    expect(mel.every((row) => row.every(Number.isFinite))).toBe(true);
  });
});

describe('training.augment', () => {
  it('writes every default out', () => {
    expect(augmentSchema.parse({ pitch_shift: {}, mixup: {} })).toEqual({
      pitch_shift: { probability: 0.3, semitones: [-2, 2] },
      mixup: { probability: 1, alpha: 0.2, domain: 'waveform' },
    });
    expect(augmentSchema.parse({})).toEqual({});
  });

  it.each([
    [{ gain: { decibels: [6, -6] } }, /first number must not be above the second/],
    [{ time_stretch: { rate: [0, 1] } }, /0\.25/],
    [{ noise: { probability: 2 } }, /1/],
    [{ reverb: {} }, /reverb/],
  ])('refuses %j', (settings, message) => {
    const { error } = augmentSchema.safeParse(settings);
    expect(error?.issues[0].message).toMatch(message);
  });
});
