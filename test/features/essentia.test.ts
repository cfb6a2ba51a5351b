/** The mel spectrograms that Essentia's published networks take, against its own algorithms. */
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { frameWindow } from '../../src/features/framing.js';
import { melFilters } from '../../src/features/mel-scale.js';
import { frontEnds } from '../../src/hub/graph/front-ends.js';
import { inputsSchema } from '../../src/inputs/schema.js';
import { type AudioInput, bindInputs, type ModelInputSet } from '../../src/inputs/window.js';
import { readNpy } from '../golden/read.js';
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

  it('each has the patches of its predictor', () => {
    const grids = (['musicnn', 'effnet-discogs', 'vggish'] as const).map((name) => bind(name).grid);
    expect(grids.map(({ frames, step, hopLength }) => [frames, step, hopLength])).toEqual([
      [187, 93, 256],
      [128, 62, 256],
      [96, 93, 160],
    ]);
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
