/** Every input by the name that `inputs` in a config gives it. Adding one is a file and a line here. */
import { FEATURE_KINDS, type FeatureKindName, featureKinds } from '../features/kinds.js';
import { embedding } from './embedding.js';
import { framewise } from './framewise.js';
import type { AudioKind, InputKind } from './kind.js';
import { lyrics } from './lyrics.js';
import { mel } from './mel.js';
import { melStatistics } from './mel-statistics.js';
import { mfccStatistics } from './mfcc-statistics.js';
import { waveform } from './waveform.js';

/** Features of `polytag features` whose names other inputs have, with their names here. */
const RENAMED: Partial<Record<FeatureKindName, string | null>> = { mel: null, mfcc: 'mfcc-frames' };

const framewiseKinds: Record<string, AudioKind> = Object.fromEntries(
  FEATURE_KINDS.flatMap((name): [string, AudioKind][] => {
    const own = RENAMED[name] === undefined ? name : RENAMED[name];
    return own === null || featureKinds[name].width === null ? [] : [[own, framewise(name)]];
  }),
);

/** Kinds with options of their own; the framewise features of `polytag features` follow. */
const ownKinds = { mel, waveform, lyrics, mfcc: mfccStatistics, 'mel-statistics': melStatistics, embedding };

export const inputKinds: Record<string, InputKind> & typeof ownKinds = { ...ownKinds, ...framewiseKinds };

/** Kinds that were known before the others, whose options have types. */
export type OwnInputKinds = typeof ownKinds;
