/** Which features an experiment keeps of which recordings. */
import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../src/config/load.js';
import { wantedFeatures } from '../../src/training/features.js';

const MEL = { model: { branches: { mel: {} }, fusion: 'concat' } };
const soundOf = (config: object, tested?: 'validation') =>
  wantedFeatures(resolveConfig({ ...MEL, ...config }), tested).sound;

describe('the samples of recordings', () => {
  it('are kept of the training split where augmentation alone changes the sound', () => {
    const training = { augment: { gain: {} } };
    expect(soundOf({ training })).toEqual({ name: 'waveform', splits: ['train'] });
    expect(soundOf({})).toBeNull();
    expect(soundOf({ training: { augment: { spec_augment: {} } } })).toBeNull();
  });

  it('are kept of the split that conditions are tested on', () => {
    const evaluation = { conditions: [{ noise: { snr: 10 } }] };
    expect(soundOf({ evaluation })).toEqual({ name: 'waveform', splits: ['test'] });
    expect(soundOf({ evaluation }, 'validation')).toEqual({ name: 'waveform', splits: ['validation'] });
    const both = { evaluation, training: { augment: { gain: {} } } };
    expect(soundOf(both)).toEqual({ name: 'waveform', splits: ['train', 'test'] });
    expect(soundOf({ evaluation: { conditions: [{ absent: ['mel'] }] } })).toBeNull();
  });

  it('are kept of all recordings where the model takes them', () => {
    const both = { model: { branches: { mel: {}, waveform: {} }, fusion: 'concat' } };
    const training = { augment: { gain: {} } };
    expect(soundOf({ ...both, training })).toBeNull();
    // What was done to them comes after the augmentation, which takes them as they were.
    expect(soundOf({ ...both, training, inputs: { pre_emphasis: 0.97 } })).toEqual({
      name: 'unfiltered waveform',
      splits: ['train'],
    });
  });
});
