/** Chunks of recordings as the tensors that a model takes. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../base/random.js';
import type { Example } from '../data/dataset.js';
import type { FeatureStore } from '../data/store/store.js';
import { type ChunkSegmentation, chunkSegments } from '../features/segments/chunk-segments.js';
import type { BranchName } from '../models/branches/index.js';
import type { ModelInputs } from '../models/model.js';
import { AugmentedBatches, type TrainingChunk } from './augment/augmented-batches.js';
import type { AugmentSettings } from './augment/schema.js';

/** A part of a recording: `start` is a mel frame; the waveform's part begins at the same instant. */
export interface Chunk {
  example: Example;
  start: number;
  /** The training epoch whose augmentation it gets; absent where it is heard as it is. */
  epoch?: number;
}

/** Sizes of a chunk. */
export interface ChunkSize {
  /** Mel frames of a chunk. */
  frames: number;
  /** Samples from one frame to the next; a chunk has frames × hop samples. */
  hopLength: number;
  melBands: number;
  /** Ids of a text. */
  tokens: number;
}

/** What is done with chunks besides reading them. */
export interface BatchOptions {
  segmentation?: ChunkSegmentation | null;
  augment?: AugmentSettings | null;
}

/** Makes batches of some recordings. */
export class Batches {
  private readonly segmentation: ChunkSegmentation | null;
  private readonly augmented: AugmentedBatches | null;

  /**
   * @param branches - the inputs that the model takes
   * @param size - sizes of a chunk
   * @param store - features; null for a model of lyrics alone
   * @param tokenIds - ids of each example's lyrics, by example id
   * @param seed - decides order and chunks
   * @param options - how mel chunks are segmented, for a model whose steps are not fixed, and how training chunks are
   *   augmented; neither unless told otherwise
   */
  constructor(
    private readonly branches: readonly BranchName[],
    private readonly size: ChunkSize,
    private readonly store: FeatureStore | null,
    private readonly tokenIds: ReadonlyMap<string, Int32Array>,
    private readonly seed: number,
    { segmentation = null, augment = null }: BatchOptions = {},
  ) {
    this.segmentation = segmentation;
    const takes = { mel: branches.includes('mel'), waveform: branches.includes('waveform') };
    this.augmented =
      augment && store
        ? new AugmentedBatches({
            settings: augment,
            seed,
            store,
            frames: size.frames,
            hopLength: size.hopLength,
            takes,
          })
        : null;
  }

  /** Mel frames of a chunk. */
  get framesPerChunk(): number {
    return this.size.frames;
  }

  /** Length of a recording in mel frames; one chunk where there is no audio. */
  private framesOf(example: Example): number {
    if (this.branches.includes('mel')) return this.store!.length('mel', example.id);
    if (this.branches.includes('waveform'))
      return Math.ceil(this.store!.length('waveform', example.id) / this.size.hopLength);
    return this.size.frames;
  }

  /**
   * The order of an epoch: a pure function of seed and epoch, so that a resumed run sees the same batches.
   *
   * @param examples - the training part
   * @param epoch - from 0
   * @returns one random chunk of each example, in random order
   */
  epoch(examples: readonly Example[], epoch: number): Chunk[] {
    return randomGenerator(this.seed, 'order', epoch)
      .shuffle(examples)
      .map((example) => {
        const spare = this.framesOf(example) - this.size.frames;
        const start =
          spare > 0 ? randomGenerator(this.seed, 'chunk', epoch, example.id).integer(spare + 1) : 0;
        return this.augmented ? { example, start, epoch } : { example, start };
      });
  }

  /**
   * All chunks of a recording: side by side, the last one moved back so that it ends where the recording ends.
   *
   * @param example - the recording
   * @returns at least one chunk; a recording shorter than a chunk gives one, with silence behind it
   */
  chunksOf(example: Example): Chunk[] {
    const length = this.framesOf(example);
    const last = Math.max(0, length - this.size.frames);
    const starts: number[] = [];
    for (let start = 0; start < last; start += this.size.frames) starts.push(start);
    return [...starts, last].map((start) => ({ example, start }));
  }

  /**
   * Reads a batch from the store. Call it inside `tf.tidy`.
   *
   * @param chunks - the parts
   * @returns mel [batch, frames, bands], waveform [batch, samples], lyrics [batch, tokens]: those the model takes; the
   *   mel chunks' segments where it takes them
   */
  inputs(chunks: readonly Chunk[]): ModelInputs {
    const { frames, hopLength, melBands, tokens } = this.size;
    const { mel, waveform } = this.sounds(chunks);
    const makers: Record<BranchName, () => tf.Tensor> = {
      mel: () => tf.tensor3d(mel!, [chunks.length, frames, melBands]),
      waveform: () => tf.tensor2d(waveform!, [chunks.length, frames * hopLength]),
      lyrics: () => {
        const ids = new Int32Array(chunks.length * tokens);
        for (const [i, { example }] of chunks.entries()) ids.set(this.tokenIds.get(example.id)!, i * tokens);
        return tf.tensor2d(ids, [chunks.length, tokens], 'int32');
      },
    };
    return {
      ...Object.fromEntries(this.branches.map((name) => [name, makers[name]()])),
      ...(mel && this.segmentation && { melSegments: this.segmentsOf(mel, this.segmentation) }),
    };
  }

  /** What the model hears of the chunks, augmented in training. */
  private sounds(chunks: readonly Chunk[]): { mel: Float32Array | null; waveform: Float32Array | null } {
    if (this.augmented && isTraining(chunks)) return this.augmented.inputs(chunks);
    const { frames, hopLength, melBands } = this.size;
    return {
      mel: this.branches.includes('mel') ? this.gather(chunks, frames * melBands, 'mel', 1) : null,
      waveform: this.branches.includes('waveform')
        ? this.gather(chunks, frames * hopLength, 'waveform', hopLength)
        : null,
    };
  }

  /** Segments of the very chunks that the model sees, so that they are the same wherever the model runs. */
  private segmentsOf(mel: Float32Array, segmentation: ChunkSegmentation): tf.Tensor3D {
    const { frames, melBands: bands } = this.size;
    const { maxSegments } = segmentation;
    const width = frames * bands;
    const batch = mel.length / width;
    const edges = new Float32Array(batch * maxSegments * 2);
    for (let i = 0; i < batch; i++) {
      const values = mel.subarray(i * width, (i + 1) * width);
      edges.set(chunkSegments({ values, frames, bands }, segmentation), i * maxSegments * 2);
    }
    return tf.tensor3d(edges, [batch, maxSegments, 2]);
  }

  private gather(
    chunks: readonly Chunk[],
    width: number,
    kind: 'mel' | 'waveform',
    stepsPerFrame: number,
  ): Float32Array {
    const values = new Float32Array(chunks.length * width);
    for (const [i, { example, start }] of chunks.entries()) {
      this.store!.read(kind, example.id, start * stepsPerFrame, values.subarray(i * width, (i + 1) * width));
    }
    return values;
  }

  /**
   * The truth of a batch.
   *
   * @param chunks - the parts
   * @returns [batch, labels]; mixed where the inputs are
   */
  targets(chunks: readonly Chunk[]): tf.Tensor2D {
    const labels = chunks[0].example.targets.length;
    if (this.augmented && isTraining(chunks))
      return tf.tensor2d(this.augmented.targets(chunks), [chunks.length, labels]);
    const values = new Float32Array(chunks.length * labels);
    for (const [i, { example }] of chunks.entries()) values.set(example.targets, i * labels);
    return tf.tensor2d(values, [chunks.length, labels]);
  }
}

const isTraining = (chunks: readonly Chunk[]): chunks is readonly TrainingChunk[] =>
  chunks.every(({ epoch }) => epoch !== undefined);
