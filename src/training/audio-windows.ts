/** The audio of a batch, read from the feature store and augmented: without the engine, so that a thread can do it. */
import type { Mp3RoundTrip } from '../audio/encode/mp3-round-trip.js';
import type { FeatureStore, StoreContents } from '../data/store/store.js';
import type { InputsConfig } from '../inputs/schema.js';
import { type AudioInput, type BandStatistics, type WindowGrid, windowSize } from '../inputs/window.js';
import { AugmentedBatches, type TrainingChunk } from './augment/augmented-batches.js';
import type { AugmentSettings } from './augment/schema.js';
import { readStoredWindow } from './stored-window.js';

/** What the audio of a chunk depends on. */
export interface AudioChunk extends Omit<TrainingChunk, 'epoch'> {
  /** The training epoch whose augmentation it gets; absent for none. */
  epoch?: number;
}

/** Values of audio inputs by name, row-major [batch × length × width]. */
export type AudioValues = Record<string, Float32Array>;

/** What a thread of its own needs to read the same audio, as plain data. */
export interface AudioContents {
  /** Of augmentation. */
  seed: number;
  store: StoreContents;
  augment: AugmentSettings | null;
  config: InputsConfig;
  /** Of the audio inputs. */
  names: string[];
  statistics: Readonly<Record<string, BandStatistics>>;
}

/** Reads the audio of chunks. */
export class AudioWindows {
  private readonly augmented: AugmentedBatches | null;

  /**
   * @param seed - of augmentation
   * @param mp3 - needed where augmentation or a test condition has `mp3`
   */
  constructor(
    private readonly source: { inputs: readonly AudioInput[]; grid: WindowGrid; store: FeatureStore },
    seed: number,
    augment: AugmentSettings | null,
    mp3: Mp3RoundTrip | null,
  ) {
    this.augmented = augment && new AugmentedBatches({ settings: augment, seed, mp3, ...source });
  }

  /** The values of a batch: as stored, augmented where its chunks are of a training epoch. */
  read(chunks: readonly AudioChunk[]): AudioValues {
    if (this.augmented && isTraining(chunks)) return this.augmented.inputs(chunks);
    return Object.fromEntries(this.source.inputs.map((input) => [input.name, this.stored(input, chunks)]));
  }

  private stored(input: AudioInput, chunks: readonly AudioChunk[]): Float32Array {
    const { store, grid } = this.source;
    const size = windowSize(input);
    const values = new Float32Array(chunks.length * size);
    for (const [i, { example, start }] of chunks.entries()) {
      const window = values.subarray(i * size, (i + 1) * size);
      readStoredWindow(input, grid, store, { id: example.id, start }, window);
    }
    return values;
  }

  /** A row of numbers for each chunk, such as its targets, mixed where the inputs are. */
  mixed(chunks: readonly AudioChunk[], rows: Float32Array[]): Float32Array[] {
    return this.augmented && isTraining(chunks) ? this.augmented.mixed(chunks, rows) : rows;
  }
}

const isTraining = (chunks: readonly AudioChunk[]): chunks is readonly TrainingChunk[] =>
  chunks.every(({ epoch }) => epoch !== undefined);
