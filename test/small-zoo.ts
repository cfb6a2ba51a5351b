/** The configs of the networks of the zoo in small, for tests that train them. */
import { type ZooName, zoo } from '../src/models/zoo/index.js';

/** Networks of MagnaTagATune's tags; of classes: piano.test.ts. */
export type Tagger = Exclude<ZooName, 'piano-cnn'>;
/** Their names. */
export const taggers = (Object.keys(zoo) as ZooName[]).filter((name): name is Tagger => name !== 'piano-cnn');

/** Changes of their configs that make them small enough to be trained in a second. */
export const SMALL: Record<Tagger, string[]> = {
  musicnn: ['model.zoo={timbre: 4, rhythm: 3, middle: 4, hidden: 6}', 'inputs.chunk_seconds=1'],
  vgg: ['model.zoo.channels=4', 'inputs.chunk_seconds=1.2'],
  'musicnn-won': [
    'model.zoo={timbre: 4, rhythm: 3, middle: 4, hidden: 6}',
    'inputs.chunk_seconds=1',
    'inputs.pad=repeat',
  ],
  fcn: ['model.zoo.channels=[4, 4, 4, 4, 4]', 'inputs.mel.hop_length=32', 'inputs.chunk_seconds=2.6'],
  crnn: ['model.zoo={channels: [2, 3, 3, 4], hidden: 6}', 'inputs.chunk_seconds=1.6'],
  samplecnn: ['model.zoo.channels=2'],
  'short-chunk': ['model.zoo.channels=3', 'inputs.chunk_seconds=2.1'],
  vgg16: ['model.zoo.channels=2', 'inputs.chunk_seconds=1'],
  'harmonic-cnn': ['model.zoo.channels=2'],
  cnnsa: ['model.zoo={kind: cnnsa, channels: 4, heads: 2, hidden: 6}', 'inputs.chunk_seconds=1'],
  'music-tagger-cnn': [
    'model.zoo.channels=[4, 4, 4, 4, 4]',
    'inputs.mel.hop_length=32',
    'inputs.chunk_seconds=3.5',
  ],
  'crnn-artist': [
    'model.zoo={channels: [2, 3, 3, 4], hidden: 6}',
    'inputs.chunk_seconds=1.024',
    'training.chunks=random',
  ],
  'compact-cnn': ['model.zoo.channels=4', 'inputs.mel.hop_length=32', 'inputs.chunk_seconds=3.5'],
};
