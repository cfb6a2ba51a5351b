/** Lists the known models, and says of one what it is. */
import { modelsFolder } from '../../base/package.js';
import { sizeText } from '../card.js';
import { cachedModels } from '../store.js';
import { ESSENTIA_MODELS } from './essentia-extractors.js';
import { KNOWN_NAMES, knownModels } from './index.js';
import type { KnownModel } from './model.js';

/** `here`: pulled or imported; `to pull`; `not supported`: its front end is not known, or there is no ONNX file. */
export type KnownState = 'here' | 'to pull' | 'not supported';

export interface ListedKnown extends KnownModel {
  name: string;
  state: KnownState;
  /** Address of the graph; the JSON file is beside it. */
  url: string;
}

/** Lists the known models, each extractor before its classifiers. */
export async function listKnown(folder: string = modelsFolder()): Promise<ListedKnown[]> {
  const cached = await cachedModels(folder);
  return KNOWN_NAMES.map((name) => {
    const known = knownModels[name];
    const otherwise = known.obstacle === null ? 'to pull' : 'not supported';
    const state = cached.includes(name) ? 'here' : otherwise;
    return { name, state, ...known, url: `${ESSENTIA_MODELS}${known.path}.onnx` };
  });
}

/** A size in words, `unknown` where nobody says it. */
export const knownSize = ({ bytes }: Pick<KnownModel, 'bytes'>): string =>
  bytes === null ? 'unknown' : sizeText(bytes);

/** Card of a known model before it is pulled. */
export function knownCard(name: string): string {
  const known = knownModels[name];
  const { what, path, needs, labels, sha256, licence, obstacle } = known;
  return `${[
    `# ${name}`,
    '',
    `${what[0].toUpperCase()}${what.slice(1)}.`,
    '',
    ...(labels === null ? [] : [`- ${known.isRegression ? 'Predicted numbers' : 'Labels'}: ${labels}`]),
    ...(needs === null ? [] : [`- Takes the embeddings of: ${needs}`]),
    `- Source: ${ESSENTIA_MODELS}${path}.onnx (${knownSize(known)})`,
    `- SHA-256: ${sha256 ?? 'unknown; recorded at the first pull'}`,
    `- Licence: ${licence.text} (${licence.url})`,
    ...(obstacle === null ? [] : [`- It cannot be run: ${obstacle}.`]),
  ].join('\n')}\n`;
}
