import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { loadEngine } from '../../src/engine/engine.js';
import { loadPredictor } from '../../src/hub/model-folder.js';
import { type ScoreWindows, Tagger } from '../../src/models/tagger.js';
import { writeLittleModel } from './little-model.js';

let folder: string;
let tagger: Tagger;
beforeAll(async () => {
  await loadEngine();
  folder = await mkdtemp(join(tmpdir(), 'polytag-tagger-'));
  await writeLittleModel(join(folder, 'little'), ['a', 'b', 'c'], 'tagging');
  tagger = new Tagger(await loadPredictor('little', folder), []);
});
afterAll(async () => {
  tagger.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** 100 windows, of which the last is not whole. */
const input = (): { samples: Float32Array; sampleRate: number } => {
  const random = randomGenerator(1, 'noise');
  return { samples: Float32Array.from({ length: 8000 * 99 + 100 }, () => random.normal()), sampleRate: 8000 };
};

describe('tagging with helpers', () => {
  it.each([0, 1, 2, 9])('gives the result of one alone, to the bit: %s helpers', async (count) => {
    const scored = new Array<number>(count).fill(0);
    const helpers = scored.map(
      (_, i): ScoreWindows =>
        async (batch) => {
          scored[i] += batch.count;
          return tagger.score(batch);
        },
    );
    const alone = tagger.tag(input());
    expect(await tagger.tagWith(input(), helpers)).toEqual(alone);
    expect(alone.windows.length).toBeGreaterThan(90);
    const shared = scored.reduce((sum, windows) => sum + windows, 0);
    if (count > 0) expect(shared / alone.windows.length).toBeGreaterThan(0.3);
    expect(shared).toBeLessThan(alone.windows.length);
  });

  it('scores what a helper fails at', async () => {
    const fails: ScoreWindows = () => Promise.reject(new Error('no memory'));
    expect(await tagger.tagWith(input(), [fails])).toEqual(tagger.tag(input()));
  });
});
