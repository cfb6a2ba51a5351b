/**
 * Who plays? Nasrullah and Zhao's CRNN (2019) at every length of slice that they published, by song and by album, beside
 * classical classifiers on statistics of MFCCs and a network on frozen features of Musicnn. Songs of one album in training
 * and test let a network recognise the album: the difference between the two splits is the point, not that to the SVM.
 */
import { defineStudy, type StudyGroup } from 'polytag/study';
import { PUBLISHED_ARTISTS } from './published/nasrullah-zhao-2019.js';

/** Seconds by their names; the slices have 32, 94, 157, 188, 313, 628 and 911 frames of 32 ms, as published. */
const LENGTHS = { 1: 1.024, 3: 3.008, 5: 5.024, 6: 6.016, 10: 10.016, 20: 20.096, 30: 29.152 };

const lengths = Object.entries(LENGTHS).map(([name, seconds]) => ({
  name: `crnn-${name}`,
  label: `CRNN, ${name} s`,
  overrides: [`inputs.chunk_seconds=${seconds}`],
}));

/** MFCCs of frames of 25 ms under a Hamming window, every 10 ms. */
const MFCC = 'inputs.mfcc={n_fft: 512, window: hamming, window_length: 400, hop_length: 160}';

const baseline = (name: string, label: string, classifier: string) => ({
  name,
  label: `${label} on MFCC statistics`,
  overrides: [
    ...['~model.zoo', '~inputs.mel', MFCC],
    `model.baseline={features: {kind: mfcc}, classifier: {kind: ${classifier}}}`,
  ],
  once: true,
});

const others: StudyGroup[] = [
  {
    name: 'strides',
    label: 'CRNN, 3 s, strides in place of pooling',
    overrides: ['model.zoo.pooling=strides'],
  },
  {
    name: 'deeper',
    label: 'CRNN, 3 s, three layers more',
    overrides: ['model.zoo.extra_layers=3'],
  },
  {
    name: 'probe',
    label: 'frozen Musicnn, one hidden layer',
    overrides: [
      '~model.zoo',
      'model.branches={musicnn: {init: musicnn-mtt, freeze: true}}',
      'model.fusion={kind: concat, hidden: 128, dropout: 0.3}',
      'inputs.mel={n_fft: 512, hop_length: 256, bands: 96, compression: {kind: log10, factor: 10000}}',
      'inputs.chunk_seconds=3',
      'training.chunks=random',
    ],
  },
  baseline('svm', 'SVM (RBF)', 'svm-rbf'),
  baseline('gmm', 'Gaussian mixtures', 'gaussian-mixture'),
  baseline('k-nn', 'k nearest neighbours', 'k-nn'),
  baseline('regression', 'logistic regression', 'logistic-regression'),
];

const LEAD = 'crnn-3';
const groups: StudyGroup[] = [...lengths, ...others];

export default defineStudy({
  name: 'artists',
  title: 'Artists by song and by album',
  question:
    'Does a CRNN recognise artists, or albums? Slices of 1 to 30 s, songs held out or whole albums, beside an SVM and features of a tagger.',
  config: 'configs/crnn-artist.yaml',
  panels: [
    { name: 'song', label: 'song split', overrides: ['data.split={kind: song}'] },
    { name: 'album', label: 'album split', overrides: ['data.split={kind: album}'] },
    ...[0, 1, 2, 3, 4].map((fold) => ({
      name: `fold-${fold}`,
      label: `song split, fold ${fold + 1} of 5`,
      overrides: [`data.split={kind: k-fold, folds: 5, fold: ${fold}}`],
      optional: true,
    })),
  ],
  groups,
  quick: {
    seeds: 1,
    groups: [LEAD, 'crnn-10', 'svm', 'probe'],
    // One slice of each song an epoch, and smaller batches for as many steps.
    overrides: [
      'training.epochs=20',
      'training.chunks=random',
      'training.batch_size=8',
      'evaluation.examples=2',
      'evaluation.bootstrap_samples=200',
    ],
  },
  contrasts: groups.filter(({ name }) => name !== LEAD).map(({ name }) => ({ group: LEAD, minus: name })),
  themes: [
    { title: 'Length of a slice', groups: lengths.map(({ name }) => name) },
    { title: 'Form of the network', groups: [LEAD, 'strides', 'deeper'] },
    { title: 'Other classifiers', groups: [LEAD, 'probe', 'svm', 'gmm', 'k-nn', 'regression'] },
  ],
  published: PUBLISHED_ARTISTS,
});
