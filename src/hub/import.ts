/** Imports a file of weights of a zoo network as a model. */
import { basename, extname } from 'node:path';
import { UsageError } from '../base/errors.js';
import { fileSha256 } from '../base/files.js';
import { modelsFolder } from '../base/package.js';
import type { ZooName } from '../models/zoo/index.js';
import { readWeights } from './formats/index.js';
import { readMapping } from './mapping-file.js';
import { PULLABLE_NAMES } from './published/index.js';
import { readRecognised } from './recognised.js';
import { cachedModels, placeModel, requireModelName, writingModels } from './store.js';
import { zooModelFiles } from './zoo-model.js';

export interface ImportOptions {
  /** The weights: .safetensors, .npz, .pth, .pt, .h5, .hdf5, .index. */
  file: string;
  /** YAML: labels, and which array is which weight. Default: ours, where the file is a published one. */
  mapping?: string;
  architecture: ZooName;
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
  const name = options.name ?? basename(file, extname(file)).toLowerCase();
  requireModelName(name);
  if ((PULLABLE_NAMES as string[]).includes(name))
    throw new UsageError(`${name} is the name of a published model; give another with --name.`);
  const { weights, source, ...read } =
    mapping === undefined
      ? await readRecognised(file, architecture)
      : { mapping: await readMapping(mapping), weights: await readWeights(file), source: basename(file) };
  const { map, labels, options: network, inputs, dataset, protocol, licence, citation } = read.mapping;
  const origin = {
    source,
    sha256: await fileSha256(file),
    licence,
    citation,
    reported: null,
  };
  const files = await zooModelFiles(
    { name, architecture, options: network, inputs, labels, origin, trainedOn: { dataset, protocol } },
    weights,
    map,
    file,
  );
  return writingModels(
    async () => {
      if (!force && (await cachedModels(folder)).includes(name))
        throw new UsageError(
          `The model ${name} exists already; replace it with --force, or give another --name.`,
        );
      return placeModel(name, files, folder);
    },
    { folder, log },
  );
}
