/** Every config of a network of the zoo, at its full size, on recordings in MagnaTagATune's layout. */
import { beforeAll, expect, it } from 'vitest';
import { shippedConfigOf } from '../../src/config/load.js';
import { loadEngine } from '../../src/engine/engine.js';
import { type ZooName, zoo } from '../../src/models/zoo/index.js';
import { needsShared, referencePath } from '../reference.js';
import { runHere } from './in-process.js';

beforeAll(async () => {
  await loadEngine();
});

it.for(Object.keys(zoo) as ZooName[])('%s: the whole network is built for the data', async (name, ctx) => {
  needsShared(ctx);
  const config = await shippedConfigOf(name);
  const root = referencePath('data', 'mini-mtat');
  // The piano's config is of folders of classes.
  const data =
    name === 'piano-cnn'
      ? [`data={set: mtat, root: ${JSON.stringify(root)}}`, 'training.early_stopping.metric=loss']
      : [`data.root=${root}`];
  const { code, stderr, stdout } = await runHere('run', config, ...data, 'training.epochs=1', '--dry-run');
  expect([code, stderr]).toEqual([0, expect.stringMatching(/weights/)]);
  expect(stdout).toContain(`kind: ${name}`);
});
