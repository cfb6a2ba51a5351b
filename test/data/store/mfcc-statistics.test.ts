import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { streamAudio } from '../../../src/audio/decode.js';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import { joinSamples } from '../../../src/audio/samples.js';
import { extractFeatures } from '../../../src/data/store/extract.js';
import { featureKey, featureOf } from '../../../src/data/store/kinds.js';
import { powerToDecibels } from '../../../src/features/compression.js';
import { melSpectrogram } from '../../../src/features/mel.js';
import { mfccFromLogMel } from '../../../src/features/timbre/mfcc.js';
import { KNOWN_RATE, toneInNoise } from '../../features/known-signals.js';

const MFCC = { sampleRate: KNOWN_RATE, nFft: 512, hopLength: 256, melBands: 40, nMfcc: 13 };
const STORED = { kind: 'mfcc', settings: MFCC };

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-mfcc-'));
  path = join(folder, 'tone.wav');
  await writeFile(path, encodeWav([toneInNoise()], KNOWN_RATE));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the statistics of MFCCs that are stored', () => {
  it('are the mean and deviation over the frames of the whole recording', async () => {
    const { blocks } = await streamAudio(path, { mono: true });
    const parts: Float32Array[] = [];
    for await (const [mono] of blocks) parts.push(mono.slice());
    const mel = melSpectrogram(joinSamples(parts), MFCC);
    const { values, frames } = mfccFromLogMel(
      { ...mel, values: powerToDecibels(mel.values, { topDb: null }) },
      { nMfcc: 13 },
    );
    const { values: found } = await extractFeatures(path, { mfcc: STORED }, ['mfcc']);
    expect(found.mfcc).toHaveLength(featureOf(STORED).width);
    for (let c = 0; c < 13; c++) {
      const own = Array.from({ length: frames }, (_, t) => values[t * 13 + c]);
      const mean = own.reduce((sum, value) => sum + value, 0) / frames;
      const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / frames);
      expect(found.mfcc![c]).toBeCloseTo(mean, 3);
      expect(found.mfcc![13 + c]).toBeCloseTo(deviation, 3);
    }
  });

  it('lie under a name of their settings', () => {
    const key = featureKey(STORED);
    expect(key).toMatch(/^mfcc-[0-9a-f]{16}$/);
    expect(featureKey({ ...STORED, settings: { ...MFCC, nMfcc: 12 } })).not.toBe(key);
  });
});
