import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resample } from '../../../src/audio/resample.js';
import { WindowCutter, type Windows } from '../../../src/catalogue/tag/windows.js';
import { logMelSpectrogram } from '../../../src/features/log-mel.js';
import type { ModelSettings } from '../../../src/training/model-settings.js';

const MEL = {
  nFft: 256,
  hopLength: 128,
  melBands: 8,
  scale: 'slaney',
  norm: 'slaney',
  compression: 'log10(1 + 10000 x)',
} as const;

const settingsOf = (
  kinds: { mel: boolean; waveform: boolean },
  remainder: ModelSettings['remainder'],
): ModelSettings => ({
  sampleRate: 8000,
  windowFrames: 20,
  hopLength: 128,
  remainder,
  mel: kinds.mel ? MEL : null,
  waveform: kinds.waveform,
  lyrics: null,
});

/** All windows of a signal that comes in pieces. */
function cut(settings: ModelSettings, samples: Float32Array, rate: number, lengths: number[]): Windows[] {
  const cutter = new WindowCutter(settings, rate);
  const parts: Windows[] = [];
  let at = 0;
  for (const length of [...lengths, samples.length]) {
    parts.push(cutter.push(samples.subarray(at, at + length)));
    at = Math.min(samples.length, at + length);
  }
  return [...parts, cutter.finish()].filter(({ count }) => count > 0);
}

/** The windows of a whole signal: side by side, and where the end is to be heard, one more that ends there. */
function expected(settings: ModelSettings, samples: Float32Array): Record<'mel' | 'waveform', number[]> {
  const { windowFrames: frames, hopLength, remainder, sampleRate, mel } = settings;
  const logMel = mel && logMelSpectrogram(samples, { ...mel, sampleRate });
  const total = logMel?.frames ?? Math.ceil(samples.length / hopLength);
  const starts: number[] = [];
  for (let start = 0; start + frames <= total; start += frames) starts.push(start);
  if (starts.length === 0) starts.push(0);
  else if (remainder === 'cover' && total % frames > 0) starts.push(total - frames);
  const parts = (values: Float32Array, width: number): number[] =>
    starts.flatMap((start) =>
      Array.from({ length: frames * width }, (_, i) => values[start * width + i] ?? 0),
    );
  return {
    mel: logMel ? parts(logMel.values, logMel.bands) : [],
    waveform: settings.waveform ? parts(samples, hopLength) : [],
  };
}

const joined = (parts: (Float32Array | null)[]): number[] => parts.flatMap((part) => [...(part ?? [])]);

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
        fc.constantFrom('drop', 'cover') as fc.Arbitrary<ModelSettings['remainder']>,
        fc.constantFrom(8000, 11_025),
        (length, lengths, kinds, remainder, rate) => {
          const settings = settingsOf(kinds, remainder);
          const samples = Float32Array.from({ length }, (_, n) => Math.sin(n * n * 1e-4));
          const parts = cut(settings, samples, rate, lengths);
          const whole = expected(settings, resample(samples, rate, settings.sampleRate));
          expect(joined(parts.map(({ mel }) => mel))).toEqual(whole.mel);
          expect(joined(parts.map(({ waveform }) => waveform))).toEqual(whole.waveform);
          const starts = parts.flatMap((part) => part.starts);
          expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });
});
