/** The files of a graph model as TensorFlow.js's loader takes them from memory. */
import type { io } from '@tensorflow/tfjs-core';

/** A loader of a graph model's files by name. */
export function graphArtifacts(files: Record<string, string | Uint8Array>): io.IOHandler {
  const { weightsManifest, modelTopology, ...rest } = JSON.parse(files['model.json'] as string);
  const [{ paths, weights }] = weightsManifest as io.WeightsManifestConfig;
  const data = Buffer.concat(paths.map((path) => files[path] as Uint8Array));
  const weightData = Uint8Array.from(data).buffer;
  return { load: async () => ({ ...rest, modelTopology, weightSpecs: weights, weightData }) };
}
