/**
 * The five-group comparison of Miao and Cheng (2023): audio by VGG16 with two classes and with four, lyrics by
 * TextCNN with two, the two joined by linear weighting of their probabilities, and joined by self-attention over the
 * joint sequence. Here every network runs on every panel, on the same split with the same seeds, so that the table also
 * has audio on the classes of lyrics and lyrics on those of audio, and the model as published, which has a waveform
 * branch too, as far as its paper says. Each modality alone runs twice: pooled by mean and
 * maximum, and by self-attention, so that a difference to the fusion is of the modalities and not of the pooling too.
 */
import { defineStudy } from 'polytag/study';
import { asPublishedGroups, PUBLISHED_GAIN } from './published/miao-cheng-2023.js';

/** A classical classifier in place of the network, as a reference. */
const baseline = (features: string, classifier: string): string[] => [
  '~model.branches',
  '~model.fusion',
  `model.baseline={features: {kind: ${features}}, classifier: {kind: ${classifier}}}`,
];

/** Pooling over time by mean and maximum for a single branch; without it, the config's self-attention pools. */
const ALONE = 'model.fusion={kind: concat, hidden: 64}';

export default defineStudy({
  name: 'five-groups',
  title: 'Five groups: sound, words, and both',
  question:
    'Does joining lyrics and audio by self-attention beat either alone, and does it beat the linear weighting of their scores?',
  config: 'configs/five-groups.yaml',
  panels: [
    {
      name: 'quadrant',
      label: 'energy × stress (4 classes)',
      overrides: ['data.target=quadrant', 'data.target_part=null'],
    },
    { name: 'mood', label: 'mood (2 classes)', overrides: ['data.target=mood', 'data.target_part=null'] },
    {
      name: 'energy',
      label: 'energy (2 classes)',
      overrides: ['data.target=quadrant', 'data.target_part=1'],
    },
  ],
  groups: [
    {
      name: 'linear',
      label: 'linear weighting, weights from validation',
      overrides: ['model.fusion={kind: late-average, hidden: 64}'],
    },
    { name: 'self-attention', label: 'CNN + self-attention', overrides: [] },
    { name: 'audio', label: 'audio, VGG16', overrides: ['~model.branches.lyrics', ALONE] },
    { name: 'lyrics', label: 'lyrics, TextCNN', overrides: ['~model.branches.mel', ALONE] },
    {
      name: 'audio-attention',
      label: 'audio, VGG16 + self-attention',
      overrides: ['~model.branches.lyrics'],
    },
    {
      name: 'lyrics-attention',
      label: 'lyrics, TextCNN + self-attention',
      overrides: ['~model.branches.mel'],
    },
    ...asPublishedGroups('{channels: [8, 8, 16, 16, 32, 32, 64], features: 64}', {
      classes: ['quadrant', 'mood', 'energy'],
      tags: [],
    }),
    {
      name: 'svm',
      label: 'audio, MFCC statistics + SVM (RBF)',
      overrides: baseline('mfcc', 'svm-rbf'),
      once: true,
    },
    {
      name: 'regression',
      label: 'lyrics, TF-IDF + logistic regression',
      overrides: baseline('tfidf', 'logistic-regression'),
      once: true,
    },
  ],
  contrasts: [
    { group: 'self-attention', minus: 'linear', published: PUBLISHED_GAIN },
    { group: 'as-published', minus: 'linear', published: PUBLISHED_GAIN },
    { group: 'as-published', minus: 'self-attention' },
    { group: 'self-attention', minus: 'audio-attention' },
    { group: 'self-attention', minus: 'lyrics-attention' },
    { group: 'self-attention', minus: 'audio' },
    { group: 'self-attention', minus: 'lyrics' },
    { group: 'linear', minus: 'audio' },
    { group: 'linear', minus: 'lyrics' },
    { group: 'lyrics', minus: 'audio' },
    { group: 'audio', minus: 'svm' },
    { group: 'lyrics', minus: 'regression' },
  ],
  themes: [],
  table: [
    { label: 'audio + VGG16, 2 classes', panel: 'mood', group: 'audio' },
    { label: 'audio + VGG16, 4 classes', panel: 'quadrant', group: 'audio' },
    { label: 'lyrics + TextCNN, 2 classes', panel: 'mood', group: 'lyrics' },
    { label: 'linear weighted fusion', panel: 'quadrant', group: 'linear' },
    { label: 'CNN + self-attention fusion', panel: 'quadrant', group: 'self-attention' },
  ],
});
