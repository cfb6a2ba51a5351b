/** Musicnn's and the VGG network against the package's own code in TensorFlow, with weights that need no download. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { musicnnWeightMap } from '../../src/hub/published/musicnn.js';
import { mapWeights } from '../../src/hub/weight-map.js';
import { INFERENCE } from '../../src/models/layers/training.js';
import { buildModel } from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';
import { availableEngines } from '../engine/available.js';
import { relativeError } from '../features/reference.js';
import {
  BANDS,
  FRAMES,
  melodyWindows,
  musicnnArray,
  NETWORKS,
  seededCheckpoint,
  WINDOWS,
} from './musicnn-values.js';

describe.each(availableEngines)('networks of the package musicnn on engine %s', (engine) => {
  beforeAll(async () => {
    await loadEngine(engine);
  });

  it.each(NETWORKS)('%s with seeded weights says what TensorFlow says', (name) => {
    const spec = modelSchema().parse({ zoo: { kind: name } });
    const inputs = { mel: { length: FRAMES, width: BANDS } };
    const model = buildModel(spec, { inputs, labels: 50, head: 'sigmoid' }, 1);
    const map = musicnnWeightMap(name);
    model.parameters.write(mapWeights(model.parameters.read(), seededCheckpoint(name), map, 'noise'));
    tf.tidy(() => {
      const mel = tf.tensor3d(melodyWindows(), [WINDOWS, FRAMES, BANDS]);
      const { logits, embedding } = model.forward({ mel }, INFERENCE);
      const scores = model.scores(logits).dataSync();
      expect(relativeError(scores, musicnnArray(`seeded_${name}_taggram`).values)).toBeLessThan(1e-5);
      if (name === 'musicnn')
        expect(
          relativeError(embedding!.dataSync(), musicnnArray('seeded_musicnn_penultimate').values),
        ).toBeLessThan(1e-5);
    });
    model.dispose();
  });
});
