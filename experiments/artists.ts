/**
 * Who plays? Nasrullah and Zhao's CRNN (2019) at every length of slice that they published, by song and by album, beside
 * classical classifiers on statistics of MFCCs and mel bands and a linear probe of Musicnn's embedding. Songs of one album in training
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

/** A classical classifier in place of the network, fitted once: of all of them only the mixtures draw anything, their starts. */
const classical = (name: string, label: string, features: string, classifier: string): StudyGroup => ({
  ...{ name, label, once: true },
  overrides: ['~model.zoo', `model.baseline={features: {${features}}, classifier: {kind: ${classifier}}}`],
});

function onMfcc(name: string, label: string, classifier: string): StudyGroup {
  const group = classical(name, `${label} on MFCC statistics`, 'kind: mfcc', classifier);
  return { ...group, overrides: [...group.overrides, MFCC] };
}

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
  classical('probe', 'linear probe of Musicnn', 'kind: embedding, model: musicnn-mtt', 'logistic-regression'),
  classical(
    'mel-regression',
    'logistic regression on mel statistics',
    'kind: mel-statistics',
    'logistic-regression',
  ),
  onMfcc('svm', 'SVM (RBF)', 'svm-rbf'),
  onMfcc('gmm', 'Gaussian mixtures', 'gaussian-mixture'),
  onMfcc('k-nn', 'k nearest neighbours', 'k-nn'),
  onMfcc('regression', 'logistic regression', 'logistic-regression'),
];

/** Everything that is not a network trained here: seconds each. */
const CLASSICAL = ['probe', 'mel-regression', 'svm', 'gmm', 'k-nn', 'regression'];

const LEAD = 'crnn-3';
const groups: StudyGroup[] = [...lengths, ...others];

export default defineStudy({
  name: 'artists',
  title: 'Artists by song and by album',
  question:
    'Does a CRNN recognise artists, or albums? Slices of 1 to 30 s, songs held out or whole albums, beside classical classifiers and a linear probe of a tagger.',
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
    groups: [LEAD, 'crnn-10', ...CLASSICAL],
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
    { title: 'Other classifiers', groups: [LEAD, ...CLASSICAL] },
  ],
  published: PUBLISHED_ARTISTS,
});
