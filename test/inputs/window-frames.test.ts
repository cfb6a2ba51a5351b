/** Inputs that are computed of each window alone, and windows of recordings that are shorter. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import { powerToDecibels } from '../../src/features/compression.js';
import { melSpectrogram } from '../../src/features/mel.js';
import { WindowCutter } from '../../src/inputs/cutter.js';
import { type AudioInput, bindInputs } from '../../src/inputs/window.js';

const MEL = { bands: 40, scale: 'htk', norm: 'none', frames: 'window', compression: { kind: 'db' } };
const bound = (inputs: object, name = 'mel') =>
  bindInputs(resolveConfig({ inputs, model: { branches: { [name]: {} } } }).inputs, [name]);

const signal = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, i) => 0.4 * Math.sin(i / 7) + 0.2 * Math.sin(i * i * 1e-5));

/** Windows of a signal that comes in pieces of 1,000 samples. */
function cut(samples: Float32Array, inputs: object, name = 'mel'): Float32Array[] {
  const { grid, list } = bound(inputs, name);
  const size = list[0].size.length * list[0].size.width;
  const cutter = new WindowCutter({ grid, inputs: list, remainder: 'cover' }, 16_000);
  const parts = [];
  for (let at = 0; at < samples.length; at += 1000) parts.push(cutter.push(samples.slice(at, at + 1000)));
  parts.push(cutter.finish());
  return parts.flatMap(({ count, values }) =>
    Array.from({ length: count }, (_, i) => values[name].slice(i * size, (i + 1) * size)),
  );
}

/** The decibels of a window alone. */
const decibels = (samples: Float32Array): Float32Array => {
  const [input] = bound({ chunk_seconds: 1, mel: MEL }).list as AudioInput[];
  const { nFft, hopLength, melBands } = input.settings as Record<string, number>;
  const { values } = melSpectrogram(samples, {
    ...{ sampleRate: 16_000, nFft, hopLength, melBands, scale: 'htk', norm: 'none', padMode: 'reflect' },
  });
  return powerToDecibels(values, { topDb: null });
};

describe('frames of each window', () => {
  it.each([
    [29, 464_000, 1813],
    [3, 48_000, 188],
    [3.690_562_5, 59_049, 231],
  ])('windows of %d s have %i samples and %i frames', (chunk_seconds, samples, frames) => {
    const { grid, list } = bound({ chunk_seconds, mel: MEL });
    expect(grid.frames * grid.hopLength).toBe(samples);
    expect(list[0].size).toEqual({ length: frames, width: 40 });
  });

  it('are those of its samples alone, wherever it lies', () => {
    const samples = signal(40_000);
    const windows = cut(samples, { chunk_seconds: 1, mel: MEL });
    // The last window is moved back to the end, on the grid of 250 samples.
    for (const [i, start] of [0, 16_000, 24_000].entries())
      expect(windows[i]).toEqual(decibels(samples.slice(start, start + 16_000)));
    expect(windows).toHaveLength(3);
  });

  it('of a shorter recording are of what the padding makes of it', () => {
    const samples = signal(6000);
    const silent = new Float32Array(16_000);
    silent.set(samples);
    expect(cut(samples, { chunk_seconds: 1, mel: MEL })).toEqual([decibels(silent)]);
    const repeated = Float32Array.from({ length: 16_000 }, (_, i) => samples[i % 6000]);
    expect(cut(samples, { chunk_seconds: 1, pad: 'repeat', mel: MEL })).toEqual([decibels(repeated)]);
  });

  it.each([
    [{ chunk_seconds: 0.01, mel: MEL }, /A window of 160 samples cannot be reflected .* at least 257/],
    [{ mel: { ...MEL, standardise: 'per-band' } }, /per-band is measured over frames of recordings/],
  ])('are refused where they cannot be: %j', (inputs, message) => {
    expect(() => bound(inputs)).toThrow(message);
  });
});

describe('samples', () => {
  const waveform = { exact: true };
  it('exact windows have chunk_seconds of them, others whole hops', () => {
    const lengths = [waveform, {}].map(
      (options) => bound({ chunk_seconds: 3.690_562_5, waveform: options }, 'waveform').list[0].size.length,
    );
    expect(lengths).toEqual([59_049, 230 * 256]);
  });

  it('of a shorter recording are repeated, or followed by zeros', () => {
    const samples = signal(700);
    const inputs = { chunk_seconds: 0.1, waveform };
    const [zeros] = cut(samples, inputs, 'waveform');
    expect([...zeros.slice(0, 700), ...zeros.slice(700)]).toEqual([...samples, ...new Float32Array(900)]);
    const [repeated] = cut(samples, { ...inputs, pad: 'repeat' }, 'waveform');
    expect([...repeated]).toEqual(Array.from({ length: 1600 }, (_, i) => samples[i % 700]));
  });
});

it('frames of a recording that is shorter are repeated by the frame', () => {
  const inputs = { chunk_seconds: 1, mel: { bands: 40 } };
  const [silent] = cut(signal(5000), inputs);
  const [repeated] = cut(signal(5000), { ...inputs, pad: 'repeat' });
  const frames = 1 + Math.floor(5000 / 256);
  expect(repeated.slice(0, frames * 40)).toEqual(silent.slice(0, frames * 40));
  expect(repeated.slice(frames * 40, 2 * frames * 40)).toEqual(silent.slice(0, frames * 40));
  expect(silent.slice(frames * 40).every((value) => value === 0)).toBe(true);
});
