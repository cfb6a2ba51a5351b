/** Published files of weights that are imported without a mapping of the user's. */
import { basename, dirname, join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';
import { packagePath } from '../base/package.js';
import type { ZooName } from '../models/zoo/index.js';
import { readWeights } from './formats/index.js';
import type { StoredWeights } from './formats/number-types.js';
import { type Mapping, readMapping } from './mapping-file.js';
import { arraysOf, unusedArrays, type WeightMap, type WeightSource } from './weight-map.js';
import { withoutPrefix } from './weight-prefix.js';

/** By network: our mapping of its published files, and of Keras's the one with the output layer that others lack. */
const RECOGNISED: Partial<Record<ZooName, { mapping: string; complete?: string }>> = {
  fcn: { mapping: 'fcn.yaml' },
  crnn: { mapping: 'crnn.yaml' },
  'musicnn-won': { mapping: 'musicnn-won.yaml' },
  'music-tagger-cnn': { mapping: 'music-tagger-cnn.yaml', complete: 'music_tagger_cnn_weights_theano.h5' },
  'compact-cnn': { mapping: 'compact-cnn.yaml', complete: 'weights_layer4_theano.hdf5' },
};

/** A file of weights with the mapping that reads it. */
export interface MappedFile {
  mapping: Mapping;
  weights: StoredWeights;
  /** Names of the files that the weights are from. */
  source: string;
}

/**
 * Reads a published file by our own mapping. An output layer that it lacks comes from the complete one beside it. Throws
 * a UsageError when it is another file, or the complete one is absent.
 */
export async function readRecognised(file: string, architecture: ZooName): Promise<MappedFile> {
  const known = RECOGNISED[architecture];
  if (!known)
    throw new UsageError(
      `Weights of ${architecture} need --mapping; --list shows the arrays of the file. Without one, only files of ${Object.keys(RECOGNISED).join(', ')} are imported.`,
    );
  const path = packagePath(`src/hub/mappings/${known.mapping}`);
  const mapping = await readMapping(path);
  const wanted = Object.values(mapping.map.weights).flatMap(arraysOf);
  const weights = withoutPrefix(await readWeights(file), wanted, file);
  const map = { ...mapping.map, weights: sourcesIn(weights, mapping.map) };
  const lacks = (isHead: boolean): string[] =>
    Object.entries(map.weights)
      .filter(([name]) => name.startsWith('head/') === isHead)
      .flatMap(([, source]) => arraysOf(source))
      .filter((name) => !weights.has(name));
  const [missing, unknown] = [lacks(false)[0], unusedArrays(weights, map)[0]];
  if (missing ?? unknown)
    throw new UsageError(
      `${file} is not a published file of ${architecture}: ${missing ? `it has no array ${missing}` : `that has no array ${unknown}`}. Say with --mapping FILE which array is which weight; --list shows them.`,
    );
  const absent = lacks(true);
  if (absent.length > 0 && known.complete === undefined)
    throw new UsageError(`${file} has no output layer (${absent.join(', ')}); give the whole network.`);
  if (absent.length === 0 || known.complete === undefined)
    return { mapping: { ...mapping, map }, weights, source: basename(file) };
  const beside = join(dirname(file), known.complete);
  if (!(await exists(beside)))
    throw new UsageError(
      `${file} has no output layer (${absent.join(', ')}); put the published file ${known.complete}, which has one, beside it.`,
    );
  const complete = await readWeights(beside);
  const added = [...complete].filter(([name]) => absent.includes(name));
  return {
    mapping: { ...mapping, map },
    weights: new Map([...weights, ...added]),
    source: `${basename(file)} and ${known.complete}`,
  };
}

/**
 * Sources of a mapping for Theano in a file that may be from TensorFlow: Keras 1 then writes `:0` behind every name, and
 * kernels as they are, since TensorFlow correlates where Theano convolves.
 */
function sourcesIn(stored: StoredWeights, { weights }: WeightMap): Record<string, WeightSource> {
  const theirs = (source: WeightSource): WeightSource => {
    const { flip: _, minus, ...rest } = source;
    const from = `${source.from}:0`;
    if (!stored.has(from)) return source;
    return { ...rest, from, ...(minus !== undefined && { minus: `${minus}:0` }) };
  };
  return Object.fromEntries(Object.entries(weights).map(([name, source]) => [name, theirs(source)]));
}
