/** Initializes branches from published, imported or trained models. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/files.js';
import type { ModelInputSet } from '../inputs/window.js';
import type { TransferOptions } from '../models/branches/from-zoo.js';
import { inputsOfModel, MODEL_FILES, type ModelDescription } from '../models/description.js';
import type { TaggingModel } from '../models/model.js';
import { type BranchOf, branchesOf } from '../models/spec.js';
import { zoo } from '../models/zoo/index.js';
import { readModelDescription, readModelWeights } from './model-folder.js';
import { findModel } from './store.js';

/** A model that a branch was initialized from, for the run's record. */
export interface BranchSource {
  branch: string;
  model: string;
  /** Of its weights, hexadecimal. */
  sha256: string;
}

/**
 * Initializes a branch from the model that its `init` names and returns where the weights came from; null where it
 * names none, with a note where it is frozen all the same. The inputs must be computed as those of the source. Throws a UsageError when there is no such model, or
 * it does not fit.
 */
export async function initializeBranch(
  { name, kindName, input, options }: BranchOf,
  inputs: ModelInputSet,
  model: TaggingModel,
  onNote: (note: string) => void,
): Promise<BranchSource | null> {
  const { init, freeze } = options as TransferOptions;
  if (!init) {
    if (freeze)
      onNote(
        `model.branches.${name}.freeze: without init the weights of the branch are random, and stay so.`,
      );
    return null;
  }
  const key = `model.branches.${name}.init`;
  const folder = await findModel(init);
  const description = await readModelDescription(folder);
  const source = sourceOf(description, kindName);
  if (!source)
    throw new UsageError(
      `${key}: the model ${init} has no network of the kind ${kindName}; name one that has.`,
    );
  requireSameInput(
    key,
    init,
    settingsOf(inputs, input),
    settingsOf(inputsOfModel(description), source.input),
  );
  const weights = await readModelWeights(folder);
  const own = [...weights].flatMap(([path, values]) =>
    path.startsWith(source.prefix) ? [[path.slice(source.prefix.length), values] as const] : [],
  );
  try {
    model.parameters.writeUnder(`${name}/`, new Map(own));
  } catch (error) {
    throw new UsageError(`${key}: ${(error as Error).message} Give the branch the options of ${init}.`);
  }
  return { branch: name, model: init, sha256: await fileSha256(join(folder, MODEL_FILES.weights)) };
}

/** Where a model has the weights of a kind of network, and that network's input. */
function sourceOf({ spec }: ModelDescription, kind: string): { prefix: string; input: string } | null {
  if (spec.zoo) return spec.zoo.kind === kind ? { prefix: '', input: zoo[spec.zoo.kind].input } : null;
  const branch = spec.branches && branchesOf(spec).find(({ kindName }) => kindName === kind);
  return branch ? { prefix: `${branch.name}/`, input: branch.input } : null;
}

function settingsOf({ grid, list }: ModelInputSet, name: string): Record<string, unknown> {
  return { sampleRate: grid.sampleRate, ...list.find((input) => input.name === name)!.settings };
}

function requireSameInput(
  key: string,
  model: string,
  own: Record<string, unknown>,
  wanted: Record<string, unknown>,
): void {
  const differing = Object.keys({ ...own, ...wanted }).find(
    (name) => JSON.stringify(own[name]) !== JSON.stringify(wanted[name]),
  );
  if (differing)
    throw new UsageError(
      `${key}: ${model} was trained with ${differing} ${JSON.stringify(wanted[differing]) ?? 'not given'}, and the branch's input has ${JSON.stringify(own[differing]) ?? 'none'}; set inputs as for that model.`,
    );
}
