/** The description of a stored model, beside its weights: everything that computing its inputs depends on. */
import { z } from 'zod';
import { requireForm } from '../base/json.js';
import type { Tail } from '../inputs/cutter.js';
import { type InputsConfig, inputEntries } from '../inputs/schema.js';
import { type BandStatistics, bindInputs, type ModelInputSet } from '../inputs/window.js';
import type { Task } from './heads/index.js';
import type { ModelShape } from './model.js';
import type { ModelSpec } from './spec.js';
import { inputsOf } from './spec-parts.js';

/** Changes when older files cannot be read any more. */
export const MODEL_FORMAT = 'polytag-model/1';

/** Names of the files of a model; `seen`, what it was trained and validated on, is absent in earlier versions'. */
export const MODEL_FILES = {
  description: 'model.json',
  weights: 'weights.safetensors',
  seen: 'seen.parquet',
} as const;

/** Where the weights of a model come from that was not trained here. */
export interface ModelOrigin {
  /** In a few words: the package, the file. */
  source: string;
  /** SHA-256 of the file that held the weights, hexadecimal. */
  sha256: string;
  licence: string | null;
  citation: string[];
  /** Metrics that its authors report on the test split. */
  reported: { roc_auc: number; pr_auc: number } | null;
}

/** Form of a model's inputs, written out in full. */
export interface ModelSettings {
  /** In Hz; the mean of the channels. */
  sampleRate: number;
  /** Length of a window in frames of the grid, and samples from one to the next. */
  windowFrames: number;
  hopLength: number;
  remainder: Tail;
  /** Frames from one window to the next; absent where windows lie side by side. */
  windowStep?: number;
  /** Where a recording shorter than a window is repeated; absent where silence follows it. */
  pad?: 'repeat';
  /** By name of the input: its kind, and everything that decides its numbers. */
  inputs: Record<string, { kind: string } & Record<string, unknown>>;
}

/** Everything about a model but its weights. */
export interface ModelDescription {
  format: typeof MODEL_FORMAT;
  name: string;
  task: Task;
  /** Names of the labels, or of the numbers of a regression. */
  labels: string[];
  /** Decision threshold of each label, chosen on the validation split; tagging only. */
  thresholds: number[] | null;
  /** The same for accuracy, where `thresholds` are F1's; absent in models of earlier versions. */
  accuracy_thresholds?: number[];
  spec: ModelSpec;
  shape: ModelShape;
  /** How the inputs are computed; a model never takes anything else. */
  inputs: InputsConfig;
  /** Modules that the model's parts come from; absent where there are none. */
  extensions?: { file: string; sha256: string }[];
  /** Tokens by id, by name of a text input. */
  vocabularies: Record<string, string[]>;
  /** Entries of jieba's user dictionary that a text input is segmented with, by its name; absent where there are none. */
  dictionaries?: Record<string, string[]>;
  /** Bands of inputs that are standardised by the training split, by name; absent where there are none. */
  statistics?: Record<string, BandStatistics>;
  /** Its training data and protocol. */
  trained_on: { dataset: string; protocol: string; fingerprint: string; synthetic: string | null };
  /**
   * Treatment of the end of a recording that fills no whole window: `cover` moves the last window back so that it ends
   * where the recording ends, `drop` leaves the end out. Default: cover.
   */
  remainder?: Tail;
  /** Absent for a model of a run. */
  origin?: ModelOrigin;
  /** Derived from the above for other programs; absent in models of the first version. */
  settings?: ModelSettings;
}

/** The part of a description that decides its inputs. */
type DescribedInputs = Pick<
  ModelDescription,
  'spec' | 'inputs' | 'vocabularies' | 'statistics' | 'remainder'
>;

/** The inputs of a described model. */
export function inputsOfModel({ spec, inputs, vocabularies, statistics }: DescribedInputs): ModelInputSet {
  return bindInputs(inputs, inputsOf(spec), { vocabularies, statistics });
}

/** The form of inputs, as a stored model has it. */
export function settingsOfInputs({ grid, list }: ModelInputSet, remainder: Tail): ModelSettings {
  return {
    sampleRate: grid.sampleRate,
    windowFrames: grid.frames,
    hopLength: grid.hopLength,
    remainder,
    ...(grid.step && { windowStep: grid.step }),
    ...(grid.pad && { pad: grid.pad }),
    inputs: Object.fromEntries(
      list.map(({ name, kindName, settings }) => [name, { kind: kindName, ...settings }]),
    ),
  };
}

/** The form of a described model's inputs. */
export function settingsOf(description: DescribedInputs): ModelSettings {
  return settingsOfInputs(inputsOfModel(description), description.remainder ?? 'cover');
}

/** Throws Error when what was read is not of a format. */
export function requireFormat(parsed: unknown, wanted: string): void {
  const format = (parsed as { format?: unknown } | null)?.format;
  if (format !== wanted) throw new Error(`its format is "${format}", this version reads "${wanted}"`);
}

/** The part of a description that a network and a baseline share, as it is checked. */
export const describedOutputs = {
  name: z.string(),
  task: z.enum(['tagging', 'classification', 'regression', 'pitch']),
  labels: z.array(z.string()).min(1),
  thresholds: z.array(z.number()).nullable(),
  accuracy_thresholds: z.array(z.number()).optional(),
  trained_on: z.looseObject({ dataset: z.string(), protocol: z.string(), fingerprint: z.string() }),
};

const record = z.record(z.string(), z.unknown());
const texts = z.record(z.string(), z.array(z.string()));

const extensionsSchema = z.array(z.object({ file: z.string(), sha256: z.string() }));

/** The modules that a stored model's parts come from. Throws Error that names the key for anything else. */
export const extensionsIn = (parsed: unknown): { file: string; sha256: string }[] =>
  requireForm(parsed, z.looseObject({ extensions: extensionsSchema.optional() })).extensions ?? [];

const descriptionSchema = z.looseObject({
  ...describedOutputs,
  spec: record,
  shape: z.looseObject({ inputs: record, labels: z.number().int().positive() }),
  inputs: record,
  extensions: extensionsSchema.optional(),
  vocabularies: texts.optional(),
  vocabulary: z.array(z.string()).nullish(),
  dictionaries: texts.optional(),
  dictionary: z.array(z.string()).optional(),
  statistics: z
    .record(z.string(), z.object({ means: z.array(z.number()), deviations: z.array(z.number()) }))
    .optional(),
  remainder: z.enum(['cover', 'drop']).optional(),
  settings: record.optional(),
});

/** A description as earlier versions wrote it: with one text input at most, and settings of another form. */
interface EarlierDescription {
  vocabulary?: string[] | null;
  dictionary?: string[];
}

/**
 * Checks a description read from a file, and brings one of an earlier version into today's form. Throws Error when it
 * has another format, or inputs that this version does not compute.
 */
export function parseDescription(parsed: unknown): ModelDescription {
  requireFormat(parsed, MODEL_FORMAT);
  const { vocabulary, dictionary, ...rest } = requireForm(
    parsed,
    descriptionSchema,
  ) as unknown as ModelDescription & EarlierDescription;
  if (rest.vocabularies) {
    if (rest.settings && JSON.stringify(rest.settings) !== JSON.stringify(settingsOf(rest)))
      throw new Error('its settings are not those that this version computes inputs with');
    return rest;
  }
  const text = inputEntries(rest.inputs).find(({ kind }) => kind.source === 'text')?.name;
  const { settings: _, ...described } = rest;
  return {
    ...described,
    vocabularies: text !== undefined && vocabulary ? { [text]: vocabulary } : {},
    ...(text !== undefined && dictionary && { dictionaries: { [text]: dictionary } }),
  };
}
