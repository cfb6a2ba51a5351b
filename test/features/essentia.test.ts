/** The mel spectrograms that Essentia's published networks take, against its own algorithms. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { frameWindow } from '../../src/features/framing.js';
import { melFilters } from '../../src/features/mel-scale.js';
import { FRONT_END_NAMES, frontEnds } from '../../src/hub/graph/front-ends.js';
import { inputsSchema } from '../../src/inputs/schema.js';
import { type AudioInput, bindInputs, type ModelInputSet } from '../../src/inputs/window.js';
import { type NpyArray, readGolden, readNpy } from '../golden/read.js';
import { melody } from '../golden/signals.js';
import { needsShared, referencePath } from '../reference.js';

/** Samples of the reference. */
const SAMPLES = 160_000;

const bindOf = (inputs: object): ModelInputSet =>
  bindInputs(z.object({ inputs: inputsSchema() }).parse({ inputs }).inputs, ['mel']);
const bind = (name: keyof typeof frontEnds): ModelInputSet => bindOf(frontEnds[name].inputs);

/** Largest difference from Essentia’s frames of the recording, of the largest value. */
function worstFrame({ feature }: AudioInput, file: string): number {
  const wanted = readNpy(referencePath('reference', 'essentia', 'joram', `${file}.npy`));
  const { values } = readNpy(referencePath('reference', 'musicnn', 'joram', 'waveform_16k.npy'));
  const stream = feature.stream();
  const samples = Float32Array.from(values.subarray(0, SAMPLES));
  const parts = [stream.push(samples), stream.finish()].flatMap((part) => (part ? [...part] : []));
  expect([parts.length / feature.width, feature.width]).toEqual(wanted.shape);
  const largest = wanted.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const worst = parts.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted.values[i])), 0);
  return worst / largest;
}

describe('the front end of', () => {
  it.for([
    { name: 'musicnn', file: 'musicnn_frames' },
    { name: 'effnet-discogs', file: 'musicnn_frames' },
    { name: 'vggish', file: 'vggish_frames' },
  ] as const)('$name: every frame to 1e-4 of the largest', ({ name, file }, ctx) => {
    needsShared(ctx);
    expect(worstFrame(bind(name).list[0] as AudioInput, file)).toBeLessThan(1e-4);
  });

  it('musicnn is not librosa’s: a periodic window moves a value by 1 % of the largest', (ctx) => {
    needsShared(ctx);
    const { inputs } = frontEnds.musicnn;
    const mel = { ...(inputs.mel as object), window: 'hann' };
    const periodic = worstFrame(bindOf({ ...inputs, mel }).list[0] as AudioInput, 'musicnn_frames');
    expect(periodic).toBeCloseTo(0.01, 3);
  });

  it('each has the patches of its predictor, in frames of the recording', () => {
    const grids = FRONT_END_NAMES.filter((name) => frontEnds[name].algorithms.length > 0).map((name) => {
      const { frames, step, hopLength, sampleRate } = bind(name).grid;
      return [name, frames, step, hopLength, sampleRate];
    });
    expect(grids).toEqual([
      ['musicnn', 187, 93, 256, 16_000],
      ['effnet-discogs', 128, 62, 256, 16_000],
      ['vggish', 96, 93, 160, 16_000],
      ['tempocnn', 256, 128, 512, 11_025],
      ['maest-30s', 1876, 1875, 256, 16_000],
      ['maest-20s', 1258, 1250, 256, 16_000],
      ['maest-10s', 626, 625, 256, 16_000],
      ['maest-5s', 316, 313, 256, 16_000],
    ]);
  });
});

describe('on the melody, as Essentia’s algorithms compute it (make_essentia.py):', async () => {
  const { arrays } = await readGolden('essentia');

  /** Rows of a recording by the feature of an input. */
  const rowsOf = ({ feature }: AudioInput, samples: Float32Array): Float32Array => {
    const stream = feature.stream();
    const parts = [stream.push(samples), stream.finish()];
    return Float32Array.from(parts.flatMap((part) => (part ? [...part] : [])));
  };

  /** Largest difference of every `step`-th row from the reference, of the largest value of the reference. */
  function worst(
    values: Float32Array,
    step: number,
    { shape: [rows, width], values: wanted }: NpyArray,
  ): number {
    expect(Math.ceil(values.length / width / step)).toBe(rows);
    const largest = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    let most = 0;
    for (let row = 0; row < rows; row++)
      for (let j = 0; j < width; j++)
        most = Math.max(most, Math.abs(values[row * step * width + j] - wanted[row * width + j]));
    return most / largest;
  }

  function twice(samples: Float32Array): Float32Array {
    const both = new Float32Array(2 * samples.length);
    both.set(samples);
    both.set(samples, samples.length);
    return both;
  }

  it('tempocnn: every frame, and a patch as the network takes it', () => {
    const input = bind('tempocnn').list[0] as AudioInput;
    const rows = rowsOf(input, twice(melody(11_025)));
    expect(worst(rows, 8, arrays.tempocnn)).toBeLessThan(1e-4);
    const patch = rows.slice(100 * 40, 356 * 40);
    input.finishWindow(patch);
    expect(worst(patch, 8, arrays.tempocnn_patch)).toBeLessThan(1e-4);
  });

  it('maest: every frame, by the mean and twice the deviation of TensorflowPredictMAEST', () => {
    const input = bind('maest-30s').list[0] as AudioInput;
    const window = rowsOf(input, melody());
    expect(worst(window, 16, arrays.musicnn)).toBeLessThan(1e-4);
    const wanted = window.map((x) => (x - 2.06755686098554) / (2 * 1.268292820667291));
    input.finishWindow(window);
    expect(window.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0)).toBeLessThan(1e-6);
  });

  it('openl3: the spectrogram of one second', () => {
    const input = bind('openl3').list[0] as AudioInput;
    expect(input.size).toEqual({ length: 199, width: 128 });
    const window = input.window!.compute(melody(48_000).slice(3 * 48_000, 4 * 48_000));
    input.finishWindow(window);
    expect(worst(window, 4, arrays.openl3)).toBeLessThan(1e-4);
  });
});

describe('triangles that are straight in mel', () => {
  it('reach from one centre to the next, and are 1 together between them', () => {
    const filters = melFilters({
      ...{ sampleRate: 16_000, nFft: 512, melBands: 20, fMin: 125, fMax: 7500 },
      ...{ scale: 'htk', norm: 'none', weighting: 'mel' },
    });
    const sums = new Float64Array(257);
    for (const { first, weights } of filters)
      for (const [k, weight] of weights.entries()) sums[first + k] += weight;
    const peak = (band: number): number =>
      filters[band].first + filters[band].weights.indexOf(Math.max(...filters[band].weights));
    for (let bin = peak(0) + 1; bin < peak(19); bin++) expect(sums[bin]).toBeCloseTo(1, 10);
  });
});

describe('the symmetric Hann window', () => {
  it('is scipy.signal.windows.hann(5), whose ends are 0', () => {
    const five = [...frameWindow({ nFft: 5, window: 'hann-symmetric' })];
    expect(five.map((value) => Number(value.toFixed(12)))).toEqual([0, 0.5, 1, 0.5, 0]);
    expect([...frameWindow({ nFft: 4, window: 'hann-symmetric', winLength: 1 })]).toEqual([0, 1, 0, 0]);
  });
});
