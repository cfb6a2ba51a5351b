import { describe, expect, it } from 'vitest';
import { resample } from '../../src/audio/resample.js';
import { logMelSpectrogram } from '../../src/features/mel.js';
import { type CutOptions, WindowCutter, type Windows } from '../../src/inputs/cutter.js';
import fc from '../fast-check.js';
import { madeInputs } from './made-inputs.js';

const MEL = { sampleRate: 8000, nFft: 256, hopLength: 128, melBands: 8 };

const optionsOf = (
  { mel, waveform }: { mel: boolean; waveform: boolean },
  remainder: CutOptions['remainder'],
  step: number,
): CutOptions => {
  const sizes = { sampleRate: 8000, hopLength: 128, frames: 20, nFft: 256, bands: mel ? 8 : 0, waveform };
  const { grid, list } = madeInputs(sizes);
  return { grid: { ...grid, ...(step !== grid.frames && { step }) }, inputs: list, remainder };
};

/** All windows of a signal that comes in pieces. */
function cut(options: CutOptions, samples: Float32Array, rate: number, lengths: number[]): Windows[] {
  const cutter = new WindowCutter(options, rate);
  const parts: Windows[] = [];
  let at = 0;
  for (const length of [...lengths, samples.length]) {
    parts.push(cutter.push(samples.subarray(at, at + length)));
    at = Math.min(samples.length, at + length);
  }
  return [...parts, cutter.finish()].filter(({ count }) => count > 0);
}

/** The windows of a whole signal: side by side or each some steps after the one before, and where the end is covered, one more that ends there. */
function expected(
  { grid, inputs, remainder }: CutOptions,
  samples: Float32Array,
): Record<'mel' | 'waveform', number[]> {
  const { frames, hopLength, step = frames } = grid;
  const names = inputs.map(({ name }) => name);
  const logMel = names.includes('mel') ? logMelSpectrogram(samples, MEL) : null;
  const total = logMel?.frames ?? Math.ceil(samples.length / hopLength);
  const starts: number[] = [];
  for (let start = 0; start + frames <= total; start += step) starts.push(start);
  if (starts.length === 0) starts.push(0);
  else if (remainder === 'cover' && starts[starts.length - 1] + frames < total) starts.push(total - frames);
  const parts = (values: Float32Array, width: number): number[] =>
    starts.flatMap((start) =>
      Array.from({ length: frames * width }, (_, i) => values[start * width + i] ?? 0),
    );
  return {
    mel: logMel ? parts(logMel.values, logMel.bands) : [],
    waveform: names.includes('waveform') ? parts(samples, hopLength) : [],
  };
}

const joined = (parts: (Float32Array | undefined)[]): number[] => parts.flatMap((part) => [...(part ?? [])]);

describe('WindowCutter', () => {
  it('gives the windows of the whole recording, to the bit, wherever the pieces end', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30_000 }),
        fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 6 }),
        fc.constantFrom(
          { mel: true, waveform: false },
          { mel: false, waveform: true },
          { mel: true, waveform: true },
        ),
        fc.constantFrom('drop', 'cover') as fc.Arbitrary<CutOptions['remainder']>,
        fc.constantFrom(8000, 11_025),
        fc.constantFrom(20, 20, 13, 7),
        (length, lengths, kinds, remainder, rate, step) => {
          const options = optionsOf(kinds, remainder, step);
          const samples = Float32Array.from({ length }, (_, n) => Math.sin(n * n * 1e-4));
          const parts = cut(options, samples, rate, lengths);
          const whole = expected(options, resample(samples, rate, 8000));
          expect(joined(parts.map(({ values }) => values.mel))).toEqual(whole.mel);
          expect(joined(parts.map(({ values }) => values.waveform))).toEqual(whole.waveform);
          const starts = parts.flatMap((part) => part.starts);
          expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });
});
