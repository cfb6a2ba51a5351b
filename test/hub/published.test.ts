/** The published networks, held to what their authors' own package says of a synthetic melody and of two tracks. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { messageOf } from '../../src/base/errors.js';
import { modelsFolder } from '../../src/base/package.js';
import { loadEngine } from '../../src/engine/engine.js';
import { logMelSpectrogram, type MelSettings } from '../../src/features/mel.js';
import { loadPredictor } from '../../src/hub/model-folder.js';
import { PUBLISHED_NAMES, type PublishedName } from '../../src/hub/published/index.js';
import { pullModels } from '../../src/hub/pull.js';
import { type WindowBatch, windowSize } from '../../src/inputs/window.js';
import type { Predictor } from '../../src/models/predictor.js';
import { availableEngines } from '../engine/available.js';
import { largestDifference } from '../features/reference.js';
import { readNpy } from '../golden/read.js';
import { needsShared, referenceJson, referencePath } from '../reference.js';
import { melodyWindows, musicnnArray, musicnnLabels } from './musicnn-values.js';

/** Fetches what the cache lacks, once; says why not where that fails. */
async function fetchModels(): Promise<string | null> {
  if (PUBLISHED_NAMES.every((name) => existsSync(join(modelsFolder(), name)))) return null;
  try {
    await pullModels(PUBLISHED_NAMES, { log: () => {} });
    return null;
  } catch (error) {
    return `the published models cannot be fetched: ${messageOf(error)}`;
  }
}
const problem = await fetchModels();

const REFERENCE_NAMES: Record<PublishedName, string> = {
  'musicnn-mtt': 'MTT_musicnn',
  'musicnn-msd': 'MSD_musicnn',
  'vgg-mtt': 'MTT_vgg',
  'vgg-msd': 'MSD_vgg',
};

const folder = ['reference', 'musicnn'];
const array = (track: string, name: string): ReturnType<typeof readNpy> =>
  readNpy(referencePath(...folder, track, `${name}.npy`));

const TRACKS: Record<string, { audio: string; duration?: number }> = {
  joram: { audio: referencePath(...folder, 'joram-moments_of_clarity-08-solipsism-59-88.mp3') },
  fantasma: { audio: referencePath('data', 'jamendo', 'mp3', 'Fantasma_-_Los_Rombos.mp3'), duration: 30 },
};

function columnMeans(values: Float32Array, columns: number): Float32Array {
  const rows = values.length / columns;
  const sums = new Float64Array(columns);
  for (const [i, value] of values.entries()) sums[i % columns] += value / rows;
  return Float32Array.from(sums);
}

const melOf = ({ inputs }: Predictor, values: Float32Array): WindowBatch => ({
  count: values.length / windowSize(inputs.list[0]),
  values: { mel: values.slice() },
});

/** Whole windows of a recording, side by side. */
async function windowsOf(track: keyof typeof TRACKS, { settings }: Predictor): Promise<Float32Array> {
  const { audio, duration } = TRACKS[track];
  const { sampleRate, windowFrames, inputs } = settings;
  const { channels } = await decodeAudio(audio, { mono: true, sampleRate, duration });
  const { values, frames, bands } = logMelSpectrogram(channels[0], {
    ...(inputs.mel as unknown as MelSettings),
    sampleRate,
  });
  return values.subarray(0, Math.floor(frames / windowFrames) * windowFrames * bands);
}

describe.each(availableEngines)('published models on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.for(PUBLISHED_NAMES)('%s: taggrams and embeddings of a synthetic melody', async (name, ctx) => {
    ctx.skip(problem !== null, problem ?? '');
    const predictor = await loadPredictor(name);
    const reference = REFERENCE_NAMES[name];
    expect(predictor.labels).toEqual(musicnnLabels[reference.startsWith('MTT') ? 'MTT' : 'MSD']);
    const { scores, embedding } = predictor.predict(melOf(predictor, melodyWindows()));
    expect(largestDifference(scores, musicnnArray(`${reference}_taggram`).values)).toBeLessThan(1e-5);
    if (reference.endsWith('musicnn')) {
      const penultimate = musicnnArray(`${reference}_penultimate`).values;
      expect(largestDifference(embedding!, penultimate)).toBeLessThan(1e-4);
    }
    predictor.dispose();
  });

  it.for(PUBLISHED_NAMES)('%s: taggrams, embeddings and tags of whole recordings', async (name, ctx) => {
    needsShared(ctx);
    ctx.skip(problem !== null, problem ?? '');
    const predictor = await loadPredictor(name);
    const reference = REFERENCE_NAMES[name];
    expect(predictor.settings).toMatchObject({ sampleRate: 16_000, windowFrames: 187, remainder: 'drop' });
    // The second engine is WebAssembly, which takes its time: one track is enough to see that it is the same network.
    const tracks = engine === availableEngines[0] ? Object.keys(TRACKS) : ['joram'];
    for (const track of tracks) {
      const windows = array(track, 'input_windows').values;
      const { scores, embedding } = predictor.predict(melOf(predictor, windows));
      const taggram = array(track, `taggram_${reference}`).values;
      expect(largestDifference(scores, taggram)).toBeLessThan(1e-5);
      if (name === 'musicnn-mtt') {
        const penultimate = array(track, `penultimate_${reference}`).values;
        expect(largestDifference(embedding!, penultimate)).toBeLessThan(1e-4);
      }
      const means = referenceJson<Record<string, { float32: Record<string, number> }>>(
        ...[...folder, track, 'tag_means.json'],
      );
      const wanted = means[reference].float32;
      expect(Object.keys(wanted)).toEqual(predictor.labels);
      const whole = predictor.predict(melOf(predictor, await windowsOf(track, predictor)));
      const tags = columnMeans(whole.scores, predictor.labels.length);
      expect(largestDifference(tags, Float32Array.from(Object.values(wanted)))).toBeLessThan(3e-3);
    }
    predictor.dispose();
  });
});
