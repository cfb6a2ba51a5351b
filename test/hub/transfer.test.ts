/** What a branch is begun with. */
import { expect, it } from 'vitest';
import { initializeBranch } from '../../src/hub/transfer.js';
import type { ModelInputSet } from '../../src/inputs/window.js';
import type { TaggingModel } from '../../src/models/model.js';
import { type BranchedSpec, modelSchema } from '../../src/models/spec.js';
import { branchesOf } from '../../src/models/spec-parts.js';

it.each([
  [
    { freeze: true },
    ['model.branches.vgg.freeze: without init the weights of the branch are random, and stay so.'],
  ],
  [{ freeze: false }, []],
])('a branch without init that has %j', async (options, wanted) => {
  const spec = modelSchema().parse({ branches: { vgg: options } }) as BranchedSpec;
  const notes: string[] = [];
  const nothing = {} as ModelInputSet & TaggingModel;
  const source = await initializeBranch(branchesOf(spec)[0], nothing, nothing, (note) => notes.push(note));
  expect([source, notes]).toEqual([null, wanted]);
});
