/** Windows of recordings and their lyrics, as a network is trained and evaluated on them. */
import * as tf from '@tensorflow/tfjs-core';
import type { Mp3RoundTrip } from '../audio/encode/mp3-round-trip.js';
import { joinSamples } from '../audio/samples.js';
import { type RandomGenerator, randomGenerator } from '../base/random.js';
import type { Example } from '../data/dataset.js';
import { hertzAt } from '../data/pitch-curve.js';
import type { FeatureStore } from '../data/store/store.js';
import { gridLane } from '../inputs/cutter.js';
import { isSamples } from '../inputs/kind.js';
import { silenceWindow } from '../inputs/read-window.js';
import type { InputsConfig } from '../inputs/schema.js';
import type { AudioInput, BandStatistics, ModelInputSet, WindowBatch } from '../inputs/window.js';
import { type StepGrid, stepTimes } from '../models/framewise.js';
import { hasWords } from '../text/vocabulary.js';
import { type AudioChunk, type AudioContents, type AudioValues, AudioWindows } from './audio-windows.js';
import type { AugmentSettings } from './augment/schema.js';

/** A window of a recording; every audio input's begins at the same instant. */
export interface Chunk extends AudioChunk {
  example: Example;
  /** Inputs that are removed from it: silence, or a text without words. */
  absent?: readonly string[];
}

/** Chunk options: augmentation and dropped inputs. */
export interface BatchOptions {
  augment?: AugmentSettings | null;
  /** Probability with which each input of a training chunk is removed. Default: 0. */
  modalityDropout?: number;
  /** Whether an epoch takes every chunk of each example, not a random one. */
  everyChunk?: boolean;
  /** Inputs removed from the chunks of whole recordings. Default: none. */
  absent?: readonly string[];
  /** Whether the chunks of whole recordings are augmented too. */
  augmentsRecordings?: boolean;
}

/** Token ids by text input, then by example id. */
export type TokenIds = Readonly<Record<string, ReadonlyMap<string, Int32Array>>>;

/** Sources of batches. */
export interface BatchSource {
  inputs: ModelInputSet;
  /** Features; null for a model of lyrics alone. */
  store: FeatureStore | null;
  tokenIds: TokenIds;
  /** Needed where augmentation or a test condition has `mp3`. */
  mp3?: Mp3RoundTrip | null;
  /** What the audio inputs are bound to, for threads that read batches too. */
  bound?: { config: InputsConfig; statistics: Readonly<Record<string, BandStatistics>> };
}

/** Makes batches of some recordings. */
export class Batches {
  private readonly audio: AudioInput[];
  /** Null for a model of lyrics alone. */
  private readonly windowsOfAudio: AudioWindows | null;
  private readonly augments: boolean;

  /** `seed` decides order, chunks, augmentation and dropped inputs. */
  constructor(
    private readonly source: BatchSource,
    private readonly seed: number,
    private readonly options: BatchOptions = {},
  ) {
    const { inputs, store, mp3 = null } = source;
    const { augment = null } = options;
    this.audio = inputs.list.filter((input) => input.source === 'audio');
    this.augments = augment !== null && store !== null;
    this.windowsOfAudio =
      store && this.audio.length > 0
        ? new AudioWindows({ inputs: this.audio, grid: inputs.grid, store }, seed, augment, mp3)
        : null;
  }

  /** Batches of the same recordings under changed options, or with other lyrics. */
  with(changes: BatchOptions, seed: number, tokenIds: TokenIds = this.source.tokenIds): Batches {
    return new Batches({ ...this.source, tokenIds }, seed, { ...this.options, ...changes });
  }

  /** What a thread of its own reads the same audio with; null without audio. */
  get contents(): AudioContents | null {
    const { store, bound } = this.source;
    if (!store || !bound || this.audio.length === 0) return null;
    const names = this.audio.map(({ name }) => name);
    return { seed: this.seed, store: store.plain, augment: this.options.augment ?? null, names, ...bound };
  }

  /** Inputs that an example has: every recording has sound, not every song has words. */
  private presentInputs({ id }: Example): string[] {
    const { inputs, tokenIds } = this.source;
    return inputs.list
      .filter(({ source, name }) => source === 'audio' || hasWords(tokenIds[name].get(id)!))
      .map(({ name }) => name);
  }

  private drawAbsent(example: Example, epoch: number): Pick<Chunk, 'absent'> {
    const { modalityDropout = 0 } = this.options;
    if (modalityDropout === 0) return {};
    const random = randomGenerator(this.seed, 'modality dropout', epoch, example.id);
    return { absent: droppedModalities(this.presentInputs(example), modalityDropout, random) };
  }

  /** Length of a recording in seconds. */
  secondsOf(example: Example): number {
    const { sampleRate, hopLength } = this.source.inputs.grid;
    return (this.framesOf(example) * hopLength) / sampleRate;
  }

  /** Length of a recording in frames of the grid; one chunk where there is no audio. */
  private framesOf(example: Example): number {
    const { store, inputs } = this.source;
    if (this.audio.length === 0) return inputs.grid.frames;
    const { name, feature } = gridLane(this.audio, (input) => input);
    const steps = store!.length(name, example.id);
    return isSamples(feature) ? Math.ceil(steps / inputs.grid.hopLength) : steps;
  }

  /**
   * One random chunk of each example, or every one of each, in random order: a pure function of seed and epoch (from 0),
   * so that a resumed run gets the same batches.
   */
  epoch(examples: readonly Example[], epoch: number): Chunk[] {
    if (this.options.everyChunk) return this.wholeEpoch(examples, epoch);
    const { frames } = this.source.inputs.grid;
    return randomGenerator(this.seed, 'order', epoch)
      .shuffle(examples)
      .map((example) => {
        const spare = this.framesOf(example) - frames;
        const start =
          spare > 0 ? randomGenerator(this.seed, 'chunk', epoch, example.id).integer(spare + 1) : 0;
        return {
          example,
          start,
          ...(this.augments && { epoch }),
          ...this.drawAbsent(example, epoch),
        };
      });
  }

  private wholeEpoch(examples: readonly Example[], epoch: number): Chunk[] {
    const chunks = examples.flatMap((example) =>
      this.startsOf(example).map(
        (start, draw): Chunk => ({
          example,
          start,
          ...(this.augments && { epoch, draw }),
          ...this.drawAbsent(example, epoch),
        }),
      ),
    );
    return randomGenerator(this.seed, 'order', epoch).shuffle(chunks);
  }

  /** Number of chunks of an epoch. */
  epochSize(examples: readonly Example[]): number {
    if (!this.options.everyChunk) return examples.length;
    return examples.reduce((sum, example) => sum + this.startsOf(example).length, 0);
  }

  private startsOf(example: Example): number[] {
    const { frames, step = frames } = this.source.inputs.grid;
    const last = Math.max(0, this.framesOf(example) - frames);
    const starts: number[] = [];
    for (let start = 0; start < last; start += step) starts.push(start);
    return [...starts, last];
  }

  /**
   * All chunks of a recording, at least one: side by side, the last one moved back to end where the recording ends; a
   * shorter recording is padded.
   */
  chunksOf(example: Example): Chunk[] {
    const { absent, augmentsRecordings } = this.options;
    // Each chunk of a recording gets its own draws, as each epoch of an example does.
    return this.startsOf(example).map((start, i) => ({
      example,
      start,
      ...(augmentsRecordings && { epoch: i }),
      ...(absent && { absent }),
    }));
  }

  /** The windows of chunks. `audio`: of the same chunks, where it has been read already. */
  windows(
    chunks: readonly Chunk[],
    audio: AudioValues = this.windowsOfAudio?.read(chunks) ?? {},
  ): WindowBatch {
    const { inputs, tokenIds } = this.source;
    const values = inputs.list.map(({ source, name, size }): [string, Float32Array | Int32Array] => [
      name,
      source === 'audio' ? audio[name] : idsOf(chunks, size.length, tokenIds[name]),
    ]);
    const batch: WindowBatch = { count: chunks.length, values: Object.fromEntries(values) };
    for (const input of inputs.list)
      for (const [i, { absent = [] }] of chunks.entries())
        if (absent.includes(input.name)) silenceWindow(input, batch.values[input.name], i);
    return batch;
  }

  /** Seconds in its recording of each step of a chunk. */
  timesOf({ start }: Chunk, steps: StepGrid): Float64Array {
    const { sampleRate, hopLength } = this.source.inputs.grid;
    const begin = (start * hopLength) / sampleRate;
    return stepTimes(this.source.inputs, steps).map((time) => begin + time);
  }

  /**
   * The truth of a batch, [batch, labels]; mixed where the inputs are. For a model with steps, Hz and voicing (0 or 1) of
   * each, [batch × steps, 2].
   */
  targets(chunks: readonly Chunk[], steps?: StepGrid): tf.Tensor2D {
    return steps ? this.pitches(chunks, steps) : this.valuesOf(chunks, ({ targets }) => targets);
  }

  /** The teacher's scores of a batch, [batch, labels], mixed where the inputs are; null where the examples have none. */
  softTargets(chunks: readonly Chunk[]): tf.Tensor2D | null {
    if (!chunks[0].example.softTargets) return null;
    return this.valuesOf(chunks, ({ softTargets }) => softTargets!);
  }

  private valuesOf(chunks: readonly Chunk[], of: (example: Example) => ArrayLike<number>): tf.Tensor2D {
    const rows = chunks.map(({ example }) => Float32Array.from(of(example)));
    const own = this.windowsOfAudio?.mixed(chunks, rows) ?? rows;
    return tf.tensor2d(joinSamples(own), [chunks.length, rows[0].length]);
  }

  private pitches(chunks: readonly Chunk[], steps: StepGrid): tf.Tensor2D {
    const values = new Float32Array(2 * chunks.length * steps.count);
    for (const [i, chunk] of chunks.entries())
      for (const [step, time] of this.timesOf(chunk, steps).entries()) {
        const hertz = hertzAt(chunk.example.pitch!, time);
        values.set([hertz, hertz > 0 ? 1 : 0], 2 * (i * steps.count + step));
      }
    return tf.tensor2d(values, [chunks.length * steps.count, 2]);
  }
}

function idsOf(
  chunks: readonly Chunk[],
  length: number,
  idsByExample: ReadonlyMap<string, Int32Array>,
): Int32Array {
  const ids = new Int32Array(chunks.length * length);
  for (const [i, { example }] of chunks.entries()) ids.set(idsByExample.get(example.id)!, i * length);
  return ids;
}

/**
 * Draws the modalities of an example that are left out, each with probability `rate` in [0, 1). One that is present
 * always stays (as in ModDrop, Neverova et al. 2016, but for that).
 */
export function droppedModalities(
  present: readonly string[],
  rate: number,
  random: RandomGenerator,
): string[] {
  const dropped = present.filter(() => random.uniform() < rate);
  if (dropped.length < present.length || present.length === 0) return dropped;
  const kept = random.pick(present);
  return dropped.filter((name) => name !== kept);
}
