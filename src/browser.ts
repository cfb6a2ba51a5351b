/** `polytag/browser`: the part of the library that needs no Node. */
import { type BackendChoice, startBackend } from './engine/browser.js';
import { readWeightShards, WEIGHTS_MANIFEST } from './hub/tfjs/read-weights.js';
import { openTextEncoders } from './inputs/text-encoders.js';
import { frozenInputs } from './inputs/window.js';
import { inputsOfModel, MODEL_FILES, type ModelDescription, parseDescription } from './models/description.js';
import type { WeightValues } from './models/parameters.js';
import { NetworkPredictor } from './models/predictor.js';
import { decodeSafetensors } from './models/safetensors.js';
import { Tagger } from './models/tagger.js';

export type { BackendChoice } from './engine/browser.js';
export type { ClipAttention } from './models/attention.js';
export type { TaggerInput, TagResult } from './models/tagger.js';
export type { Tagger };

/** How a model is loaded. */
export interface LoadOptions extends BackendChoice {
  /** Used in place of `fetch`, for files that need credentials or come from elsewhere. */
  fetch?: (url: string) => Promise<Response>;
}

/**
 * Loads a model that `polytag models export RUN --out FOLDER` wrote, with `--format safetensors` or `tfjs`.
 *
 * The back end is the faster one for this model: WebAssembly or, where the page imports
 * `@tensorflow/tfjs-backend-webgpu` and the browser has it, WebGPU. Each scores one window; the scores have to agree.
 *
 * @param url - of the folder
 * @returns the tagger, and the name of the back end; call `dispose()` at the end
 * @throws Error when a file cannot be fetched, is damaged, the model finds pitch, or no back end starts
 * @example
 * import { loadModel } from 'polytag/browser';
 * import { decodeAudio } from 'polytag/audio';
 *
 * const { tagger, backend } = await loadModel('/models/quickstart', { wasmPaths: '/wasm/' });
 * const bytes = new Uint8Array(await (await fetch('/song.wav')).arrayBuffer());
 * const { channels: [samples], sampleRate } = await decodeAudio(bytes, { mono: true });
 * console.log(backend, tagger.tag({ samples, sampleRate }).tags[0], tagger.attention({ samples, sampleRate }).length);
 */
export async function loadModel(
  url: string,
  options: LoadOptions = {},
): Promise<{ tagger: Tagger; backend: string }> {
  const { fetch: get = fetch, ...choice } = options;
  const file = async (name: string): Promise<Response> => {
    const response = await get(`${url.replace(/\/$/, '')}/${name}`);
    if (!response.ok)
      throw new Error(`${name} of the model at ${url} cannot be fetched (status ${response.status}).`);
    return response;
  };
  const description: ModelDescription = parseDescription(await (await file(MODEL_FILES.description)).json());
  if (description.task === 'pitch')
    throw new Error(
      `The model at ${url} finds the pitch of a voice over time; open it with openPitchModel of polytag/transcription.`,
    );
  const [embedded] = frozenInputs(inputsOfModel(description).list);
  if (embedded)
    throw new Error(
      `The model at ${url} takes embeddings of another model (inputs.${embedded.name}), which a page cannot compute; use it in Node, with "polytag tag".`,
    );
  const weights = await readWeights(async (name) => new Uint8Array(await (await file(name)).arrayBuffer()));
  const open = (): NetworkPredictor => NetworkPredictor.fromWeights(description, weights);
  const { backend, predictor } = await startBackend(choice, open);
  const encoders = await openTextEncoders(description.inputs, description.vocabularies);
  return { tagger: new Tagger(predictor, encoders), backend };
}

/** The weights of an export by name, from a file of safetensors or, where there is none, from TensorFlow.js's shards. */
async function readWeights(
  read: (name: string) => Promise<Uint8Array>,
): Promise<ReadonlyMap<string, WeightValues>> {
  let failure: unknown;
  try {
    return decodeSafetensors(await read(MODEL_FILES.weights)).weights;
  } catch (error) {
    failure = error;
  }
  // A server may answer with a page in place of a file that it does not have.
  const manifest = await read(WEIGHTS_MANIFEST)
    .then((bytes): unknown => JSON.parse(new TextDecoder().decode(bytes)))
    .catch(() => null);
  if (manifest === null) throw failure;
  return readWeightShards(manifest, read);
}
