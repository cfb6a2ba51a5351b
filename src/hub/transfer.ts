/** Initializes branches and whole networks from published, imported or trained models. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/files.js';
import type { ModelInputSet } from '../inputs/window.js';
import type { TransferOptions } from '../models/branches/from-zoo.js';
import { inputsOfModel, MODEL_FILES, type ModelDescription } from '../models/description.js';
import type { Task } from '../models/heads/index.js';
import type { TaggingModel } from '../models/model.js';
import type { Parameters, WeightValues } from '../models/parameters.js';
import type { NetworkSpec } from '../models/spec.js';
import { type BranchOf, branchesOf } from '../models/spec-parts.js';
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

/** A model that a whole network was initialized from, for the run's record. */
export interface NetworkSource {
  model: string;
  /** Of its weights, hexadecimal. */
  sha256: string;
  /** Weights and states that it gave. */
  taken: string[];
  /** Weights of the output layer, which are new because the labels are others. */
  fresh: string[];
}

/** A network that is to be initialized: its form, its labels, and what its inputs are computed with. */
export interface InitializedNetwork {
  spec: NetworkSpec;
  task: Task;
  labels: readonly string[];
  inputs: ModelInputSet;
  /** Words of text inputs by name. */
  vocabularies: Record<string, string[]>;
  /** Names of the weights whose shapes depend on the number of labels; asked for where these are others. */
  outputs(): ReadonlySet<string>;
}

/**
 * Initializes a whole network from the model that `spec.init` names; null where it names none. The output layer is taken over only where
 * task and labels are those of the source. Throws UsageError where there is no such model, or it does not fit.
 */
export async function initializeNetwork(
  { spec, task, labels, inputs, vocabularies, outputs }: InitializedNetwork,
  parameters: Parameters,
): Promise<NetworkSource | null> {
  if (spec.init === undefined) return null;
  const [key, model] = ['model.init', spec.init];
  const folder = await findModel(model);
  const description = await readModelDescription(folder);
  const formOf = ({ zoo: network, branches, pitch }: ModelDescription['spec']): string =>
    network ? network.kind : branches ? `branches${pitch ? ' with pitch' : ''}` : 'no network';
  if (formOf(description.spec) !== formOf(spec))
    throw new UsageError(
      `${key}: ${model} is ${formOf(description.spec)}, and the config's model is ${formOf(spec)}; describe the model as that of ${model}.`,
    );
  const theirs = inputsOfModel(description);
  for (const { name } of inputs.list) {
    if (!theirs.list.some((input) => input.name === name))
      throw new UsageError(`${key}: ${model} takes no input ${name}; remove it, or name another model.`);
    requireSameInput(key, model, settingsOf(inputs, name), settingsOf(theirs, name));
    if (JSON.stringify(vocabularies[name]) !== JSON.stringify(description.vocabularies[name]))
      throw new UsageError(
        `${key}: the words of ${name} are not those that ${model} was trained with; name a model of recordings alone, or one that was trained on the same lyrics.`,
      );
  }
  const isSame = description.task === task && description.labels.join('\n') === labels.join('\n');
  const given = await readModelWeights(folder);
  const own = parameters.read();
  const fresh = isSame ? [] : [...outputs()];
  const whole = new Map(
    [...own].map(([name, values]) => [name, fresh.includes(name) ? values : given.get(name)]),
  );
  const missing = [...whole].find(([, values]) => values === undefined);
  const unknown = [...given.keys()].find((name) => !own.has(name));
  if (missing || unknown !== undefined)
    throw new UsageError(
      `${key}: ${missing ? `${model} has no weight ${missing[0]}` : `the network has no weight ${unknown}, which ${model} has`}; give the model the options of ${model}.`,
    );
  try {
    parameters.write(whole as Map<string, WeightValues>);
  } catch (error) {
    throw new UsageError(`${key}: ${(error as Error).message} Give the model the options of ${model}.`);
  }
  const taken = [...own.keys()].filter((name) => !fresh.includes(name));
  return { model, sha256: await fileSha256(join(folder, MODEL_FILES.weights)), taken, fresh };
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
