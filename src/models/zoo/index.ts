/** Every network of the zoo by the name that `model.zoo.kind` gives it. */
import { cnnsa } from './cnnsa.js';
import { compactCnn } from './compact-cnn.js';
import { crnn } from './crnn.js';
import { crnnArtist } from './crnn-artist.js';
import { fcn } from './fcn.js';
import { harmonicCnn } from './harmonic-cnn.js';
import { musicTaggerCnn } from './music-tagger-cnn.js';
import { musicnn } from './musicnn.js';
import { musicnnWon } from './musicnn-won.js';
import { pianoCnn } from './piano-cnn.js';
import { samplecnn } from './samplecnn.js';
import { shortChunk } from './short-chunk.js';
import { vgg } from './vgg.js';
import { vgg16 } from './vgg16.js';

export const zoo = {
  musicnn,
  vgg,
  'musicnn-won': musicnnWon,
  fcn,
  crnn,
  samplecnn,
  'short-chunk': shortChunk,
  vgg16,
  'harmonic-cnn': harmonicCnn,
  cnnsa,
  'music-tagger-cnn': musicTaggerCnn,
  'compact-cnn': compactCnn,
  'piano-cnn': pianoCnn,
  'crnn-artist': crnnArtist,
};

/** Name of a network of the zoo. */
export type ZooName = keyof typeof zoo;
