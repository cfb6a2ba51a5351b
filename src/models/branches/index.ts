/** Every branch by the name that `inputs` and `model.branches` give it. */
import { lyrics } from './lyrics.js';
import { mel } from './mel.js';
import { waveform } from './waveform.js';

export const branches = { mel, waveform, lyrics };

/** Name of a branch, and of the input it takes. */
export type BranchName = keyof typeof branches;
