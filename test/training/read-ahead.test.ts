import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { type Example, examplesOf } from '../../src/data/dataset.js';
import { loadDataset } from '../../src/data/sets/index.js';
import { loadEngine } from '../../src/engine/engine.js';
import type { WindowBatch } from '../../src/inputs/window.js';
import type { Batches, Chunk } from '../../src/training/batches.js';
import { type Prepared, prepare } from '../../src/training/prepare.js';
import { ReadAhead } from '../../src/training/read-ahead.js';
import { makeWorkplace, type Workplace } from '../workplace.js';

const SIZE = 7;

/** A thread after the first batch. */
const AT_ONCE = { after: 0, share: 0 };

let workplace: Workplace;
beforeAll(async () => {
  await loadEngine();
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const AUGMENTED = [
  'training.augment={pitch_shift: {}, gain: {}, noise: {}, mp3: {}, mixup: {}, spec_augment: {}}',
  'training.modality_dropout=0.3',
  'inputs.mel.standardise=per-band',
];

async function prepared(...overrides: string[]): Promise<Prepared & { train: Example[] }> {
  const config = await loadConfig(workplace.config, overrides);
  const all = await prepare(config, await loadDataset(config.data), { onNote: () => undefined });
  return { ...all, train: examplesOf(all.dataset, 'train') };
}

const listsOf = (batches: Batches, train: Example[], epoch: number): Chunk[][] => {
  const chunks = batches.epoch(train, epoch);
  return Array.from({ length: Math.ceil(chunks.length / SIZE) }, (_, i) =>
    chunks.slice(i * SIZE, (i + 1) * SIZE),
  );
};

/** The bytes of a batch's values by input: vitest compares those of an array much more slowly. */
const bytesOf = ({ count, values }: WindowBatch): unknown => [
  count,
  Object.entries(values).map(([name, { buffer }]) => [name, Buffer.from(buffer).toString('base64')]),
];

describe('batches that are read ahead', () => {
  it.each([
    ['as they are stored', []],
    ['augmented', AUGMENTED],
    ['every chunk, augmented', [...AUGMENTED, 'training.chunks=all']],
  ])('are those that are read where they are needed, to the bit: %s', async (_, overrides) => {
    const { batches, train, store } = await prepared(...overrides);
    const ahead = new ReadAhead(batches, AT_ONCE);
    try {
      for (const epoch of [0, 1]) {
        const lists = listsOf(batches, train, epoch);
        ahead.plan(lists);
        const read: WindowBatch[] = [];
        for (const _ of lists) read.push(await ahead.next());
        expect(read.map(bytesOf)).toEqual(lists.map((chunks) => bytesOf(batches.windows(chunks))));
        await expect(ahead.next()).rejects.toThrow(RangeError);
      }
    } finally {
      await ahead.close();
      store!.close();
    }
  });

  it('follow a new plan where the one before was left', async () => {
    const { batches, train, store } = await prepared();
    const ahead = new ReadAhead(batches, AT_ONCE);
    const [first, second] = [0, 1].map((epoch) => listsOf(batches, train, epoch));
    ahead.plan(first);
    await ahead.next();
    await ahead.next();
    ahead.plan(second);
    expect(await ahead.next()).toEqual(batches.windows(second[0]));
    await ahead.close();
    store!.close();
  });

  it('are of words alone without a thread', async () => {
    const { batches, train } = await prepared('~model.branches.mel', '~model.branches.waveform');
    const ahead = new ReadAhead(batches, AT_ONCE);
    const lists = listsOf(batches, train, 0);
    ahead.plan(lists);
    for (const chunks of lists) expect(await ahead.next()).toEqual(batches.windows(chunks));
    expect(batches.contents).toBeNull();
    await ahead.close();
  });

  it('end with the sentence of a store that was damaged meanwhile', async () => {
    const store = join(workplace.folder, 'damaged');
    const { batches, train } = await prepared(`inputs.store=${store}`, '~model.branches.waveform');
    const ahead = new ReadAhead(batches, AT_ONCE);
    ahead.plan(listsOf(batches, train, 0));
    await ahead.next();
    for (const folder of await readdir(store))
      for (const file of folder.startsWith('mel-') ? await readdir(join(store, folder)) : [])
        await truncate(join(store, folder, file), 100);
    const rest = async (): Promise<void> => {
      for (;;) await ahead.next();
    };
    await expect(rest()).rejects.toThrow(/is damaged: what is read is not what was written; run the same/);
    await ahead.close();
  });
});
