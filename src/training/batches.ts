/** Chunks of recordings as the tensors that a model takes. */
import * as tf from '@tensorflow/tfjs-core';
import { randomGenerator } from '../base/random.js';
import type { Example } from '../data/dataset.js';
import type { FeatureStore } from '../data/store/store.js';
import { type ChunkSegmentation, chunkSegments } from '../features/segments/chunk-segments.js';
import type { BranchName } from '../models/branches/index.js';
import type { ModelInputs } from '../models/model.js';
import { hasWords, wordless } from '../text/vocabulary.js';
import { AugmentedBatches, type TrainingChunk } from './augment/augmented-batches.js';
import type { AugmentSettings } from './augment/schema.js';
import { droppedModalities } from './modality-dropout.js';

/** A part of a recording: `start` is a mel frame; the waveform's part begins at the same instant. */
export interface Chunk {
  example: Example;
  start: number;
  /** The training epoch whose augmentation it gets; absent where it is heard as it is. */
  epoch?: number;
  /** Inputs that are taken away from it: silence, or a text without words. */
  absent?: readonly BranchName[];
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
  /** Probability with which each input of a training chunk is taken away; 0 unless told otherwise. */
  modalityDropout?: number;
  /** What is taken away from the chunks of whole recordings; nothing unless told otherwise. */
  absent?: readonly BranchName[];
  /** Whether the chunks of whole recordings are augmented too. */
  augmentsRecordings?: boolean;
}

/** Makes batches of some recordings. */
export class Batches {
  private readonly options: BatchOptions;
  private readonly segmentation: ChunkSegmentation | null;
  private readonly augmented: AugmentedBatches | null;

  /**
   * @param branches - the inputs that the model takes
   * @param size - sizes of a chunk
   * @param store - features; null for a model of lyrics alone
   * @param tokenIds - ids of each example's lyrics, by example id
   * @param seed - decides order and chunks
   * @param options - how mel chunks are segmented, for a model whose steps are not fixed, how training chunks are
   *   augmented, and what is taken away from chunks; none of it unless told otherwise
   */
  constructor(
    private readonly branches: readonly BranchName[],
    private readonly size: ChunkSize,
    private readonly store: FeatureStore | null,
    private readonly tokenIds: ReadonlyMap<string, Int32Array>,
    private readonly seed: number,
    options: BatchOptions = {},
  ) {
    const { segmentation = null, augment = null } = options;
    this.options = options;
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

  /**
   * The same recordings, heard in another way.
   *
   * @param changes - options that are different
   * @param seed - of the draws
   * @param tokenIds - ids of each example's lyrics, where they are others
   * @returns batches from the same store
   */
  with(
    changes: BatchOptions,
    seed: number,
    tokenIds: ReadonlyMap<string, Int32Array> = this.tokenIds,
  ): Batches {
    return new Batches(this.branches, this.size, this.store, tokenIds, seed, { ...this.options, ...changes });
  }

  /** Inputs that an example has: every recording sounds, not every song has words. */
  private presentInputs({ id }: Example): BranchName[] {
    return this.branches.filter((name) => name !== 'lyrics' || hasWords(this.tokenIds.get(id)!));
  }

  private drawAbsent(example: Example, epoch: number): Pick<Chunk, 'absent'> {
    const { modalityDropout = 0 } = this.options;
    if (modalityDropout === 0) return {};
    const random = randomGenerator(this.seed, 'modality dropout', epoch, example.id);
    return { absent: droppedModalities(this.presentInputs(example), modalityDropout, random) };
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
        return {
          example,
          start,
          ...(this.augmented && { epoch }),
          ...this.drawAbsent(example, epoch),
        };
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
    const { absent, augmentsRecordings } = this.options;
    // Each chunk of a recording gets draws of its own, as each epoch of an example does.
    return [...starts, last].map((start, i) => ({
      example,
      start,
      ...(augmentsRecordings && { epoch: i }),
      ...(absent && { absent }),
    }));
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
    if (mel) silence(mel, chunks, 'mel');
    if (waveform) silence(waveform, chunks, 'waveform');
    const makers: Record<BranchName, () => tf.Tensor> = {
      mel: () => tf.tensor3d(mel!, [chunks.length, frames, melBands]),
      waveform: () => tf.tensor2d(waveform!, [chunks.length, frames * hopLength]),
      lyrics: () => {
        const ids = new Int32Array(chunks.length * tokens);
        for (const [i, { example, absent = [] }] of chunks.entries())
          ids.set(absent.includes('lyrics') ? wordless(tokens) : this.tokenIds.get(example.id)!, i * tokens);
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

/** Makes the rows silent whose sound is taken away: 0 is silence in samples and in log-mel alike. */
function silence(rows: Float32Array, chunks: readonly Chunk[], name: 'mel' | 'waveform'): void {
  const width = rows.length / chunks.length;
  for (const [i, { absent = [] }] of chunks.entries())
    if (absent.includes(name)) rows.fill(0, i * width, (i + 1) * width);
}

const isTraining = (chunks: readonly Chunk[]): chunks is readonly TrainingChunk[] =>
  chunks.every(({ epoch }) => epoch !== undefined);
