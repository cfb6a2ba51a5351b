/** The part of a config that describes a model: `model`. */

import { z } from 'zod';
import { derived, unionOfOptions } from '../base/registry.js';
import { inputName } from '../inputs/schema.js';
import { type BaselineSpec, baselineSchema } from './baselines/spec.js';
import { branches, type OwnBranches } from './branches/index.js';
import { fusions } from './fusion/index.js';
import { type HashOptions, hashOptions } from './heads/hash.js';
import { type PitchOptions, pitchOptions } from './heads/pitch.js';
import { type ImportedOptions, importedSchema } from './imported.js';
import { zoo } from './zoo/index.js';

/** Options of every branch besides those of its kind. */
export interface BranchBasics {
  /** Name of its input; the branch's own name when absent. */
  input?: string;
  /** Its kind; the branch's own name when absent. */
  kind?: string;
}

/** Branches by name; those with other names than kinds are read by `branchesOf`. */
export type BranchSpecs = {
  [Name in keyof OwnBranches]?: z.output<OwnBranches[Name]['options']> & BranchBasics;
};

/** The options of a kind of branch, its input, and its kind, which may be left out under its own name. */
function branchSchema(name: string, key: string | null): z.ZodObject {
  const { options } = branches[name];
  const kind = z.literal(name).describe('Kind of branch.');
  return (options as z.ZodObject).safeExtend({
    input: z
      .string()
      .optional()
      .describe(
        'Name of the input that it takes. Default: that of the branch’s own name, else the kind’s usual one.',
      ),
    kind: key === name ? kind.optional() : kind,
  });
}

function branchUnion(key: string | null): z.ZodType {
  const options = Object.keys(branches).map((name) => branchSchema(name, key));
  return z.discriminatedUnion('kind', options as never);
}

const branchOptions = derived(() => {
  const known = Object.keys(branches).map((name) => [
    name,
    branchUnion(name)
      .optional()
      .describe(`Branch of this name; of the kind ${name} unless its kind says otherwise.`),
  ]);
  return z
    .object(Object.fromEntries(known))
    .catchall(branchUnion(null))
    .refine((chosen) => Object.values(chosen).some(Boolean), 'name at least one branch')
    .refine(
      (chosen) => Object.keys(chosen).every((name) => inputName.test(name)),
      'a branch’s name begins with a letter and may hold letters, digits, hyphens and underscores',
    ) as unknown as z.ZodType<BranchSpecs>;
});

const fusionOptions = derived(() => unionOfOptions('kind', fusions));

const zooOptions = derived(() => unionOfOptions('kind', zoo));

/** What a network as a whole begins with, and what of it stays. */
interface WholeTransfer {
  /** Name of a model or folder of a run; absent for random weights. */
  init?: string;
  /** true: every weight that `init` gives. A list: patterns of layers' names. Absent for none. */
  freeze?: true | string[];
}

/** Branches and how they are joined. */
export interface BranchedSpec extends WholeTransfer {
  branches: BranchSpecs;
  fusion: z.output<ReturnType<typeof fusionOptions>>;
  /** Whether an absent modality is a learned step; absent in models from before there was a choice. */
  absent_token?: boolean;
  /** A hash layer before the labels; absent for none. */
  hash?: HashOptions;
  pitch?: undefined;
  zoo?: undefined;
  baseline?: undefined;
  predictions?: undefined;
}

/** Branches side by side with the pitch of each step. */
export interface PitchSpec extends WholeTransfer {
  branches: BranchSpecs;
  pitch: PitchOptions;
  fusion?: undefined;
  absent_token?: undefined;
  hash?: undefined;
  zoo?: undefined;
  baseline?: undefined;
  predictions?: undefined;
}

/** A network of the zoo as a whole. */
export interface ZooSpec extends WholeTransfer {
  zoo: z.output<ReturnType<typeof zooOptions>>;
  branches?: undefined;
  fusion?: undefined;
  absent_token?: undefined;
  hash?: undefined;
  pitch?: undefined;
  baseline?: undefined;
  predictions?: undefined;
}

/** A network's structure with every option written out. */
export type NetworkSpec = BranchedSpec | PitchSpec | ZooSpec;

/** A classical classifier in place of a network. */
export interface ClassicalSpec {
  baseline: BaselineSpec;
  init?: undefined;
  freeze?: undefined;
  branches?: undefined;
  fusion?: undefined;
  zoo?: undefined;
  absent_token?: undefined;
  hash?: undefined;
  pitch?: undefined;
  predictions?: undefined;
}

/** Scores of another toolkit in place of a model. */
export interface ImportedSpec {
  predictions: ImportedOptions;
  init?: undefined;
  freeze?: undefined;
  baseline?: undefined;
  branches?: undefined;
  fusion?: undefined;
  zoo?: undefined;
  absent_token?: undefined;
  hash?: undefined;
  pitch?: undefined;
}

/** A model's structure with every option written out. */
export type ModelSpec = NetworkSpec | ClassicalSpec | ImportedSpec;

/** Schema of `model`. */
export const modelSchema = derived(() =>
  z
    .strictObject({
      branches: branchOptions()
        .optional()
        .describe('Which modalities the model uses; leaving one out is an ablation.'),
      fusion: fusionOptions()
        .optional()
        .describe('How the branches are joined; self-attention when left out.'),
      absent_token: z
        .boolean()
        .optional()
        .describe(
          'Whether a modality that is absent (no lyrics, digital silence) is one learned step in place of its branch’s output for nothing. Default: false.',
        ),
      hash: hashOptions.optional(),
      pitch: pitchOptions.optional(),
      zoo: zooOptions()
        .optional()
        .describe('A published network as a whole, in place of branches and fusion.'),
      init: z
        .string()
        .optional()
        .describe(
          'Name of a published or imported model of the same form, or folder of a run, whose weights the whole network starts with. Its output layer is new where the labels are others (docs/training.md). Default: random weights.',
        ),
      freeze: z
        .union([z.boolean(), z.array(z.string()).min(1)])
        .optional()
        .describe(
          'true: every weight that init gives stays as it is. A list: patterns of layers’ names, such as front/*, of which * stands for any characters; the layers that match, and those below them, stay as they are, with their batch statistics. Default: none.',
        ),
      baseline: baselineSchema
        .optional()
        .describe('A classical classifier, in place of a network (docs/baselines.md).'),
      predictions: importedSchema
        .optional()
        .describe('Scores of another toolkit, in place of a model (docs/published-predictions.md).'),
    })
    .superRefine((model, context) => {
      const { branches: chosen, fusion, absent_token: token, hash, pitch, zoo: network } = model;
      const { baseline, predictions, ...ofNetworks } = model;
      const complain = (key: string, message: string): void =>
        context.addIssue({ code: 'custom', path: [key], message });
      if (predictions) {
        for (const [key, value] of Object.entries({ ...ofNetworks, baseline }))
          if (value !== undefined)
            complain(key, `imported predictions have no model and take no ${key}; remove one of them`);
        return;
      }
      if (baseline) {
        for (const [key, value] of Object.entries(ofNetworks))
          if (value !== undefined)
            complain(key, `a baseline is not a network and takes no ${key}; remove one of them`);
        return;
      }
      if (model.freeze === true && model.init === undefined)
        complain(
          'freeze',
          'without init there are no weights to keep; name a model with init, or give patterns',
        );
      if (model.init !== undefined)
        for (const [name, branch] of Object.entries(chosen ?? {}))
          if ((branch as { init?: string | null } | undefined)?.init != null)
            complain('init', `the branch ${name} has an init of its own; remove one of them`);
      if (!network && !chosen) complain('branches', 'name at least one branch, or a network with model.zoo');
      if (network && chosen)
        complain('branches', 'a network of the zoo takes no branches; remove one of them');
      if (network && fusion)
        complain('fusion', 'a network of the zoo has nothing to join; remove one of them');
      if (network && token !== undefined)
        complain('absent_token', 'a network of the zoo has one modality, which cannot be absent; remove it');
      if (network && hash)
        complain(
          'hash',
          `a hash layer takes a fusion’s embedding; give the network as a branch in place of model.zoo, as in model.branches.${network.kind}`,
        );
      if (pitch)
        for (const [key, value] of Object.entries({ zoo: network, fusion, absent_token: token, hash }))
          if (value !== undefined)
            complain(
              key,
              `model.pitch gives the pitch of each step of the branches, so that there is no ${key}; remove one of them`,
            );
      if (hash && fusion?.kind === 'late-average')
        complain('hash', 'late-average joins scores and has no embedding to hash; name another fusion');
    })
    .transform(
      ({
        branches: chosen,
        fusion,
        absent_token = false,
        hash,
        pitch,
        zoo: network,
        init,
        freeze,
        baseline,
        predictions,
      }): ModelSpec => {
        if (predictions) return { predictions };
        if (baseline) return { baseline };
        const whole = { ...(init !== undefined && { init }), ...(freeze && { freeze }) };
        if (network) return { zoo: network, ...whole };
        if (pitch) return { branches: chosen!, pitch, ...whole };
        return {
          ...whole,
          branches: chosen!,
          fusion: fusion ?? fusionOptions().parse({ kind: 'self-attention' }),
          absent_token,
          ...(hash && { hash }),
        };
      },
    ),
);
