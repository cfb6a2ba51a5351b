/**
 * Models that others published and `polytag models pull` fetches, by name. The weights come from the file that is
 * pinned here, wherever the user's package index has it from; nothing of it is part of polytag.
 */
import type { Wheel } from '../install/pins.js';
import type { ZooName } from '../models/zoo/index.js';

/** A model as its authors published it. */
export interface PublishedModel {
  architecture: ZooName;
  /** The package that holds the weights. */
  wheel: Wheel;
  /** Folder of its checkpoint in the package. */
  checkpoint: string;
  /** Name of its list of labels in the package's configuration.py. */
  labelList: string;
  licence: string;
  citation: string[];
  dataset: string;
  protocol: string;
  /** What its authors' own log says of the test part. */
  reported: { roc_auc: number; pr_auc: number };
}

const WHEEL: Wheel = {
  requirement: 'musicnn==0.1.0',
  file: 'musicnn-0.1.0-py3-none-any.whl',
  sha256: 'f38a4890c648c1ddbb141c5d96d2b0a8cfcd36746002d896989f7b88beb65cfa',
  bytes: 29_292_476,
  platform: 'any',
};

const MUSICNN = {
  wheel: WHEEL,
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

export const publishedModels = {
  'musicnn-mtt': {
    ...MTT,
    architecture: 'musicnn',
    checkpoint: 'musicnn/MTT_musicnn',
    reported: { roc_auc: 0.9067, pr_auc: 0.3831 },
  },
  'musicnn-msd': {
    ...MSD,
    architecture: 'musicnn',
    checkpoint: 'musicnn/MSD_musicnn',
    reported: { roc_auc: 0.8802, pr_auc: 0.2891 },
  },
  'vgg-mtt': {
    ...MTT,
    architecture: 'vgg',
    checkpoint: 'musicnn/MTT_vgg',
    reported: { roc_auc: 0.903, pr_auc: 0.3823 },
  },
  'vgg-msd': {
    ...MSD,
    architecture: 'vgg',
    checkpoint: 'musicnn/MSD_vgg',
    reported: { roc_auc: 0.8768, pr_auc: 0.2819 },
  },
} satisfies Record<string, PublishedModel>;

/** Name of a published model. */
export type PublishedName = keyof typeof publishedModels;

/** Every name, in order. */
export const PUBLISHED_NAMES = Object.keys(publishedModels) as PublishedName[];
