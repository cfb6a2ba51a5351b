/** A model ready to tag: windows in, scores and embeddings out. */
import * as tf from '@tensorflow/tfjs-core';
import { UsageError } from '../../base/errors.js';
import { loadEngine } from '../../engine/engine.js';
import { chunkSegments } from '../../features/segments/chunk-segments.js';
import { findModel } from '../../hub/store.js';
import { INFERENCE } from '../../models/layers/mode.js';
import type { ModelInputs, TaggingModel } from '../../models/model.js';
import { type MelInputSettings, type ModelSettings, settingsOf } from '../../training/model-settings.js';
import { loadModel, type ModelDescription } from '../../training/stored-model.js';

/** A batch of windows, with the settings that they were computed with. */
export interface TaggerBatch {
  /** In Hz. */
  sampleRate: number;
  /** Log-mel windows, row-major [windows × windowFrames × melBands]. */
  mel?: { values: Float32Array; settings: MelInputSettings };
  /** Samples, row-major [windows × (windowFrames × hopLength)]. */
  waveform?: Float32Array;
  /** Ids of the lyrics' tokens, row-major [windows × maxTokens]. */
  lyrics?: Int32Array;
}

/** What a model says of a batch. */
export interface TaggerOutput {
  windows: number;
  /** Probabilities, row-major [windows × labels]. */
  scores: Float32Array;
  /** The representation before the output layer, row-major [windows × size]; null where the model has none. */
  embedding: Float32Array | null;
}

/** A model ready to tag. */
export interface Tagger {
  labels: string[];
  settings: ModelSettings;
  description: ModelDescription;
  /**
   * Scores windows.
   *
   * @param batch - windows in the form of `settings`
   * @returns scores and embeddings
   * @throws UsageError when the batch was computed with other settings, lacks an input or has no whole windows
   */
  predict(batch: TaggerBatch): TaggerOutput;
  /** Frees the weights. */
  dispose(): void;
}

/**
 * Loads a model for tagging.
 *
 * @param nameOrRun - name of a model that was pulled or imported, or folder of a run
 * @param folder - the cache's part for models
 * @returns the model; dispose of it at the end
 * @throws UsageError when there is none; Failure when its files are damaged
 */
export async function loadTagger(nameOrRun: string, folder?: string): Promise<Tagger> {
  const place = await findModel(nameOrRun, folder);
  await loadEngine();
  const { model, description } = await loadModel(place);
  const settings = settingsOf(description);
  return {
    labels: description.labels,
    settings,
    description,
    predict: (batch) => predict(model, description, settings, batch),
    dispose: () => model.dispose(),
  };
}

function predict(
  model: TaggingModel,
  description: ModelDescription,
  settings: ModelSettings,
  batch: TaggerBatch,
): TaggerOutput {
  requireSettings(description.name, settings, batch);
  const [scores, embedding = null] = tf.tidy((): Float32Array[] => {
    const outputs = model.forward(toTensors(model, description, settings, batch), INFERENCE);
    const tensors = [model.probabilities(outputs.logits), ...(outputs.embedding ? [outputs.embedding] : [])];
    return tensors.map((tensor) => tensor.dataSync<'float32'>().slice());
  });
  return { windows: scores.length / description.labels.length, scores, embedding };
}

/** Refuses what was computed in another way: the scores would be silently wrong. */
function requireSettings(name: string, { sampleRate, mel }: ModelSettings, batch: TaggerBatch): void {
  const refuse = (what: string, wanted: unknown, given: unknown): never => {
    throw new UsageError(
      `The model ${name} was trained with ${what} ${wanted} and the batch has ${given}; compute it with the model's own settings.`,
    );
  };
  if (batch.sampleRate !== sampleRate) refuse('a sample rate of', sampleRate, batch.sampleRate);
  if (!mel || !batch.mel) return;
  for (const key of Object.keys(mel) as (keyof MelInputSettings)[])
    if (batch.mel.settings[key] !== mel[key]) refuse(key, mel[key], batch.mel.settings[key]);
}

function toTensors(
  model: TaggingModel,
  { name, spec }: ModelDescription,
  { sampleRate, windowFrames, hopLength, mel, lyrics }: ModelSettings,
  batch: TaggerBatch,
): ModelInputs {
  const widths = {
    mel: windowFrames * (mel?.melBands ?? 0),
    waveform: windowFrames * hopLength,
    lyrics: lyrics?.maxTokens ?? 0,
  };
  const given = { mel: batch.mel?.values, waveform: batch.waveform, lyrics: batch.lyrics };
  const counts = model.branches.map((branch) => {
    const values = given[branch];
    if (!values) throw new UsageError(`The model ${name} takes ${branch}, and the batch has none.`);
    return values.length / widths[branch];
  });
  const windows = counts[0];
  if (!Number.isInteger(windows) || windows < 1 || counts.some((count) => count !== windows)) {
    const sizes = model.branches.map((branch) => `${widths[branch]} numbers of ${branch}`).join(', ');
    throw new UsageError(`The batch holds no whole windows for the model ${name}; a window has ${sizes}.`);
  }
  const makers = {
    mel: () => tf.tensor3d(batch.mel!.values, [windows, windowFrames, mel!.melBands]),
    waveform: () => tf.tensor2d(batch.waveform!, [windows, widths.waveform]),
    lyrics: () => tf.tensor2d(batch.lyrics!, [windows, widths.lyrics], 'int32'),
  };
  const inputs: ModelInputs = Object.fromEntries(model.branches.map((branch) => [branch, makers[branch]()]));
  const melBranch = spec.branches?.mel;
  if (melBranch?.segmentation === 'adaptive') {
    const { max_segments: maxSegments } = melBranch;
    const edges = new Float32Array(windows * maxSegments * 2);
    for (let i = 0; i < windows; i++) {
      const values = batch.mel!.values.subarray(i * widths.mel, (i + 1) * widths.mel);
      const matrix = { values, frames: windowFrames, bands: mel!.melBands };
      edges.set(chunkSegments(matrix, { sampleRate, hopLength, maxSegments }), i * maxSegments * 2);
    }
    inputs.melSegments = tf.tensor3d(edges, [windows, maxSegments, 2]);
  }
  return inputs;
}
