/**
 * Which choices of a multimodal tagger matter: fusion, modalities, robustness to a missing one, and smaller ones. Every
 * experiment changes one setting of the base, but for the model as published, which changes all that its paper says.
 */
import { defineStudy, type StudyGroup } from 'polytag/study';
import { asPublishedGroups } from './published/miao-cheng-2023.js';

const BRANCHES = ['mel', 'waveform', 'lyrics'] as const;
type Branch = (typeof BRANCHES)[number];

/** The base: self-attention with r = 4, penalty α = 1, fixed segmentation, no BiLSTM. */
const BASE = 'self-attention';

/** Signal-to-noise ratios of the added noise, in dB. */
const SNRS = [0, 10, 20];

/** Test conditions of a model, as far as it has the branches for them. */
function conditionsOf(branches: readonly Branch[]): string {
  const hasAudio = branches.some((name) => name !== 'lyrics');
  const hasLyrics = branches.includes('lyrics');
  const conditions = [
    ...(branches.length > 1 ? branches.map((name) => `{absent: [${name}]}`) : []),
    ...(branches.length > 2 ? ['{absent: [mel, waveform]}'] : []),
    ...(hasAudio ? SNRS.map((snr) => `{noise: {snr: ${snr}}}`) : []),
    ...(hasLyrics ? ['{shuffled_lyrics: true}'] : []),
    '{clips: with-lyrics}',
  ];
  return `evaluation.conditions=[${conditions.join(', ')}]`;
}

/** An experiment with some of the branches. */
const withBranches = (
  name: string,
  label: string,
  branches: readonly Branch[],
  overrides: readonly string[] = [],
): StudyGroup => ({
  name,
  label,
  overrides: [
    ...BRANCHES.filter((branch) => !branches.includes(branch)).map((branch) => `~model.branches.${branch}`),
    conditionsOf(branches),
    ...overrides,
  ],
});

const changed = (name: string, label: string, ...overrides: string[]): StudyGroup =>
  withBranches(name, label, BRANCHES, overrides);

/** An experiment with another fusion. */
const joined = (name: string, label: string, fusion: string): StudyGroup =>
  changed(name, label, `model.fusion=${fusion}`);

const groups: StudyGroup[] = [
  changed(BASE, 'self-attention, r = 4 (base)'),
  joined('concat', 'concatenation', '{kind: concat, hidden: 64}'),
  joined('late-fixed', 'late average, equal weights', '{kind: late-average, weights: equal, hidden: 64}'),
  joined(
    'late-learned',
    'late average, weights from validation',
    '{kind: late-average, weights: learned, hidden: 64}',
  ),
  joined(
    'late-joint',
    'late average, weights trained jointly',
    '{kind: late-average, weights: joint, hidden: 64}',
  ),
  joined(
    'late-stacked',
    'late fusion, stacked on validation',
    '{kind: late-average, weights: stacked, hidden: 64}',
  ),
  joined('gated', 'gated', '{kind: gated, hidden: 64}'),
  joined('cross-attention', 'cross-attention', '{kind: cross-attention, heads: 4, features: 64, hidden: 64}'),
  ...[1, 2, 8].map((heads) =>
    changed(`heads-${heads}`, `self-attention, r = ${heads}`, `model.fusion.heads=${heads}`),
  ),
  changed('unbalanced', 'self-attention without the prior of balance', 'model.fusion.balanced=false'),
  ...BRANCHES.map((name) => withBranches(`${name}-alone`, `${name} alone`, [name])),
  ...BRANCHES.map((name) =>
    withBranches(
      `without-${name}`,
      `without ${name}`,
      BRANCHES.filter((other) => other !== name),
    ),
  ),
  changed('absent-token', 'learned token for an absent modality', 'model.absent_token=true'),
  changed('modality-dropout', 'modality dropout', 'training.modality_dropout=0.2'),
  changed(
    'dropout-and-token',
    'modality dropout and learned token',
    'training.modality_dropout=0.2',
    'model.absent_token=true',
  ),
  changed('shuffled-lyrics', 'control: lyrics of other songs', 'inputs.lyrics.shuffled=true'),
  ...[2, 3, 5].map((alpha) => ({
    ...changed(`alpha-${alpha}`, `penalty α = ${alpha}`, `loss.alpha=${alpha}`),
    // The penalty on missed positives is for tags, not for exclusive classes.
    panels: ['tags'],
  })),
  changed('adaptive', 'adaptive segmentation', 'model.branches.mel.segmentation=adaptive'),
  changed(
    'adaptive-all',
    'adaptive segmentation, all levels',
    'model.branches.mel.segmentation=adaptive',
    'model.branches.mel.segment_levels=all',
  ),
  changed('bilstm', 'with BiLSTM', ...BRANCHES.map((name) => `model.branches.${name}.lstm_units=32`)),
  ...asPublishedGroups(
    '{channels: [8, 8, 16, 16, 32, 32, 64], features: 64}',
    { classes: ['quadrant', 'mood'], tags: ['tags'] },
    [conditionsOf(BRANCHES)],
  ),
];

export default defineStudy({
  name: 'fusion-ablation',
  title: 'Fusion ablation',
  question:
    'What does each part of a tagger of mel spectrogram, waveform and lyrics give: the fusion, the modalities, what it learned of missing ones?',
  config: 'configs/fusion-ablation.yaml',
  panels: [
    { name: 'quadrant', label: 'energy × stress (4 classes)', overrides: ['data.target=quadrant'] },
    { name: 'tags', label: 'top tags', overrides: ['data.target=tags'] },
    { name: 'mood', label: 'mood (2 classes)', overrides: ['data.target=mood'], optional: true },
  ],
  groups,
  contrasts: groups
    .filter(({ name }) => name !== BASE)
    // Contrasts with single modalities and the control have the base first.
    .map(({ name }) =>
      /-alone$|^without-|^shuffled/.test(name) ? { group: BASE, minus: name } : { group: name, minus: BASE },
    ),
  themes: [
    {
      title: 'Fusion',
      groups: [
        ...[BASE, 'concat', 'late-fixed', 'late-learned', 'late-joint', 'late-stacked'],
        ...['gated', 'cross-attention'],
      ],
    },
    { title: 'Heads r of the attention', groups: ['heads-1', 'heads-2', BASE, 'heads-8', 'unbalanced'] },
    { title: 'One modality alone', groups: [BASE, ...BRANCHES.map((name) => `${name}-alone`)] },
    { title: 'One modality left out', groups: [BASE, ...BRANCHES.map((name) => `without-${name}`)] },
    {
      title: 'Do the lyrics help? The control takes those of other songs',
      groups: [BASE, 'without-lyrics', 'shuffled-lyrics'],
    },
    {
      title: 'Training for missing modalities',
      groups: [BASE, 'absent-token', 'modality-dropout', 'dropout-and-token'],
    },
    { title: 'Penalty α on missed positives', groups: [BASE, 'alpha-2', 'alpha-3', 'alpha-5'] },
    { title: 'Segmentation and recurrence', groups: [BASE, 'adaptive', 'adaptive-all', 'bilstm'] },
    { title: 'The model as published', groups: [BASE, 'as-published', 'as-published-tags'] },
  ],
});
