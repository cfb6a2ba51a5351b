/**
 * Small models of every kind for the conformance suite: what it knows of options, inputs and shapes stands here. A new
 * branch or fusion takes part by being in its registry; add small options where its defaults are slow.
 */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../../src/base/random.js';
import { branches } from '../../src/models/branches/index.js';
import { type FusionName, fusions } from '../../src/models/fusion/index.js';
import {
  buildModel,
  type ModelInputs,
  type ModelShape,
  segmentsKey,
  type TaggingModel,
} from '../../src/models/model.js';
import { modelSchema } from '../../src/models/spec.js';
import { zoo } from '../../src/models/zoo/index.js';

export const BATCH = 4;
export const LABELS = 3;
const [FRAMES, BANDS, TOKENS, CHROMA] = [24, 16, 9, 12];
const MAX_SEGMENTS = 5;

const SHAPE: Omit<ModelShape, 'head'> = {
  inputs: {
    mel: { length: FRAMES, width: BANDS },
    waveform: { length: FRAMES * 32, width: 1 },
    lyrics: { length: TOKENS, width: 20 },
    chroma: { length: FRAMES, width: CHROMA },
    embedding: { length: FRAMES, width: CHROMA },
  },
  labels: LABELS,
};

/** Small options of branches; BiLSTMs on, so that they are part of what is checked. */
const BRANCH_OPTIONS = {
  mel: { channels: [4, 6], convolutions: [1, 2], features: 5, lstm_units: 3 },
  waveform: { channels: [4, 5, 6], features: 5, lstm_units: 3 },
  lyrics: { embedding: 6, filters: 3, widths: [2, 3], lstm_units: 3 },
  frames: { input: 'chroma', channels: [4, 5], features: 5, lstm_units: 3 },
  embedding: { hidden: [6], lstm_units: 3 },
};

/** A branch that is built here. */
export type BranchName = keyof typeof BRANCH_OPTIONS;

/** Branches that are checked elsewhere, and why. */
export const ELSEWHERE: Record<string, string> = Object.fromEntries(
  Object.keys(zoo).map((name) => [name, 'needs a window of the published size: zoo/branches.test.ts']),
);

/** Small values of the options that a fusion has. */
const FUSION_SIZES: Record<string, number> = { heads: 2, features: 6, attention: 4, hidden: 7 };

/** Options that make another network of a fusion, besides its defaults. */
const FUSION_VARIANTS: Partial<Record<FusionName, object[]>> = {
  'self-attention': [{ balanced: true }, { norm: true }],
  recurrent: [{ cell: 'gru', layers: 1 }],
  'late-average': [
    { weights: 'joint', trained: 'together' },
    { weights: 'joint-stacked' },
    { weights: 'stacked' },
    { trained: 'together' },
  ],
};

/** Names of all branches, in order. */
export const BRANCHES = Object.keys(branches).filter((name) => !(name in ELSEWHERE)) as BranchName[];

export const HEADS = ['sigmoid', 'softmax'] as const;

/** Why a fusion gives no attention over the steps of its branches. */
export const WITHOUT_ATTENTION: Partial<Record<FusionName, string>> = {
  'cross-attention': 'every branch asks the others: there is no one row of weights over all steps',
  gated: 'gates weigh branches, not steps',
  recurrent: 'its last state has no weights over steps',
  concat: 'steps are pooled before they are joined',
  linear: 'steps are averaged before they are joined',
  'late-average': 'branches are averaged as scores',
};

/** Why a fusion may lose a step that lies far back, as the token of an absent modality does. */
export const FORGETS: Partial<Record<FusionName, string>> = {
  recurrent: 'after the steps of the other branches, a state holds less of it than a float tells apart',
};

/** A fusion with options. */
export type FusionOptions = { kind: FusionName } & Record<string, unknown>;

const fusionOptions = (kind: FusionName): FusionOptions[] => {
  const known = Object.keys(fusions[kind].options.shape).filter((key) => key in FUSION_SIZES);
  const sizes = Object.fromEntries(known.map((key) => [key, FUSION_SIZES[key]]));
  return [{}, ...(FUSION_VARIANTS[kind] ?? [])].map((variant) => ({ kind, ...sizes, ...variant }));
};

/** Every fusion, with its variants. */
export const FUSIONS = (Object.keys(fusions) as FusionName[]).flatMap(fusionOptions);

/** A model to be checked. */
export interface Choice {
  names: BranchName[];
  fusion: FusionOptions;
  head: ModelShape['head'];
  /** Of the mel branch. */
  segmentation: 'fixed' | 'adaptive';
}

/** Every fusion; with every head for all branches together, since a head knows nothing of the branches. */
const everyFusion = (names: BranchName[], segmentation: Choice['segmentation']): Choice[] =>
  FUSIONS.flatMap((fusion) =>
    (names.length > 1 ? HEADS : (['sigmoid'] as const)).map((head) => ({
      names,
      fusion,
      head,
      segmentation,
    })),
  );

/** Each branch alone, and all together, with every fusion. */
const FIXED = [...BRANCHES.map((name) => [name]), BRANCHES].flatMap((names) => everyFusion(names, 'fixed'));

/** The same where the mel branch pools over segments of different lengths. */
export const ADAPTIVE = [['mel'] as BranchName[], BRANCHES].flatMap((names) =>
  everyFusion(names, 'adaptive'),
);

/** Every model, with a title. */
export const CHOICES: [string, Choice][] = [...FIXED, ...ADAPTIVE].map((choice) => {
  const { kind, ...options } = choice.fusion;
  const variant = Object.entries(options).filter(([key]) => !(key in FUSION_SIZES));
  const words = [kind, ...variant.map(([key, value]) => `${key} ${value}`), choice.head];
  const segments = choice.segmentation === 'adaptive' ? ', adaptive segments' : '';
  return [`${choice.names.join(' + ')}, ${words.join(', ')}${segments}`, choice];
});

/** Builds a model with seeded weights; `recurrent: false` leaves the BiLSTMs of its branches out. */
export function build(
  { names, fusion, head, segmentation }: Choice,
  { seed = 1, absentToken = false, recurrent = true } = {},
): TaggingModel {
  const options: Record<string, object> = {
    ...BRANCH_OPTIONS,
    mel: { ...BRANCH_OPTIONS.mel, segmentation, max_segments: MAX_SEGMENTS },
  };
  const plain = recurrent ? {} : { lstm_units: 0 };
  const spec = modelSchema().parse({
    branches: Object.fromEntries(names.map((name) => [name, { ...options[name], ...plain }])),
    fusion,
    absent_token: absentToken,
  });
  return buildModel(spec, { ...SHAPE, head }, seed);
}

/** Builds a model from options that the schema checks. */
export const buildFrom = (model: object, head: ModelShape['head'] = 'sigmoid'): TaggingModel =>
  buildModel(modelSchema().parse(model), { ...SHAPE, head }, 1);

/** Options of some branches. */
export const branchesWith = (...names: BranchName[]): object =>
  Object.fromEntries(names.map((name) => [name, BRANCH_OPTIONS[name]]));

/** Begins and ends of the mel chunks' segments: as many as there may be, one, and two kinds in between. */
const SEGMENTS = [
  [0, 5, 5, 6, 6, 12, 12, 20, 20, 24],
  [0, 24, 0, 0, 0, 0, 0, 0, 0, 0],
  [0, 11, 11, 24, 0, 0, 0, 0, 0, 0],
  [0, 2, 2, 23, 23, 24, 0, 0, 0, 0],
].flat();

/** The row of the batch whose chunk is one segment, and whose text is its start token alone. */
export const SHORT_ROW = 1;

const START = 2;

const SEGMENTS_KEY = segmentsKey('mel');

/** A batch; lyrics are of different lengths, one of them the start token alone. */
export function makeInputs(): ModelInputs {
  const random = randomGenerator(3, 'inputs');
  const values = (size: number): Float32Array => Float32Array.from({ length: size }, () => random.normal());
  const ids = [
    [START, 5, 6, 7, 8, 9, 3, 4, 5],
    [START, 0, 0, 0, 0, 0, 0, 0, 0],
    [START, 11, 12, 0, 0, 0, 0, 0, 0],
    [START, 13, 14, 15, 16, 17, 18, 19, 1],
  ];
  return {
    mel: tf.tensor(values(BATCH * FRAMES * BANDS), [BATCH, FRAMES, BANDS]),
    waveform: tf.tensor(values(BATCH * FRAMES * 32), [BATCH, FRAMES * 32]),
    lyrics: tf.tensor(ids.flat(), [BATCH, TOKENS], 'int32'),
    chroma: tf.tensor(values(BATCH * FRAMES * CHROMA), [BATCH, FRAMES, CHROMA]),
    embedding: tf.tensor(values(BATCH * FRAMES * CHROMA), [BATCH, FRAMES, CHROMA]),
    [SEGMENTS_KEY]: tf.tensor3d(SEGMENTS, [BATCH, MAX_SEGMENTS, 2]),
  };
}

/** The batch without one branch's modality: silence, or texts without a word. */
export function withoutModality(inputs: ModelInputs, branch: BranchName): ModelInputs {
  const name = branches[branch].input;
  const absent =
    name === 'lyrics'
      ? tf.tensor(
          Array.from({ length: BATCH * TOKENS }, (_, i) => (i % TOKENS === 0 ? START : 0)),
          [BATCH, TOKENS],
          'int32',
        )
      : tf.zerosLike(inputs[name]);
  return { ...inputs, [name]: absent };
}

/** The batch with other segments of the mel chunks; null for none. */
export function withSegments(
  { [SEGMENTS_KEY]: _, ...inputs }: ModelInputs,
  segments: tf.Tensor3D | null,
): ModelInputs {
  return segments ? { ...inputs, [SEGMENTS_KEY]: segments } : inputs;
}

/** The segments of the mel chunks with more padding behind them. */
export const paddedSegments = ({ [SEGMENTS_KEY]: segments }: ModelInputs): tf.Tensor3D =>
  tf.concat([segments as tf.Tensor3D, tf.zeros([BATCH, 3, 2])], 1);

/** Steps of the joint sequence that are padding in the short row, from the end of a branch's steps. */
export const PADDED_STEPS: Partial<Record<BranchName, (choice: Choice) => number>> = {
  mel: ({ segmentation }) => (segmentation === 'adaptive' ? MAX_SEGMENTS - 1 : 0),
  lyrics: () => TOKENS - 1,
};
