/**
 * The models of the Python package musicnn (Pons and Serra 2019): checkpoints and lists of labels, read without running
 * any of it.
 */
import { Failure, messageOf } from '../../base/errors.js';
import { readTensorflowCheckpoint } from '../formats/tensorflow-checkpoint.js';
import { readZip } from '../formats/zip.js';
import type { WeightMap, WeightSource } from '../weight-map.js';
import type { PublishedModel, PublishedWeights } from './model.js';

/** Networks of the zoo that the package has. */
export type PackageNetwork = 'musicnn' | 'vgg';

const WHEEL = {
  kind: 'wheel',
  requirement: 'musicnn==0.1.0',
  file: 'musicnn-0.1.0-py3-none-any.whl',
  sha256: 'f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa',
  bytes: 29_292_476,
  platform: 'any',
} as const;

const MUSICNN = {
  source: WHEEL,
  licence: 'ISC, Copyright (c) Music Technology Group, Universitat Pompeu Fabra 2019',
  citation: [
    'Jordi Pons and Xavier Serra: musicnn: pre-trained convolutional neural networks for music audio tagging. ISMIR 2019, late-breaking demo. arXiv:1909.06654',
    'Jordi Pons, Oriol Nieto, Matthew Prockup, Erik Schmidt, Andreas Ehmann and Xavier Serra: End-to-end learning for music audio tagging at scale. ISMIR 2018. arXiv:1711.02520',
  ],
};

const MTT = {
  ...MUSICNN,
  labelList: 'MTT_LABELS',
  dataset: 'MagnaTagATune',
  protocol: 'top 50 tags, official split, all clips (those without a tag too)',
};

const MSD = {
  ...MUSICNN,
  labelList: 'MSD_LABELS',
  dataset: 'Million Song Dataset with Last.fm tags',
  protocol: 'top 50 tags, the split of Choi et al. 2016',
};

const CONFIGURATION = 'musicnn/configuration.py';
const LICENCE = /\.dist-info\/LICENSE/;

async function readMusicnnWheel(
  wheel: string,
  architecture: PackageNetwork,
  checkpoint: string,
  labelList: string,
): Promise<PublishedWeights> {
  const [index, data] = ['index', 'data-00000-of-00001'].map((end) => `${checkpoint}/.${end}`);
  try {
    const wanted = (name: string): boolean =>
      [index, data, CONFIGURATION].includes(name) || LICENCE.test(name);
    const files = await readZip(wheel, wanted);
    const content = (name: string): Uint8Array => {
      const found = files.get(name);
      if (!found) throw new Error(`it has no ${name}`);
      return found;
    };
    const text = (name: string): string => new TextDecoder().decode(content(name));
    return {
      weights: readTensorflowCheckpoint(content(index), content(data)),
      map: musicnnWeightMap(architecture),
      labels: readPythonList(text(CONFIGURATION), labelList),
      licence: text([...files.keys()].find((name) => LICENCE.test(name)) ?? 'LICENSE'),
    };
  } catch (error) {
    throw new Failure(`${wheel} cannot be read (${messageOf(error)}); fetch it again.`);
  }
}

/**
 * Reads a list of plain strings out of a Python source, as text: nothing is run. Throws an Error in a few words when
 * there is no such list, or it holds anything else.
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
  if (!/^\s*\]/.test(source.slice(end))) throw new Error(`the list ${name} has more than plain strings`);
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

const WEIGHTS: Record<PackageNetwork, [string, WeightSource][]> = {
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

/** Names of a checkpoint's variables by the network's weights, without the optimiser's moments. */
export function musicnnWeightMap(architecture: PackageNetwork): WeightMap {
  return {
    weights: Object.fromEntries(WEIGHTS[architecture]),
    ignore: ['*/Adam', '*/Adam_1', 'beta1_power', 'beta2_power'],
  };
}

type Entry = Omit<PublishedModel, 'description' | 'read'> & {
  architecture: PackageNetwork;
  labelList: string;
};

const NETWORKS: Record<PackageNetwork, string> = {
  musicnn: 'Musicnn, with filters shaped by musical knowledge',
  vgg: 'a VGG-like network',
};

const entry = ({ labelList, ...model }: Entry) => ({
  ...model,
  description: `${NETWORKS[model.architecture]}, trained on ${model.dataset}`,
  read: (wheel: string) => readMusicnnWheel(wheel, model.architecture, model.origin, labelList),
});

/** The four models of the package, by the names that polytag gives them. */
export const musicnnModels = {
  'musicnn-mtt': entry({
    ...MTT,
    architecture: 'musicnn',
    origin: 'musicnn/MTT_musicnn',
    reported: { roc_auc: 0.9067, pr_auc: 0.3831 },
  }),
  'musicnn-msd': entry({
    ...MSD,
    architecture: 'musicnn',
    origin: 'musicnn/MSD_musicnn',
    reported: { roc_auc: 0.8802, pr_auc: 0.2891 },
  }),
  'vgg-mtt': entry({
    ...MTT,
    architecture: 'vgg',
    origin: 'musicnn/MTT_vgg',
    reported: { roc_auc: 0.903, pr_auc: 0.3823 },
  }),
  'vgg-msd': entry({
    ...MSD,
    architecture: 'vgg',
    origin: 'musicnn/MSD_vgg',
    reported: { roc_auc: 0.8768, pr_auc: 0.2819 },
  }),
};
