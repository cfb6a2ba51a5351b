/**
 * Which song is that? The network of "Audio Recognition and Interactive Generation System" (Zhang, Yin and Wang 2021), a
 * CRNN with a softmax over songs, on voices that it was not trained on: two are held out, one more stops the training, and
 * the pairs take turns until every voice was held out once; then with the data sets exchanged, half of the voices against
 * the other. The voices are those of the 60 hums of ten folk tunes; for others give panels of your own. Synthesized
 * voices train too: `polytag data synth data/voices --kind hums --songs configs/folk-tunes.abc --clips 400 --seconds 8`.
 */
import { defineStudy, type StudyGroup, type StudyPanel } from 'polytag/study';

const VOICES = ['voice210', 'voice211', 'voice212', 'voice213', 'voice214', 'voice215'];

const held = (name: string, label: string, test: readonly string[], validation: string): StudyPanel => ({
  ...{ name, label },
  overrides: [`data.split={kind: voices, validation: [${validation}], test: [${test.join(', ')}]}`],
});

const pairs = [0, 2, 4].map((first): StudyPanel => {
  const [one, other] = VOICES.slice(first, first + 2);
  return held(`pair-${first / 2}`, `${one} and ${other} held out`, [one, other], VOICES[(first + 2) % 6]);
});

const halves = [
  held('first-half', 'the first three voices train, the others test', VOICES.slice(3), VOICES[2]),
  held('second-half', 'exchanged: the others train', VOICES.slice(0, 3), VOICES[3]),
].map((panel): StudyPanel => ({ ...panel, optional: true }));

/** Synthesized voices that sing the same songs: `polytag data synth data/voices --kind hums`. */
const EXTRA = 'data.extra_training=data/voices';

const groups: StudyGroup[] = [
  { name: 'crnn', label: 'CRNN', overrides: [EXTRA] },
  { name: 'plain', label: 'CRNN, no augmentation', overrides: [EXTRA, '~training.augment'] },
  {
    name: 'alone',
    label: 'CRNN, recorded voices alone, stretched and transposed',
    overrides: [
      'training.augment.time_stretch={probability: 0.9, rate: [0.75, 1.35]}',
      'training.augment.pitch_shift={probability: 0.95, semitones: [-8, 8]}',
      ...['training.epochs=300', 'training.early_stopping.patience=60', 'training.batch_size=10'],
    ],
  },
  {
    // Statistics over a hum do not know the order of its notes.
    ...{ name: 'svm', label: 'SVM (RBF) on MFCC statistics', once: true },
    overrides: [
      ...[EXTRA, '~model.branches', '~model.fusion', 'inputs.mfcc={n_fft: 512, hop_length: 160}'],
      'model.baseline={features: {kind: mfcc}, classifier: {kind: svm-rbf}}',
    ],
  },
];

export default defineStudy({
  name: 'hums',
  title: 'Songs from hums by voices unseen in training',
  question:
    'Does a network with a softmax over songs know a song when another voice hums it, at another pitch and speed? Ten songs, two voices held out; synthesized voices in training.',
  config: 'configs/hum-crnn.yaml',
  panels: [...pairs, ...halves],
  groups,
  quick: {
    seeds: 1,
    overrides: ['training.epochs=3', 'evaluation.examples=2', 'evaluation.bootstrap_samples=200'],
  },
  contrasts: groups.slice(1).map(({ name }) => ({ group: 'crnn', minus: name })),
});
