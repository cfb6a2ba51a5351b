import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { modelForThreads } from '../../../src/catalogue/tag/thread-predictor.js';
import { WindowPool } from '../../../src/catalogue/tag/window-pool.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { Predictor } from '../../../src/models/predictor.js';
import { goldenPath } from '../../audio/golden.js';

const modelWith = (copy: Predictor['copy'], name: Engine['name']): ReturnType<typeof modelForThreads> =>
  modelForThreads(['model'], { name } as Engine, { copy } as Predictor);

it('threads have copies of models that compute on one processor and are small', () => {
  const network = { bytes: 1000, needsEngine: true };
  const graph = { bytes: 1000, needsEngine: false };
  expect(modelWith(network, 'wasm')).toEqual({ folders: ['model'], engine: 'wasm' });
  expect(modelWith(network, 'tensorflow')).toBeNull();
  expect(modelWith(graph, 'tensorflow')).toEqual({ folders: ['model'], engine: null });
  expect(modelWith({ ...graph, bytes: 2 ** 30 / availableParallelism() + 1 }, 'tensorflow')).toBeNull();
  expect(modelWith(undefined, 'wasm')).toBeNull();
});

it('a model that a thread cannot open ends the work with its sentence, and no recording is blamed', async () => {
  const pool = new WindowPool(1);
  const paths = (async function* () {
    yield goldenPath('mono_16k.mp3');
  })();
  const folders = [join(import.meta.dirname, 'no-such-model')];
  const cut = { inputs: { mel: {} }, names: ['mel'], remainder: 'cover', extensions: [] } as const;
  const all = async (): Promise<void> => {
    const request = { ...cut, names: ['mel'], model: { folders, engine: 'wasm' as const } };
    for await (const _ of pool.decode(paths, request as never));
  };
  await expect(all()).rejects.toThrow(UsageError);
  await pool.close();
});
