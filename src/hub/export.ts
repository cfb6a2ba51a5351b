/** A model as files for other tools. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addChecksums, CHECKSUMS, checkedBytes } from '../base/checksums.js';
import { Failure, messageOf, UsageError } from '../base/errors.js';
import { writeWhole } from '../base/files.js';
import { loadEngine } from '../engine/engine.js';
import { MODEL_FILES, type ModelDescription } from '../models/description.js';
import { NetworkPredictor } from '../models/predictor.js';
import { decodeSafetensors, requireFinite } from '../models/safetensors.js';
import { cardFiles } from './card.js';
import { readModelDescription } from './model-folder.js';
import { ONNX_FILES, onnxFiles } from './onnx/write/model.js';
import { findModel } from './store.js';

/** Bytes of a file of TensorFlow.js's weights, so that browsers can cache each. */
const SHARD_BYTES = 4 * 2 ** 20;

type Files = Record<string, string | Uint8Array>;

/** Makes the files of a format of a model's weights as they are stored. */
type MakeFiles = (bytes: Uint8Array, description: ModelDescription) => Files | Promise<Files>;

/** Formats by the value of `--format`. */
export const exportFormats = {
  safetensors: asSafetensors,
  tfjs: asTensorflowJs,
  onnx: asOnnx,
} satisfies Record<string, MakeFiles>;

export type ExportFormat = keyof typeof exportFormats;

/** What a model's card says of how its files are used. */
const USES: Record<ExportFormat, string> = {
  safetensors: `- In a page: \`loadModel\` of \`polytag/browser\`, which takes the address of this folder.
- In Python: \`safetensors.numpy.load_file("${MODEL_FILES.weights}")\` gives the weights by their names; \`${MODEL_FILES.description}\` says
  under \`spec\` how the network is put together, and under \`inputs\` what it takes. The file holds no graph.`,
  tfjs: `- In TensorFlow.js: \`tf.io.loadWeights(manifest, folder)\`, with the parsed \`weights_manifest.json\`, gives the weights by their
  names. There is no graph, so \`tf.loadGraphModel\` and \`tf.loadLayersModel\` cannot open them; \`${MODEL_FILES.description}\` says under \`spec\` how
  the network is put together.
- In a page, polytag's own \`loadModel\` of \`polytag/browser\` takes the export \`--format safetensors\`.`,
  onnx: `- In ONNX Runtime: \`InferenceSession("${ONNX_FILES.graph}")\` returns \`scores\` and, where the model has one, \`embedding\` for a batch of windows; the
  labels and the settings of its inputs are in the file's metadata.
- \`${ONNX_FILES.description}\` has labels, inputs and outputs in the form of the descriptions that Essentia publishes beside its models.`,
};

/**
 * Writes a model for other tools: weights, `model.json` with everything that computing its inputs needs, and its card. The
 * folder is new or empty, or holds the same or a part of it.
 *
 * @param format - `safetensors`; `tfjs`: TensorFlow.js's manifest and shards, for `tf.io.loadWeights`; `onnx`: the network as a
 *   graph, which starts an engine
 * @throws UsageError when there is no such model or the folder is in use; Failure when the model is damaged, or has an
 *   operation that ONNX export does not support
 */
export async function exportModel(
  nameOrRun: string,
  format: ExportFormat,
  out: string,
  folder?: string,
): Promise<string[]> {
  const place = await findModel(nameOrRun, folder);
  const description = await readModelDescription(place);
  const read = (name: string): Promise<Buffer> =>
    checkedBytes(join(place, name)).catch((error: unknown) => {
      throw new Failure(
        `The model in ${place} cannot be read (${name}: ${messageOf(error)}); fetch or train it again.`,
      );
    });
  const files: Files = {
    ...(await exportWeights(format, await read(MODEL_FILES.weights), description, place)),
    [MODEL_FILES.description]: await read(MODEL_FILES.description),
    ...(await cardFiles(description, `\n## Use\n\n${USES[format]}\n`)),
  };
  // The licence is copied with the weights, and what the model was trained on.
  for (const name of ['LICENSE', MODEL_FILES.seen]) {
    const content = await read(name).catch(() => null);
    if (content) files[name] = content;
  }
  await requireFree(out, files);
  for (const [name, content] of Object.entries(files)) await writeWhole(join(out, name), content);
  await addChecksums(out, Object.keys(files));
  return [...Object.keys(files), CHECKSUMS].map((name) => join(out, name));
}

/** Throws a UsageError where a folder holds anything but the same export, or a part of it. */
async function requireFree(out: string, files: Files): Promise<void> {
  const names = Object.keys(files);
  for (const name of await readdir(out).catch(() => [])) {
    const isUnfinished =
      /\.part$/.test(name) && [...names, CHECKSUMS].some((own) => name.startsWith(`${own}.`));
    const isSame =
      Object.hasOwn(files, name) &&
      Buffer.from(files[name]).equals(await readFile(join(out, name)).catch(() => Buffer.alloc(0)));
    if (!isUnfinished && !isSame && name !== CHECKSUMS)
      throw new UsageError(`${out} is not empty; give another folder with --out.`);
  }
}

async function exportWeights(
  format: ExportFormat,
  bytes: Uint8Array,
  description: ModelDescription,
  place: string,
): Promise<Files> {
  try {
    return await (exportFormats[format] as MakeFiles)(bytes, description);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`The model in ${place} cannot be read (${messageOf(error)}); fetch or train it again.`);
  }
}

async function asOnnx(bytes: Uint8Array, description: ModelDescription): Promise<Files> {
  const { weights } = decodeSafetensors(bytes);
  requireFinite(weights);
  await loadEngine();
  const predictor = NetworkPredictor.fromWeights(description, weights);
  try {
    return await onnxFiles(predictor);
  } finally {
    predictor.dispose();
  }
}

function asSafetensors(bytes: Uint8Array): Files {
  decodeSafetensors(bytes); // Damaged models are not exported.
  return { [MODEL_FILES.weights]: bytes };
}

/** The values of all weights in sequence, cut into shards, and the manifest of their places. */
function asTensorflowJs(bytes: Uint8Array): Files {
  const { weights } = decodeSafetensors(bytes);
  const values = Buffer.concat(
    [...weights.values()].map(({ values: v }) => new Uint8Array(v.buffer, v.byteOffset, v.byteLength)),
  );
  const count = Math.max(1, Math.ceil(values.length / SHARD_BYTES));
  const paths = Array.from({ length: count }, (_, i) => `group1-shard${i + 1}of${count}.bin`);
  const manifest = [
    { paths, weights: [...weights].map(([name, { shape }]) => ({ name, shape, dtype: 'float32' })) },
  ];
  return {
    ...Object.fromEntries(
      paths.map((path, i) => [path, values.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES)]),
    ),
    'weights_manifest.json': `${JSON.stringify(manifest)}\n`,
  };
}
