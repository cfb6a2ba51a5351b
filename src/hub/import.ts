/** Imports a file of weights of a zoo network as a model. */
import { basename } from 'node:path';
import { Failure, UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/files.js';
import { modelsFolder } from '../base/package.js';
import type { ZooName } from '../models/zoo/index.js';
import { readWeights } from './formats/index.js';
import type { StoredWeights } from './formats/number-types.js';
import { type ChosenLabels, chooseLabels } from './labels.js';
import { type AxisLength, type Mapping, readMapping } from './mapping-file.js';
import { readRecognised } from './recognised.js';
import { importName, placeImport } from './store.js';
import { zooModelFiles } from './zoo-model.js';

export interface ImportOptions {
  /** The weights: .safetensors, .npz, .pth, .pt, .h5, .hdf5, .index. */
  file: string;
  /** YAML: labels, and which array is which weight. Default: ours, where the file is a published one. */
  mapping?: string;
  architecture: ZooName;
  /** File with a label a line, or the name of a published list. Default: the mapping's, or the published list that fits. */
  labels?: string;
  /** Name of the model. Default: the file's name without its ending. */
  name?: string;
  /** Whether a model of that name is replaced. */
  force?: boolean;
  /** The cache's part for models. */
  folder?: string;
  log: (line: string) => void;
}

/**
 * Imports weights as a model and returns its folder. Throws a UsageError when a name or option is wrong; a Failure that
 * lists every weight that does not fit.
 */
export async function importModel(options: ImportOptions): Promise<string> {
  const { file, mapping, architecture, force = false, folder = modelsFolder(), log } = options;
  const name = importName(options.name, file);
  const { weights, source, ...read } =
    mapping === undefined
      ? await readRecognised(file, architecture)
      : { mapping: await readMapping(mapping), weights: await readWeights(file), source: basename(file) };
  const { map, inputs, dataset, protocol, licence, citation } = read.mapping;
  const network = { ...read.mapping.options, ...sizesOf(read.mapping.sizes, weights, file) };
  const { labels, trainedOn, note } = await labelsOf(options, read.mapping, weights, network);
  if (note !== null) log(note);
  const origin = {
    source,
    sha256: await fileSha256(file),
    licence,
    citation,
    reported: null,
  };
  const files = await zooModelFiles(
    {
      name,
      architecture,
      options: network,
      inputs,
      labels,
      origin,
      trainedOn: { dataset, protocol, ...trainedOn },
    },
    weights,
    map,
    file,
  );
  return placeImport(name, files, { force, folder, log });
}

/** Options that the shapes of a file's arrays tell. Throws a Failure for an array that it does not have. */
function sizesOf(sizes: Mapping['sizes'], stored: StoredWeights, file: string): Record<string, unknown> {
  const lengthOf = (source: AxisLength): number => {
    const { array, axis } = typeof source === 'string' ? { array: source, axis: 0 } : source;
    const length = stored.get(array)?.shape[axis];
    if (length === undefined)
      throw new Failure(
        `${file} has no array ${array} with ${axis + 1} axes, which a size of the network is of; correct the mapping.`,
      );
    return length;
  };
  return Object.fromEntries(
    Object.entries(sizes).map(([key, source]) => [
      key,
      Array.isArray(source) ? source.map(lengthOf) : lengthOf(source),
    ]),
  );
}

/** The labels that the mapping has or that are chosen for the number of outputs. */
async function labelsOf(
  { file, labels }: Pick<ImportOptions, 'file' | 'labels'>,
  mapping: Mapping,
  stored: StoredWeights,
  options: Record<string, unknown>,
): Promise<ChosenLabels> {
  if (labels === undefined && mapping.labels) return { labels: mapping.labels, note: null };
  const bias = mapping.map.weights['head/bias'];
  const count = bias && stored.get(bias.from)?.shape[0];
  if (count === undefined)
    throw new UsageError(
      `${file}: the number of outputs is not known, as the mapping gives no source for head/bias; add it, or labels.`,
    );
  return chooseLabels(labels, { file, count, options });
}
