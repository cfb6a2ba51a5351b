/** The part of a config that describes a model: `model`. */
import { z } from 'zod';
import { type BaselineSpec, baselineSchema, describeBaseline } from './baselines/spec.js';
import { type BranchName, branches } from './branches/index.js';
import { fusions } from './fusion/index.js';
import { zoo } from './zoo/index.js';

const branchOptions = z
  .strictObject({
    mel: branches.mel.options.optional(),
    waveform: branches.waveform.options.optional(),
    lyrics: branches.lyrics.options.optional(),
  })
  .refine((chosen) => Object.values(chosen).some(Boolean), 'name at least one branch');

const fusionOptions = z.discriminatedUnion('kind', [
  fusions['self-attention'].options,
  fusions['cross-attention'].options,
  fusions.gated.options,
  fusions.concat.options,
  fusions['late-average'].options,
]);

const zooOptions = z.discriminatedUnion('kind', [zoo.musicnn.options, zoo.vgg.options]);

/** Branches and how they are joined. */
export interface BranchedSpec {
  branches: z.output<typeof branchOptions>;
  fusion: z.output<typeof fusionOptions>;
  /** Whether an absent modality is a learned step; absent in models from before there was a choice. */
  absent_token?: boolean;
  zoo?: undefined;
  baseline?: undefined;
}

/** A network of the zoo as a whole. */
export interface ZooSpec {
  zoo: z.output<typeof zooOptions>;
  branches?: undefined;
  fusion?: undefined;
  absent_token?: undefined;
  baseline?: undefined;
}

/** A network's structure with every option written out. */
export type NetworkSpec = BranchedSpec | ZooSpec;

/** A classical classifier in place of a network. */
export interface ClassicalSpec {
  baseline: BaselineSpec;
  branches?: undefined;
  fusion?: undefined;
  zoo?: undefined;
  absent_token?: undefined;
}

/** A model's structure with every option written out. */
export type ModelSpec = NetworkSpec | ClassicalSpec;

export const modelSchema = z
  .strictObject({
    branches: branchOptions
      .optional()
      .describe('Which modalities the model uses; leaving one out is an ablation.'),
    fusion: fusionOptions.optional().describe('How the branches are joined; self-attention when left out.'),
    absent_token: z
      .boolean()
      .optional()
      .describe(
        'Whether a modality that is absent (no lyrics, digital silence) is one learned step in place of what its branch makes of nothing; false when left out.',
      ),
    zoo: zooOptions.optional().describe('A published network as a whole, in place of branches and fusion.'),
    baseline: baselineSchema
      .optional()
      .describe('A classical classifier, in place of a network (docs/baselines.md).'),
  })
  .superRefine(({ branches: chosen, fusion, absent_token: token, zoo: network, baseline }, context) => {
    const complain = (key: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (baseline) {
      for (const [key, value] of Object.entries({
        branches: chosen,
        fusion,
        absent_token: token,
        zoo: network,
      }))
        if (value !== undefined)
          complain(key, `a baseline is no network and takes no ${key}; take one of them away`);
      return;
    }
    if (!network && !chosen) complain('branches', 'name at least one branch, or a network with model.zoo');
    if (network && chosen)
      complain('branches', 'a network of the zoo takes no branches; take one of them away');
    if (network && fusion)
      complain('fusion', 'a network of the zoo has nothing to join; take one of them away');
    if (network && token !== undefined)
      complain('absent_token', 'a network of the zoo has one modality, which cannot be absent; take it away');
  })
  .transform(({ branches: chosen, fusion, absent_token = false, zoo: network, baseline }): ModelSpec => {
    if (baseline) return { baseline };
    if (network) return { zoo: network };
    return {
      branches: chosen!,
      fusion: fusion ?? fusionOptions.parse({ kind: 'self-attention' }),
      absent_token,
    };
  });

/** Input of each kind of a baseline's features, as `inputs` names it. */
const BASELINE_INPUTS = { tfidf: 'lyrics', mfcc: 'mfcc' } as const;

/**
 * The keys of `inputs` that a model needs.
 *
 * @param spec - its structure
 * @returns names of branches, or the input of a baseline's features
 */
export function inputNames(spec: ModelSpec): (BranchName | 'mfcc')[] {
  return spec.baseline ? [BASELINE_INPUTS[spec.baseline.features.kind]] : inputsOf(spec);
}

/**
 * The inputs that a network takes.
 *
 * @param spec - its structure
 * @returns names of its branches in the order of the joint sequence, or the one input of a network of the zoo; none for a
 *   baseline, which takes no tensors
 */
export function inputsOf(spec: ModelSpec): BranchName[] {
  if (spec.baseline) return [];
  if (spec.zoo) return [zoo[spec.zoo.kind].input];
  return (Object.keys(branches) as BranchName[]).filter((name) => spec.branches[name] !== undefined);
}

/**
 * A model's structure in a few words.
 *
 * @param spec - its structure
 * @returns `mel + lyrics, self-attention`, `musicnn` or `logistic regression on TF-IDF of lyrics`
 */
export function describeSpec(spec: ModelSpec): string {
  if (spec.baseline) return describeBaseline(spec.baseline);
  return spec.zoo ? spec.zoo.kind : `${inputsOf(spec).join(' + ')}, ${spec.fusion.kind}`;
}
