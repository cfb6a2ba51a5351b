/** The input of a graph of recordings: of a front end by name, a YAML file, or the description beside the graph. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { messageOf, UsageError } from '../../base/errors.js';
import { requireForm } from '../../base/json.js';
import { type InputsConfig, inputEntries, inputsSchema } from '../../inputs/schema.js';
import type { OnnxPort } from '../onnx/read-model.js';
import {
  FRONT_END_NAMES,
  type FrontEndInputs,
  type FrontEndName,
  frontEndOf,
  frontEnds,
} from './front-ends.js';
import type { GraphImportOptions } from './import-options.js';
import type { ModelMetadata } from './metadata.js';

/**
 * The inputs of a graph of recordings, as in a config. Throws UsageError where nothing says them, or they are not one input of
 * sound.
 *
 * @param port - the graph's input
 */
export async function inputsOf(
  from: GraphImportOptions,
  metadata: ModelMetadata | null,
  port: OnnxPort,
): Promise<InputsConfig> {
  const { frontend } = from;
  const inputs = checkedInputs(await frontEndInputs(from, metadata, port), frontend ?? 'its description');
  const audio = inputEntries(inputs).filter(({ kind }) => kind.source === 'audio');
  if (audio.length !== 1 || inputEntries(inputs).length !== 1)
    throw new UsageError(
      `--frontend: a graph takes one input of the sound, and ${frontend ?? 'its description'} has ${inputEntries(inputs).length}; leave one.`,
    );
  const [{ name, options }] = audio;
  if (options.standardise === 'per-band')
    throw new UsageError(
      `--frontend: inputs.${name} is standardised by the bands of a training split, which a graph does not have; export the model as safetensors instead.`,
    );
  return inputs;
}

function checkedInputs(given: FrontEndInputs, place: string): InputsConfig {
  try {
    return requireForm({ inputs: given }, z.object({ inputs: inputsSchema() })).inputs;
  } catch (error) {
    throw new UsageError(
      `--frontend: the inputs of ${place} are not those of a config: ${messageOf(error)}.`,
    );
  }
}

async function frontEndInputs(
  { frontend: given, file }: GraphImportOptions,
  metadata: ModelMetadata | null,
  { shape }: OnnxPort,
): Promise<FrontEndInputs> {
  if (given !== undefined) {
    if (Object.hasOwn(frontEnds, given)) return frontEnds[given as FrontEndName].inputs;
    if (/\.ya?ml$/i.test(given)) return readInputs(given);
    throw new UsageError(
      `--frontend: there is no front end "${given}"; give ${FRONT_END_NAMES.join(', ')}, or a YAML file with "inputs" as in a config.`,
    );
  }
  const { algorithm, inputs, samples } = metadata?.inference ?? {};
  if (samples) return samplesInput(samples, inputs, file);
  if (inputs) return inputs;
  const known = algorithm === undefined ? null : frontEndOf(algorithm, shape);
  if (known) return known.inputs;
  const why =
    algorithm === undefined
      ? `Nothing says how ${basename(file)} takes a recording`
      : `The front end of ${algorithm} is not supported`;
  throw new UsageError(
    `${why}; give --frontend ${FRONT_END_NAMES.join('|')}, or a YAML file with "inputs" as in a config.`,
  );
}

/** The windows of samples of a graph that has its front end inside. */
function samplesInput(
  { sample_rate: rate, begin, length, hop, step }: NonNullable<ModelMetadata['inference']['samples']>,
  own: FrontEndInputs | undefined,
  file: string,
): FrontEndInputs {
  if (begin !== 0)
    throw new UsageError(
      `${basename(file)} computes frames of the recording and takes samples from ${-begin} before each window on, and windows of samples begin with the recording here; export the model without --with-frontend, and import that.`,
    );
  return {
    ...{ sample_rate: rate, chunk_seconds: length / rate },
    ...(step * hop !== length && { chunk_step_seconds: (step * hop) / rate }),
    ...(own?.pad !== undefined && { pad: own.pad }),
    waveform: { exact: true },
  };
}

async function readInputs(path: string): Promise<FrontEndInputs> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') throw new UsageError(`--frontend: there is no file ${path}.`);
    throw error;
  });
  let parsed: { inputs?: FrontEndInputs } | null;
  try {
    parsed = parse(text) as typeof parsed;
  } catch (error) {
    throw new UsageError(`--frontend: ${path} is not valid YAML (${messageOf(error)}).`);
  }
  if (typeof parsed?.inputs !== 'object' || parsed.inputs === null)
    throw new UsageError(`--frontend: ${path} has no "inputs", as a config has them; add them.`);
  return parsed.inputs;
}
