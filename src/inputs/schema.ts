/** The part of a config that describes inputs: `inputs`. */
import { z } from 'zod';
import { DAMAGE_POLICIES } from '../audio/audio.js';
import { derived } from '../base/registry.js';
import { encodingOf, type TextEncoding } from '../text/encodings.js';
import { inputKinds, type OwnInputKinds } from './index.js';
import type { InputKind } from './kind.js';
import { preparationGiven, preparationOptions } from './prepared-sound.js';

const common = {
  sample_rate: z.int().min(1000).default(16_000).describe('In Hz; audio of another rate is resampled.'),
  chunk_seconds: z
    .number()
    .positive()
    .default(4)
    .describe(
      'Length of the part of a clip that the model takes at once: a random one in training; in evaluation, the mean over all of them.',
    ),
  chunk_step_seconds: z
    .number()
    .positive()
    .optional()
    .describe(
      'From the beginning of one part to that of the next where all are taken, as in evaluation and tagging; less than chunk_seconds: they overlap. Default: chunk_seconds.',
    ),
  pad: z
    .enum(['silence', 'repeat'])
    .optional()
    .describe(
      'What fills the window of a recording that is shorter: silence after it, or the recording again and again. Default: silence.',
    ),
  ...preparationOptions,
  damaged_audio: z
    .enum(DAMAGE_POLICIES)
    .default('keep-good-part')
    .describe(
      'Of recordings that cannot be decoded in part: use the rest, leave them out, or stop. What is lost is counted.',
    ),
};

const store = z
  .string()
  .nullable()
  .default(null)
  .describe("Folder of the feature store; null for the user's cache folder.");

/** Keys of `inputs` that are not inputs. */
export const COMMON_KEYS: readonly string[] = [...Object.keys(common), 'store'];

type Optional<Kinds extends Record<string, InputKind>> = {
  [Name in keyof Kinds]?: z.output<Kinds[Name]['options']>;
};

/** Inputs with every default written out; other names than those of kinds are read by `inputEntries`. */
export type InputsConfig = z.output<z.ZodObject<typeof common>> & {
  store: string | null;
} & Optional<OwnInputKinds>;

/** Name that a branch or an input may have. */
export const inputName = /^[A-Za-z][\w-]*$/;

function withKind(name: string, { options }: InputKind): z.ZodObject {
  return (options as z.ZodObject).safeExtend({
    kind: z.literal(name).describe(`Kind of input: ${options.description ?? name}`),
  });
}

/** Schema of `inputs`: one key per kind, and keys of the user's own that name their kind. */
export const inputsSchema = derived(() => {
  const kinds = Object.entries(inputKinds);
  const known = Object.fromEntries(kinds.map(([name, { options }]) => [name, options.optional()]));
  const named = z.discriminatedUnion('kind', kinds.map(([name, kind]) => withKind(name, kind)) as never);
  return z.object({ ...common, ...known, store }).catchall(named) as unknown as z.ZodType<InputsConfig>;
});

/** An input of a config: its kind and its options. */
export interface InputEntry {
  name: string;
  kindName: string;
  kind: InputKind;
  options: Record<string, unknown>;
}

/** The inputs of a config in the order of the kinds; those with names of their own follow in the config's order. */
export function inputEntries(inputs: InputsConfig): InputEntry[] {
  const all = inputs as unknown as Record<string, Record<string, unknown> | undefined>;
  const prepared = preparationGiven(inputs);
  const own = Object.keys(all).filter((name) => !COMMON_KEYS.includes(name) && !(name in inputKinds));
  return [...Object.keys(inputKinds), ...own].flatMap((name): InputEntry[] => {
    const written = all[name];
    if (written === undefined) return [];
    const { kind: kindName = name, ...options } = written as { kind?: string };
    const kind = inputKinds[kindName];
    const sound = kind?.source === 'audio' ? prepared : {};
    return [{ name, kindName, kind, options: { ...options, ...sound } }];
  });
}

/** The encoding of a config's lyrics; null where it is to be found out, or none are read. */
export function lyricsEncoding(inputs: InputsConfig): TextEncoding | null {
  const text = inputEntries(inputs).find(({ kind }) => kind.source === 'text');
  return encodingOf((text?.options as { encoding?: string | null } | undefined)?.encoding);
}
