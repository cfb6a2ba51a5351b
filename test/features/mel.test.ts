import { describe, expect, it } from 'vitest';
import { logCompress, powerToDecibels } from '../../src/features/compression.js';
import { frameCount } from '../../src/features/framing.js';
import { melSpectrogram } from '../../src/features/mel.js';
import { hertzToMel, MEL_SCALES, melToHertz } from '../../src/features/mel-scale.js';
import fc from '../fast-check.js';
import { errorTo, librosaSignal, SIGNALS } from './reference.js';

const SETTINGS = { sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 };

describe('mel scale', () => {
  it.each(MEL_SCALES)('%s has an inverse', (scale) => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 20_000, noNaN: true }),
        (f) => Math.abs(melToHertz(hertzToMel(f, scale), scale) - f) < 1e-6,
      ),
    );
  });

  it('puts 1000 Hz at 15 mel (Slaney) and close to 1000 mel (HTK)', () => {
    expect(hertzToMel(1000)).toBeCloseTo(15, 12);
    expect(hertzToMel(1000, 'htk')).toBeCloseTo(999.9855, 3);
  });
});

describe('mel spectrogram', () => {
  it('is zero for silence and has librosa’s number of frames', () => {
    const mel = melSpectrogram(new Float32Array(1000), SETTINGS);
    expect([mel.frames, mel.bands]).toEqual([frameCount(1000, { frameLength: 512, hopLength: 256 }), 96]);
    expect(logCompress(mel.values).every((value) => value === 0)).toBe(true);
  });

  it('refuses a window that is longer than its frame', () => {
    expect(() => melSpectrogram(new Float32Array(1000), { ...SETTINGS, winLength: 513 })).toThrow(
      'winLength must be a whole number of samples from 1 to nFft, 512, not 513.',
    );
  });

  it.for(SIGNALS.filter((name) => !name.includes('shared')))(
    'equals librosa’s of %s with a Hamming window of 25 ms',
    async (name, ctx) => {
      const { samples, array } = await librosaSignal(name, ctx);
      const hamming = melSpectrogram(samples, { ...SETTINGS, window: 'hamming', winLength: 400 });
      expect(errorTo(array('mel_hamming'), hamming)).toBeLessThan(1e-5);
    },
  );

  it.for(SIGNALS)('equals librosa’s of %s, on both scales and in dB', async (name, ctx) => {
    const { samples, array } = await librosaSignal(name, ctx);
    const slaney = melSpectrogram(samples, SETTINGS);
    expect(errorTo(array('mel_slaney'), slaney)).toBeLessThan(1e-5);
    const htk = melSpectrogram(samples, { ...SETTINGS, scale: 'htk', norm: 'none' });
    expect(errorTo(array('mel_htk'), htk)).toBeLessThan(1e-5);
    const decibels = { ...slaney, values: powerToDecibels(slaney.values, { ref: 'max', topDb: 80 }) };
    expect(errorTo(array('mel_db'), decibels)).toBeLessThan(2e-5);
  });
});
