/** What every kind of input promises, and the settings that published networks need. */
import { describe, expect, it } from 'vitest';
import { joinSamples } from '../../src/audio/samples.js';
import { resolveConfig } from '../../src/config/load.js';
import { featureKey } from '../../src/data/store/kinds.js';
import { amplitudeToDecibels, logCompress, powerToDecibels } from '../../src/features/compression.js';
import { EnvelopeGate } from '../../src/features/envelope.js';
import { melSpectrogram } from '../../src/features/mel.js';
import { melFilters } from '../../src/features/mel-scale.js';
import { spectrogram } from '../../src/features/stft.js';
import { inputKinds } from '../../src/inputs/index.js';
import type { AudioFeature, AudioKind } from '../../src/inputs/kind.js';
import { inputsSchema } from '../../src/inputs/schema.js';
import { type AudioInput, bindInputs } from '../../src/inputs/window.js';
import { toneInNoise } from '../features/known-signals.js';
import { relativeError } from '../features/reference.js';

const RATE = 16_000;
const signal = toneInNoise().subarray(0, 20_000);

/** Inputs whose rows no feature computes: models/embedding-predictor.test.ts is about them. */
const FROZEN = ['embedding'];

const audioKinds = Object.entries(inputKinds).filter(
  (entry): entry is [string, AudioKind] => entry[1].source === 'audio' && !FROZEN.includes(entry[0]),
);

/** All rows of a feature of some samples, pushed in pieces. */
function streamed({ stream: open }: AudioFeature, samples: Float32Array, pieces: number[]): Float32Array {
  const stream = open();
  const parts: Float32Array[] = [];
  let at = 0;
  for (const length of [...pieces, samples.length]) {
    parts.push(stream.push(samples.subarray(at, at + length)) ?? new Float32Array(0));
    at = Math.min(samples.length, at + length);
  }
  return joinSamples([...parts, stream.finish() ?? new Float32Array(0)]);
}

/** All rows of the signal under options of a kind. */
const rowsOf = (kind: AudioKind, options: object, pieces: number[]): Float32Array =>
  streamed(kind.feature(kind.settings(kind.options.parse(options), RATE)), signal, pieces);

describe.each(audioKinds)('the input %s', (name, kind) => {
  it('has a default for every option', () => {
    expect(() => kind.options.parse({})).not.toThrow();
  });

  it('gives the same rows wherever the pieces end', { timeout: 120_000 }, () => {
    expect(rowsOf(kind, {}, [1, 7000, 333])).toEqual(rowsOf(kind, {}, []));
  });

  it('gives whole, finite rows, as many as its hop says', () => {
    const feature = kind.feature(kind.settings(kind.options.parse({}), RATE));
    const rows = rowsOf(kind, {}, []);
    expect(rows.length % feature.width).toBe(0);
    expect(rows.every(Number.isFinite)).toBe(true);
    const { hopLength } = feature;
    const steps =
      hopLength === null ? 1 : hopLength === 1 ? signal.length : 1 + Math.floor(signal.length / hopLength);
    expect(rows.length / feature.width).toBe(steps);
  });

  it('has a line for a card', () => {
    const config = resolveConfig({ model: { branches: { mel: {} } } });
    const settings = kind.settings(kind.options.parse({}), config.inputs.sample_rate);
    expect(kind.describe(kind.written?.(settings) ?? settings)).toMatch(/^[\x20-\x7e×]+$/);
  });

  it('is known to the schema of a config by its name', () => {
    if (kind.branch === null) return void expect(['mfcc', 'mel-statistics']).toContain(name);
    const branches = { own: { input: name, kind: kind.branch } };
    expect(resolveConfig({ model: { branches } }).inputs).toHaveProperty(name);
  });
});

describe.each(audioKinds)('the input %s with pre-emphasis', (_, kind) => {
  const options = { ...(kind.options.parse({}) as object), pre_emphasis: 0.97 };
  const settings = kind.settings(options, RATE);
  const feature = kind.feature(settings);
  it('is the feature of the filtered samples, wherever the pieces end', { timeout: 120_000 }, () => {
    const filtered = signal.map((sample, n) => sample - 0.97 * (n === 0 ? 0 : signal[n - 1]));
    const plain = kind.feature(kind.settings(kind.options.parse({}), RATE));
    const expected = streamed(plain, filtered, []);
    expect(streamed(feature, signal, [])).toEqual(expected);
    expect(streamed(feature, signal, [1, 7000, 333])).toEqual(expected);
  });

  it('is in the settings, the key of the store and the card only where it is given', () => {
    const plain = kind.settings(kind.options.parse({}), RATE);
    expect(settings).toEqual({ ...plain, preEmphasis: 0.97 });
    expect(plain).not.toHaveProperty('preEmphasis');
    expect(kind.written?.(settings) ?? settings).toMatchObject({ preEmphasis: 0.97 });
    expect(kind.describe(settings)).toMatch(/, pre-emphasis 0\.97$/);
  });

  it('reads one sample more on the left of a changed sound', () => {
    const { hopLength } = feature;
    // A row per recording has no left.
    if (hopLength === null) return void expect(() => feature.rows(signal, 1)).toThrow('no rows of a chunk');
    const plain = kind.feature(kind.settings(kind.options.parse({}), RATE));
    expect(feature.margin).toBe(plain.margin + 1);
    const steps = hopLength === 1 ? 500 : 6;
    const from = 8000 - (8000 % hopLength);
    const samples = signal.subarray(from - feature.margin, from + steps * hopLength + feature.margin + 1);
    const filtered = signal.map((sample, n) => sample - 0.97 * (n === 0 ? 0 : signal[n - 1]));
    const around = filtered.subarray(from - plain.margin, from + steps * hopLength + feature.margin + 1);
    expect(feature.rows(samples, steps)).toEqual(plain.rows(around, steps));
  });
});

describe.each(audioKinds.filter(([name]) => ['mel', 'waveform', 'mfcc', 'mel-statistics'].includes(name)))(
  'the input %s cleaned by the envelope',
  (_, kind) => {
    const envelope = { threshold: 0.05, seconds: 0.1 };
    const own = kind.options.parse({}) as object;
    const plain = kind.feature(kind.settings(own, RATE));
    const loud = signal.map((sample, n) => (n > 5000 && n < 9000 ? 0.001 * sample : sample));
    const gate = new EnvelopeGate(envelope, RATE);
    const kept = joinSamples([gate.push(loud), gate.finish()]);

    it('is the feature of what is left, before the pre-emphasis, wherever the pieces end', () => {
      expect(kept.length).toBeGreaterThan(7000);
      expect(kept.length).toBeLessThan(10_500);
      const feature = kind.feature(kind.settings({ ...own, envelope }, RATE));
      expect(streamed(feature, loud, [])).toEqual(streamed(plain, kept, []));
      expect(streamed(feature, loud, [1, 7000, 333])).toEqual(streamed(plain, kept, []));
      const both = kind.feature(kind.settings({ ...own, envelope, pre_emphasis: 0.97 }, RATE));
      const filtered = kept.map((sample, n) => sample - 0.97 * (n === 0 ? 0 : kept[n - 1]));
      expect(streamed(both, loud, [])).toEqual(streamed(plain, filtered, []));
    });

    it('is in the settings, the key of the store and the card only where it is given', () => {
      const settings = kind.settings({ ...own, envelope }, RATE);
      expect(settings).toEqual({ ...kind.settings(own, RATE), envelope });
      expect(kind.settings(own, RATE)).not.toHaveProperty('envelope');
      expect(kind.written?.(settings) ?? settings).toMatchObject({ envelope });
      expect(kind.describe(settings)).toMatch(/, envelope below 0\.05 dropped$/);
    });
  },
);
const windowed = audioKinds.filter(([, { options }]) => 'window' in (options as { shape?: object }).shape!);

describe.each(windowed)('the window of the input %s', (_, kind) => {
  const settingsOf = (options: object) => kind.settings(kind.options.parse({ n_fft: 512, ...options }), RATE);

  it('is not in the key of the store where it is the usual one', () => {
    expect(settingsOf({ window: 'hann', window_length: 512 })).toEqual(settingsOf({}));
    expect(JSON.stringify(settingsOf({}))).not.toMatch(/window/);
  });

  it('changes the numbers, and both its kind and its length are in the key', () => {
    const chosen = [{}, { window: 'hamming' }, { window_length: 400 }].map(settingsOf);
    expect(new Set(chosen.map((settings) => JSON.stringify(settings))).size).toBe(3);
    const rows = chosen.map((settings) => streamed(kind.feature(settings), signal, []).join());
    expect(new Set(rows).size).toBe(3);
  }, 60_000);

  it('fits into its frame', () => {
    expect(() => kind.options.parse({ n_fft: 512, window_length: 513 })).toThrow('must be at most n_fft');
  });
});

describe('the settings of a mel input', () => {
  const mel = inputKinds.mel as AudioKind;
  const settingsOf = (options: object) => mel.settings(mel.options.parse(options), RATE);
  const rows = (options: object): Float32Array => rowsOf(mel, options, []);
  const reference = { sampleRate: RATE, nFft: 512, hopLength: 256, melBands: 96 };

  it('leave the keys of stored features as they were where nothing new is chosen', () => {
    expect(settingsOf({})).toEqual(reference);
    const usual = {
      f_min: 0,
      scale: 'slaney',
      norm: 'slaney',
      power: 2,
      compression: { kind: 'log10', factor: 10_000 },
      standardise: 'none',
    };
    const key = (options: object): string => featureKey({ kind: 'mel', settings: settingsOf(options) });
    expect(key(usual)).toBe(key({}));
    expect(key({ compression: { kind: 'db', ref: 'max', top_db: 80 } })).toBe(
      key({ compression: { kind: 'db' } }),
    );
    expect(key({ compression: { kind: 'db', of: 'power' } })).toBe(key({ compression: { kind: 'db' } }));
    expect(key({ compression: { kind: 'db', of: 'amplitude' } })).not.toBe(
      key({ compression: { kind: 'db' } }),
    );
    for (const other of [
      { f_min: 30 },
      { f_max: 7000 },
      { scale: 'htk' },
      { norm: 'none' },
      { power: 1 },
      { compression: { kind: 'none' } },
      { compression: { kind: 'db' } },
      { compression: { kind: 'db', of: 'amplitude' } },
    ])
      expect(key(other)).not.toBe(key({}));
  });

  it('choose bands, scale and norm as librosa does', () => {
    const chosen = { f_min: 60, f_max: 6000, scale: 'htk', norm: 'none', compression: { kind: 'none' } };
    const expected = melSpectrogram(signal, {
      ...reference,
      fMin: 60,
      fMax: 6000,
      scale: 'htk',
      norm: 'none',
    });
    expect(rows(chosen)).toEqual(expected.values);
  });

  it('take magnitudes where power is 1', () => {
    const { values, frames, bands } = spectrogram(signal, reference, 1);
    const filters = melFilters(reference);
    const expected = Array.from({ length: frames }, (_, t) =>
      filters.map(({ first, weights }) =>
        weights.reduce((sum, weight, k) => sum + weight * values[t * bands + first + k], 0),
      ),
    ).flat();
    const own = rows({ power: 1, compression: { kind: 'none' } });
    expect(relativeError(own, expected)).toBeLessThan(1e-5);
  });

  it.each([
    [{ kind: 'log10', factor: 100 }, (power: Float32Array) => logCompress(power, 100)],
    [{ kind: 'log', offset: 1e-3 }, (power: Float32Array) => power.map((value) => Math.log(value + 1e-3))],
    [{ kind: 'db' }, (power: Float32Array) => powerToDecibels(power, { topDb: null })],
    [
      { kind: 'db', of: 'amplitude' },
      (power: Float32Array) => power.map((value) => 20 * Math.log10(Math.max(1e-5, value))),
    ],
  ])('compress: %j', (compression, compress) => {
    const power = melSpectrogram(signal, reference).values;
    expect(relativeError(rows({ compression }), compress(power))).toBeLessThan(1e-6);
  });

  const bound = (options: object): AudioInput => {
    const config = resolveConfig({
      inputs: { chunk_seconds: 1, mel: options },
      model: { branches: { mel: {} } },
    });
    const [input] = bindInputs(config.inputs, ['mel'], {
      statistics: { mel: { means: Array(96).fill(2), deviations: Array(96).fill(4) } },
    }).list;
    return input as AudioInput;
  };

  it.each([
    ['max', 80],
    [0.5, 30],
    ['max', null],
  ] as const)('measure decibels against %s with a floor of %s dB, window by window', (ref, topDb) => {
    const input = bound({ compression: { kind: 'db', ref, top_db: topDb } });
    const power = melSpectrogram(signal, reference).values.subarray(0, 62 * 96);
    const window = powerToDecibels(power, { topDb: null });
    input.finishWindow(window);
    expect(relativeError(window, powerToDecibels(power, { ref, topDb }))).toBeLessThan(1e-5);
  });

  it('measure decibels of amplitudes against an amplitude, as librosa does', () => {
    const input = bound({ compression: { kind: 'db', of: 'amplitude', ref: 0.5, top_db: 60 } });
    const mel = melSpectrogram(signal, reference).values.subarray(0, 62 * 96);
    const window = amplitudeToDecibels(mel, { topDb: null });
    input.finishWindow(window);
    expect(relativeError(window, amplitudeToDecibels(mel, { ref: 0.5, topDb: 60 }))).toBeLessThan(1e-5);
  });

  it('standardise each window, or each band by its statistics', () => {
    const window = Float32Array.from({ length: 62 * 96 }, (_, i) => Math.sin(i) + 3);
    const perClip = window.slice();
    bound({ standardise: 'per-clip' }).finishWindow(perClip);
    const mean = perClip.reduce((sum, value) => sum + value, 0) / perClip.length;
    const deviation = Math.sqrt(perClip.reduce((sum, value) => sum + value ** 2, 0) / perClip.length);
    expect([mean, deviation]).toEqual([expect.closeTo(0, 4), expect.closeTo(1, 4)]);
    const perBand = window.slice();
    bound({ standardise: 'per-band' }).finishWindow(perBand);
    expect(perBand[7]).toBeCloseTo((window[7] - 2) / 4, 5);
    const all = window.slice();
    bound({ standardise: { mean: 2.5, deviation: 0.5 } }).finishWindow(all);
    expect(all[7]).toBeCloseTo((window[7] - 2.5) / 0.5, 5);
  });

  it('are refused in a sentence where they make no sense', () => {
    const config = (mel: object) => () =>
      resolveConfig({ inputs: { mel }, model: { branches: { mel: {} } } });
    expect(config({ f_min: 500, f_max: 400 })).toThrow(/inputs\.mel\.f_max: must be above f_min/);
    expect(config({ compression: { kind: 'cubic' } })).toThrow(/"cubic" is not one of log10, db, log, none/);
    expect(config({ power: 3 })).toThrow(/inputs\.mel\.power/);
    expect(config({ pad_mode: 'constant' })).toThrow(/inputs\.mel\.pad_mode: is for frames of each window/);
    expect(config({ standardise: { mean: 1, deviation: 0 } })).toThrow(
      /inputs\.mel\.standardise\.deviation: must be above 0, not 0/,
    );
    expect(config({ standardise: { mean: 1 } })).toThrow(
      /inputs\.mel\.standardise\.deviation: must be a number; it is missing/,
    );
    expect(config({ standardise: 'per-song' })).toThrow(
      /inputs\.mel\.standardise: must be one of none, per-clip, per-band, not "per-song"/,
    );
  });
});

it('the window of a transform and what is done to a window of the model stand apart in a stored model', () => {
  const inputs = inputsSchema().parse({
    mel: { window: 'hamming', compression: { kind: 'db', ref: 'max' } },
  });
  const [input] = bindInputs(inputs, ['mel'], { vocabularies: {}, statistics: {} }).list;
  expect(input.settings).toMatchObject({
    transformWindow: 'hamming',
    window: { compression: { kind: 'db', ref: 'max' } },
  });
  expect(input.kind.describe(input.settings)).toContain('periodic Hamming');
  const plain = inputsSchema().parse({ mel: { compression: { kind: 'db', ref: 'max' } } });
  const [usual] = bindInputs(plain, ['mel'], { vocabularies: {}, statistics: {} }).list;
  expect(usual.settings).not.toHaveProperty('transformWindow');
  expect(usual.kind.describe(usual.settings)).toContain('periodic Hann');
});
