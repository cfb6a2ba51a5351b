/** Every network of the zoo by the name that `model.zoo.kind` gives it. */
import { compactCnn } from './compact-cnn.js';
import { crnn } from './crnn.js';
import { crnnArtist } from './crnn-artist.js';
import { fcn } from './fcn.js';
import { musicTaggerCnn } from './music-tagger-cnn.js';
import { musicnn } from './musicnn.js';
import { musicnnWon } from './musicnn-won.js';
import { pianoCnn } from './piano-cnn.js';
import { vgg } from './vgg.js';

export const zoo = {
  musicnn,
  vgg,
  'musicnn-won': musicnnWon,
  fcn,
  crnn,
  'music-tagger-cnn': musicTaggerCnn,
  'compact-cnn': compactCnn,
  'piano-cnn': pianoCnn,
  'crnn-artist': crnnArtist,
};

/** Name of a network of the zoo. */
export type ZooName = keyof typeof zoo;
