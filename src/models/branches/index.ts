/** Every branch by the name that `model.branches` gives its kind. Adding one is a file and a line here. */
import { zoo } from '../zoo/index.js';
import type { ZooKind } from '../zoo/zoo.js';
import type { BranchKind } from './branch.js';
import { embedding } from './embedding.js';
import { frames } from './frames.js';
import { fromZoo } from './from-zoo.js';
import { lyrics } from './lyrics.js';
import { mel } from './mel.js';
import { waveform } from './waveform.js';

const ownBranches = { mel, waveform, lyrics, frames, embedding };

/** Networks of the zoo, each a branch too. */
const zooBranches: Record<string, BranchKind> = Object.fromEntries(
  Object.entries(zoo).map(([name, kind]) => [name, fromZoo(kind as unknown as ZooKind)]),
);

export const branches: Record<string, BranchKind> & typeof ownBranches = { ...ownBranches, ...zooBranches };

/** Kinds of branches that are no published networks. */
export type OwnBranches = typeof ownBranches;
