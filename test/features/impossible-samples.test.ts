import { describe, expect, it } from 'vitest';
import { type FeatureKindName, featureKinds, settingsFor } from '../../src/features/kinds.js';
import { logMelStream } from '../../src/features/mel.js';
import { tone } from '../audio/made-files.js';

/** What librosa says of such samples: "Audio buffer is not finite everywhere". */
describe.each(Object.keys(featureKinds) as FeatureKindName[])('%s', (name) => {
  it('refuses samples that are not finite or absurd, and says which', () => {
    const kind = featureKinds[name];
    const settings = settingsFor(kind, {});
    const samples = tone(1, 16_000);
    const compute = (): unknown =>
      'compute' in kind ? kind.compute(samples, settings) : kind.rows(samples, settings, true);
    expect(compute).not.toThrow();
    for (const value of [Number.NaN, Number.NEGATIVE_INFINITY, 1e30]) {
      samples[5000] = value;
      expect(compute).toThrow(/^Sample 5000 is .*; samples are finite numbers/);
    }
  });
});

it('a stream refuses them too', () => {
  const stream = logMelStream({ sampleRate: 16_000, nFft: 512, hopLength: 256, melBands: 96 });
  const samples = tone(3, 16_000);
  samples[40_000] = Number.NaN;
  expect(() => stream.push(samples)).toThrow(/is NaN/);
});
