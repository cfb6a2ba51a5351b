/** The files that a model predicts with: their hash, and a copy of them. */
import { join } from 'node:path';
import { addChecksums, checkedBytes } from '../base/checksums.js';
import { exists, fileSha256, writeWhole } from '../base/files.js';
import { MODEL_FILES } from '../models/description.js';
import { GRAPH_FILES } from './graph/description.js';

/** SHA-256 of the weights of models, of all of them where they are several. */
export async function weightsSha256(folders: readonly string[]): Promise<string> {
  const sums = folders.map(async (folder) => {
    const graph = join(folder, GRAPH_FILES.graph);
    return fileSha256((await exists(graph)) ? graph : join(folder, MODEL_FILES.weights));
  });
  return (await Promise.all(sums)).join('+');
}

/** Copies what a model predicts with into another folder. */
export async function copyModel(model: string, place: string): Promise<void> {
  const isGraph = await exists(join(model, GRAPH_FILES.graph));
  const files = [MODEL_FILES.description, isGraph ? GRAPH_FILES.graph : MODEL_FILES.weights];
  for (const file of files) await writeWhole(join(place, file), await checkedBytes(join(model, file)));
  await addChecksums(place, files);
}
