/** Networks of Won et al. 2020 with the weights that they published, held to what PyTorch says of two recordings. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { importModel } from '../../src/hub/import.js';
import { loadPredictor } from '../../src/hub/model-folder.js';
import { Tagger } from '../../src/models/tagger.js';
import type { ZooName } from '../../src/models/zoo/index.js';
import { availableEngines } from '../engine/available.js';
import { largestDifference } from '../features/reference.js';
import { type NpyArray, readNpy } from '../golden/read.js';
import { needsShared, referencePath } from '../reference.js';

const published = (...parts: string[]): string => referencePath('reference', 'published-pytorch', ...parts);

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-published-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/**
 * Largest difference of a score. The highest bands of joram, an MP3 at 16 kHz, are empty, so that the rounding of
 * single-precision transforms is 0.2 dB in places: with a double-precision transform PyTorch differs from itself by
 * 6.7e-5 in Musicnn's scores and 1.0e-5 in CRNN's; we differ from it by 7.7e-5 and 3.3e-5.
 */
const TOLERANCE: Record<string, number> = { fantasma: 1e-5, joram: 1e-4 };

const FILES: { weights: string; architecture: ZooName; labels: [first: string, last: string] }[] = [
  { weights: 'mtat-fcn', architecture: 'fcn', labels: ['guitar', 'choral'] },
  { weights: 'mtat-musicnn', architecture: 'musicnn-won', labels: ['guitar', 'choral'] },
  { weights: 'msd-crnn', architecture: 'crnn', labels: ['rock', 'happy'] },
];

describe.each(availableEngines)('published weights of Won et al. on engine %s', (engine) => {
  beforeEach(async () => {
    await loadEngine(engine);
  });

  it.for(FILES)(
    '$weights: every window of both recordings',
    async ({ weights, architecture, labels }, ctx) => {
      needsShared(ctx);
      const notes: string[] = [];
      const log = (line: string): void => void notes.push(line);
      const file = published('weights', `${weights}.pth`);
      await importModel({ file, architecture, name: 'published', folder: root, force: true, log });
      expect(notes.join()).toContain('assumed: the top 50 of');
      const tagger = new Tagger(await loadPredictor('published', root), []);
      expect([tagger.labels.length, tagger.labels[0], tagger.labels[49]]).toEqual([50, ...labels]);
      for (const track of ['joram', 'fantasma']) {
        const wanted: NpyArray = readNpy(published(track, `${weights}.npy`));
        const { values: samples } = readNpy(referencePath('reference', 'musicnn', track, 'waveform_16k.npy'));
        const { windows } = tagger.tag({ samples, sampleRate: 16_000 });
        expect(windows).toHaveLength(wanted.shape[0]);
        const scores = Float32Array.from(windows.flatMap((window) => [...window.scores]));
        expect(largestDifference(scores, wanted.values)).toBeLessThan(TOLERANCE[track]);
      }
      tagger.dispose();
    },
  );
});
