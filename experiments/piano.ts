/**
 * Piano or other, after Vavilov's thesis "Music Recognition Using Convolutional Neural Networks": its network with the
 * spectrogram inside, fixed or learnt, against the same without convolutions, with and without envelope cleaning, and a
 * linear probe of Musicnn's embedding (`polytag models pull musicnn-mtt`). The
 * recordings are General MIDI instruments, and the bank that tests is none of those that train:
 * `polytag data synth data/piano --kind piano --clips 1600 --seconds 8`.
 */
import { defineStudy, type StudyGroup } from 'polytag/study';

/** The recordings of which there are as many in each family. */
const FAMILIES =
  "data={set: tracks, root: data/piano, audio: ., audio_column: path, target: family, where: {balanced: 'yes'}, split: {kind: column}}";

/** A classifier of a published tagger's embedding in place of the network; nothing in it is drawn. */
const probe = (name: string, label: string, classifier: string): StudyGroup => ({
  ...{ name, label, once: true },
  overrides: [
    '~model.zoo',
    `model.baseline={features: {kind: embedding, model: musicnn-mtt}, classifier: {kind: ${classifier}}}`,
  ],
});

const groups: StudyGroup[] = [
  { name: 'cnn', label: 'CNN, fixed mel filters', overrides: [] },
  { name: 'cnn-filters', label: 'CNN, mel filters learn', overrides: ['model.zoo.trainable=filters'] },
  {
    name: 'cnn-transform',
    label: 'CNN, filters and transform learn',
    overrides: ['model.zoo.trainable=all'],
  },
  { name: 'dense', label: 'without convolutions', overrides: ['model.zoo.channels=[]'] },
  { name: 'cnn-whole', label: 'CNN, quiet parts kept', overrides: ['~inputs.envelope'] },
  {
    name: 'dense-whole',
    label: 'without convolutions, quiet parts kept',
    overrides: ['model.zoo.channels=[]', '~inputs.envelope'],
  },
  {
    name: 'cnn-changed',
    label: 'CNN, training chunks filtered, noisy, louder and softer',
    overrides: ['training.augment={filter: {probability: 0.7}, noise: {probability: 0.3}, gain: {}}'],
  },
  probe('probe', 'linear probe of Musicnn, windows of 3 s', 'logistic-regression'),
  probe('probe-svm', 'SVM (RBF) on Musicnn, windows of 3 s', 'svm-rbf'),
];

export default defineStudy({
  name: 'piano',
  title: 'Piano or other, on an unknown bank of instruments',
  question:
    'What do convolutions, mel filters that learn and envelope cleaning add on one-second clips, when the instruments that test are another bank’s than those that train? RMSProp, batches of 32; five epochs, in the short form 15 of a random second.',
  config: 'configs/piano.yaml',
  panels: [
    { name: 'piano', label: 'piano or other', overrides: ['training.chunks=all'] },
    { name: 'families', label: '16 families of General MIDI', overrides: [FAMILIES, 'training.chunks=all'] },
  ],
  groups,
  quick: {
    seeds: 1,
    groups: ['cnn', 'cnn-filters', 'dense', 'cnn-whole', 'probe'],
    // One second of each recording an epoch, in place of all eight, and more epochs.
    overrides: [
      'training.chunks=random',
      'training.epochs=15',
      'evaluation.examples=2',
      'evaluation.bootstrap_samples=200',
      'evaluation.confusing.mixes=40',
    ],
  },
  contrasts: groups.slice(1).map(({ name }) => ({ group: 'cnn', minus: name })),
  themes: [
    { title: 'Convolutions', groups: ['cnn', 'dense'] },
    { title: 'What learns of the spectrogram', groups: ['cnn', 'cnn-filters', 'cnn-transform'] },
    { title: 'Envelope cleaning', groups: ['cnn', 'cnn-whole', 'dense', 'dense-whole'] },
    { title: 'Changed training chunks', groups: ['cnn', 'cnn-changed'] },
    { title: 'Features that were learnt elsewhere', groups: ['cnn', 'probe', 'probe-svm'] },
  ],
  published: {
    source:
      'the thesis gives 40 to 60 % for its networks without convolutions, on 33,602 clips of one second; its other numbers are in figures only.',
    measures: [
      { name: 'clip', label: 'Accuracy by clip', paths: ['slices.per_slice.accuracy', 'accuracy'] },
      {
        name: 'track',
        label: 'Accuracy by recording',
        paths: ['slices.per_recording.majority.accuracy', 'accuracy'],
      },
    ],
    claims: [
      {
        text: 'A network with convolutions is ahead of one without.',
        greater: { panel: 'piano', group: 'cnn', measure: 'clip' },
        less: { panel: 'piano', group: 'dense', measure: 'clip' },
      },
    ],
  },
});
