/** What a model's config says of it: its branches, the inputs that it takes, and what it is in a few words. */
import { UsageError } from '../base/errors.js';
import { LYRICS } from '../inputs/lyrics.js';
import { type BaselineSpec, describeBaseline } from './baselines/spec.js';
import type { BranchKind } from './branches/branch.js';
import { branches } from './branches/index.js';
import { describeImported } from './imported.js';
import type { BranchBasics, BranchSpecs, ModelSpec } from './spec.js';
import { zoo } from './zoo/index.js';

/** Kind of input of each kind of a baseline's features; null where a network brings its own. */
export const BASELINE_INPUTS = {
  tfidf: LYRICS,
  mfcc: 'mfcc',
  'mel-statistics': 'mel-statistics',
  embedding: null,
} as const satisfies Record<BaselineSpec['features']['kind'], string | null>;

/** A branch of a model with its kind and its input. */
export interface BranchOf {
  name: string;
  kindName: string;
  kind: BranchKind;
  /** Name of the input that it takes. */
  input: string;
  options: Record<string, unknown>;
}

/**
 * The branches of a network in the order of the joint sequence: those named after kinds in the order of the kinds, then
 * the others in the config's order. Throws UsageError for an unknown kind.
 */
export function branchesOf(spec: { branches: BranchSpecs }): BranchOf[] {
  const given = spec.branches as Record<string, (BranchBasics & Record<string, unknown>) | undefined>;
  const own = Object.keys(given).filter((name) => !(name in branches));
  return [...Object.keys(branches), ...own].flatMap((name): BranchOf[] => {
    const written = given[name];
    if (!written) return [];
    const { kind: kindName = name, input = name, ...options } = written;
    const kind = branches[kindName];
    if (!kind)
      throw new UsageError(
        `model.branches.${name}: there is no kind of branch "${kindName}"; name an extension that has it, or one of ${Object.keys(branches).join(', ')}.`,
      );
    return [{ name, kindName, kind, input, options }];
  });
}

/** The keys of `inputs` that a model needs: those of its branches, or of a baseline's features unless a network has them. */
export function inputNames(spec: ModelSpec): string[] {
  if (spec.predictions) return [];
  if (!spec.baseline) return inputsOf(spec);
  const input = BASELINE_INPUTS[spec.baseline.features.kind];
  return input === null ? [] : [input];
}

/** The inputs that a network takes, each once, in the order of its branches; none for a baseline. */
export function inputsOf(spec: ModelSpec): string[] {
  if (spec.baseline || spec.predictions) return [];
  if (spec.zoo) return [zoo[spec.zoo.kind].input];
  return [...new Set(branchesOf(spec).map(({ input }) => input))];
}

/** A model in a few words: `mel + lyrics, self-attention`, `musicnn`, `logistic regression on TF-IDF of lyrics`. */
export function describeSpec(spec: ModelSpec): string {
  if (spec.predictions) return describeImported(spec.predictions);
  if (spec.baseline) return describeBaseline(spec.baseline);
  if (spec.zoo) return spec.zoo.kind;
  const names = branchesOf(spec).map(({ name }) => name);
  if (spec.pitch) return `${names.join(' + ')}, pitch per frame`;
  const code = spec.hash ? `, ${spec.hash.bits}-bit code` : '';
  return `${names.join(' + ')}, ${spec.fusion.kind}${code}`;
}
