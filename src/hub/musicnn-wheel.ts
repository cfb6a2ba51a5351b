/** What the Python package musicnn holds: checkpoints and lists of labels, read without running any of it. */
import { Failure, messageOf } from '../base/errors.js';
import type { ZooName } from '../models/zoo/index.js';
import { readTensorflowCheckpoint } from './formats/tensorflow-checkpoint.js';
import type { StoredWeights } from './formats/weights.js';
import { readZip } from './formats/zip.js';
import type { PublishedModel } from './published.js';
import type { WeightMap, WeightSource } from './weight-map.js';

/** One model out of the package. */
export interface WheelModel {
  weights: StoredWeights;
  /** In the network's order. */
  labels: string[];
  /** The licence's text, which goes where the weights go. */
  licence: string;
}

const CONFIGURATION = 'musicnn/configuration.py';
const LICENCE = /\.dist-info\/LICENSE/;

/**
 * Reads one model out of the package.
 *
 * @param wheel - path of the file
 * @param model - which one
 * @returns its checkpoint's arrays, its labels and the licence
 * @throws Failure when the file is damaged or another one
 */
export async function readMusicnnWheel(wheel: string, model: PublishedModel): Promise<WheelModel> {
  const [index, data] = ['index', 'data-00000-of-00001'].map((end) => `${model.checkpoint}/.${end}`);
  try {
    const wanted = (name: string): boolean =>
      [index, data, CONFIGURATION].includes(name) || LICENCE.test(name);
    const files = await readZip(wheel, wanted);
    const content = (name: string): Uint8Array => {
      const found = files.get(name);
      if (!found) throw new Error(`it holds no ${name}`);
      return found;
    };
    const text = (name: string): string => new TextDecoder().decode(content(name));
    return {
      weights: readTensorflowCheckpoint(content(index), content(data)),
      labels: readPythonList(text(CONFIGURATION), model.labelList),
      licence: text([...files.keys()].find((name) => LICENCE.test(name)) ?? 'LICENSE'),
    };
  } catch (error) {
    throw new Failure(`${wheel} cannot be read (${messageOf(error)}); fetch it again.`);
  }
}

/**
 * Reads a list of plain strings out of a Python source, as text: nothing is run.
 *
 * @param source - the file's text
 * @param name - the variable's name
 * @returns the strings
 * @throws Error in a few words when there is no such list, or it holds anything else
 */
export function readPythonList(source: string, name: string): string[] {
  const start = new RegExp(`^${name}[ \\t]*=[ \\t]*\\[`, 'm').exec(source);
  if (!start) throw new Error(`there is no list ${name}`);
  const item = /\s*(?:'([^'"\\\n]*)'|"([^'"\\\n]*)")\s*(,|(?=\]))/y;
  item.lastIndex = start.index + start[0].length;
  const items: string[] = [];
  let end = item.lastIndex;
  for (let match = item.exec(source); match; match = item.exec(source)) {
    items.push(match[1] ?? match[2]);
    end = item.lastIndex;
  }
  if (!/^\s*\]/.test(source.slice(end))) throw new Error(`the list ${name} holds more than plain strings`);
  return items;
}

/** The package's names of a batch normalisation, which are numbered in the order of the network. */
function batchNorm(ours: string, number: number): [string, WeightSource][] {
  const theirs = numbered('batch_normalization', number);
  return [
    [`${ours}/gamma`, { from: `${theirs}/gamma` }],
    [`${ours}/beta`, { from: `${theirs}/beta` }],
    [`${ours}/mean`, { from: `${theirs}/moving_mean` }],
    [`${ours}/variance`, { from: `${theirs}/moving_variance` }],
  ];
}

function layer(ours: string, theirs: string): [string, WeightSource][] {
  return [
    [`${ours}/kernel`, { from: `${theirs}/kernel` }],
    [`${ours}/bias`, { from: `${theirs}/bias` }],
  ];
}

const numbered = (name: string, number: number): string => (number === 0 ? name : `${name}_${number}`);

const MUSICNN_BLOCKS = [
  ...['front/timbre40', 'front/timbre70', 'front/rhythm128', 'front/rhythm64', 'front/rhythm32'],
  ...['middle/conv1', 'middle/conv2', 'middle/conv3'],
];
const VGG_BLOCKS = ['conv1', 'conv2', 'conv3', 'conv4', 'conv5'];

const WEIGHTS: Record<ZooName, [string, WeightSource][]> = {
  musicnn: [
    ...batchNorm('input', 0),
    ...MUSICNN_BLOCKS.flatMap((block, i) => [
      ...layer(block, numbered('conv2d', i)),
      ...batchNorm(`${block}/norm`, i + 1),
    ]),
    ...batchNorm('back/norm', 9),
    ...layer('back/hidden', 'dense'),
    ...batchNorm('back/hidden_norm', 10),
    ...layer('head', 'dense_1'),
  ],
  vgg: [
    ...batchNorm('input', 0),
    ...VGG_BLOCKS.flatMap((block, i) => [
      ...layer(block, `${i + 1}CNN`),
      ...batchNorm(`${block}/norm`, i + 1),
    ]),
    ...layer('head', 'dense'),
  ],
};

/**
 * Which variable of a checkpoint of the package is which weight.
 *
 * @param architecture - the network
 * @returns sources by the network's names; the optimiser's moments are left out
 */
export function musicnnWeightMap(architecture: ZooName): WeightMap {
  return {
    weights: Object.fromEntries(WEIGHTS[architecture]),
    ignore: ['*/Adam', '*/Adam_1', 'beta1_power', 'beta2_power'],
  };
}
