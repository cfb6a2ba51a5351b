/** Embeddings of a frozen model, a network or an ONNX graph: a row for each window that it takes. */
import { z } from 'zod';
import type { AudioKind, AudioSettings, FrozenRows } from './kind.js';

/** Name of this input, of the branch that takes it, and of its kind. */
export const EMBEDDING = 'embedding';

/** Name of the layer that a model says is its embedding. */
export const OWN_LAYER = 'embeddings';

const frozen = z
  .strictObject({
    sha256: z.string().describe('SHA-256 of its weights, hexadecimal.'),
    size: z.int().positive().describe('Numbers of its embedding.'),
    sample_rate: z.number().positive().describe('In Hz.'),
    hop_length: z.int().positive().describe('Samples from one of its windows to the next.'),
    source: z
      .strictObject({
        kind: z.string().describe('Kind of input.'),
        settings: z.looseObject({ sampleRate: z.number().describe('In Hz.') }).describe('Its settings.'),
      })
      .describe('What it takes.'),
    step: z.int().positive().describe('Rows of what it takes from one window to the next.'),
    span: z.int().positive().describe('Rows of what it takes in a window.'),
  })
  .describe(
    'Written by polytag into the config of a run and into its model: the SHA-256 of the frozen model, the size of its embedding and the windows that it takes.',
  );

/** What a frozen model was found to be. */
export type FrozenModel = z.output<typeof frozen>;

const options = z
  .strictObject({
    model: z
      .string()
      .min(1)
      .default('musicnn-mtt')
      .describe(
        'Name of a published or imported model, or folder of a run: a network or an ONNX graph of recordings with an embedding. It stays frozen.',
      ),
    layer: z
      .string()
      .min(1)
      .default(OWN_LAYER)
      .describe(
        'embeddings: what the model says is its embedding; of an ONNX graph also any other output, by name.',
      ),
    pool: z
      .enum(['mean', 'sequence'])
      .default('mean')
      .describe(
        'mean: one row, the mean over inputs.chunk_seconds; sequence: a row for each window of the frozen model.',
      ),
    frozen: frozen.optional(),
  })
  .describe('Embeddings of a frozen model.');

/** Options of this input. */
export type EmbeddingOptions = z.output<typeof options>;

interface EmbeddingSettings extends AudioSettings {
  model?: string;
  pool?: 'mean';
  layer: string;
  frozen?: Omit<FrozenModel, 'sample_rate'>;
}

/** What its model was found to be. Throws Error before that. */
function found({ frozen: model }: EmbeddingSettings): Omit<FrozenModel, 'sample_rate'> {
  if (!model) throw new Error('the model of inputs.embedding has not been looked up');
  return model;
}

/** The mean of the rows [rows × width] that are not zeros, as those after the end of a recording are. */
function meanOfRows(rows: Float32Array, width: number): Float32Array {
  const mean = new Float32Array(width);
  let count = 0;
  for (let at = 0; at < rows.length; at += width) {
    const row = rows.subarray(at, at + width);
    if (row.every((value) => value === 0)) continue;
    count++;
    for (let c = 0; c < width; c++) mean[c] += (row[c] - mean[c]) / count;
  }
  return mean;
}

export const embedding: AudioKind<typeof options> = {
  source: 'audio',
  options,
  branch: EMBEDDING,
  version: 'whole windows of a frozen model',
  settings({ model, layer, pool, frozen: own }, sampleRate): EmbeddingSettings {
    if (!own) return { sampleRate, model, layer, ...(pool === 'mean' && { pool }) };
    const { sample_rate: _, ...rest } = own;
    return { sampleRate, model, layer, ...(pool === 'mean' && { pool }), frozen: rest };
  },
  feature(settings) {
    const { hop_length: hopLength, size: width } = found(settings as EmbeddingSettings);
    const none = (): never => {
      throw new Error('embeddings are computed by their model');
    };
    return { hopLength, width, silence: 0, margin: 0, stream: none, rows: none };
  },
  frozen(settings): FrozenRows {
    const { source, step, span } = found(settings as EmbeddingSettings);
    return { source, step, span };
  },
  // What a model is called, and whether its rows are averaged, changes nothing of them.
  storedAs(settings) {
    const { model: _name, pool: _pool, ...stored } = settings as EmbeddingSettings;
    return { kind: EMBEDDING, settings: stored };
  },
  window(settings) {
    const { pool } = settings as EmbeddingSettings;
    if (pool !== 'mean') return null;
    const { hop_length: hopLength, size: width } = found(settings as EmbeddingSettings);
    return { hopLength, width, silence: 0, steps: () => 1, compute: (rows) => meanOfRows(rows, width) };
  },
  describe(settings) {
    const { model, layer, pool, frozen: own } = settings as EmbeddingSettings;
    const which = layer === OWN_LAYER ? 'embedding' : `output ${layer}`;
    const size = own ? `, ${own.size} numbers, SHA-256 ${own.sha256.slice(0, 16)}` : '';
    return `${which} of the frozen model ${model}${size}, ${pool === 'mean' ? 'its mean over the window' : 'a step for each of its windows'}`;
  },
};
