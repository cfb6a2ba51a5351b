/** Training chunks after augmentation. */
import type { Mp3RoundTrip } from '../../audio/encode/mp3-round-trip.js';
import { joinSamples } from '../../audio/samples.js';
import { type RandomGenerator, randomGenerator } from '../../base/random.js';
import type { Example } from '../../data/dataset.js';
import type { FeatureStore } from '../../data/store/store.js';
import { mixup, mixupWeight } from '../../features/augment/mixup.js';
import { specAugment } from '../../features/augment/spec-augment.js';
import { isSamples } from '../../inputs/kind.js';
import { repeat } from '../../inputs/read-window.js';
import { type AudioInput, type WindowGrid, windowSize } from '../../inputs/window.js';
import { readStoredWindow } from '../stored-window.js';
import { type AugmentSettings, needsWaveform, SOUND, UNFILTERED } from './schema.js';
import { applySoundChanges, drawSoundChanges, type SampleSpan, sourceSpan } from './sound-changes.js';

/** A chunk of a training epoch. */
export interface TrainingChunk {
  example: Pick<Example, 'id'>;
  /** First frame on the grid of the model's windows. */
  start: number;
  epoch: number;
  /** Its number among the chunks of its recording that are augmented in one epoch. Default: 0. */
  draw?: number;
}

/** Data and settings of augmentation. */
export interface AugmentContext {
  settings: AugmentSettings;
  /** The experiment's seed. */
  seed: number;
  store: FeatureStore;
  grid: WindowGrid;
  /** Audio inputs of the model. */
  inputs: readonly AudioInput[];
  /** Needed where `mp3` is among the settings. */
  mp3: Mp3RoundTrip | null;
}

/** How a chunk of a batch is mixed with another. */
interface Mixture {
  /** The other chunk's place in the batch. */
  partner: number;
  /** Of the chunk itself, from ½ to 1. */
  weight: number;
}

/** A chunk's samples: those that the first frame's window needs before it, then the chunk, then the last window's. */
interface Sound {
  samples: Float32Array;
  isChanged: boolean;
}

/**
 * Augments batches. Every draw is a pure function of seed, epoch and example, so that the same run gives the same
 * batches, resumed or not.
 */
export class AugmentedBatches {
  /** Samples before a chunk's first: the largest margin of an input, since frames are centred. */
  private readonly lead: number;
  /** Samples of a chunk with its margins. */
  private readonly length: number;
  private readonly changesSound: boolean;
  /** Name of the samples in the store. */
  private readonly sound: string;

  /** The context's store holds the inputs, and the waveform where `needsWaveform` is true. */
  constructor(private readonly context: AugmentContext) {
    const { settings, grid, inputs, store } = context;
    this.sound = UNFILTERED in store.features ? UNFILTERED : SOUND;
    this.lead = Math.max(...inputs.map(({ feature }) => feature.margin));
    const ends = inputs.map(({ feature, size }) =>
      isSamples(feature) ? 0 : this.lead + (size.length - 1) * (feature.hopLength ?? 0) + feature.margin,
    );
    this.length = Math.max(this.lead + grid.frames * grid.hopLength, ...ends);
    this.changesSound = needsWaveform(settings);
  }

  private generator(kind: string, { example, epoch, draw = 0 }: TrainingChunk): RandomGenerator {
    const name = draw === 0 ? [] : [draw];
    return randomGenerator(this.context.seed, 'augment', kind, epoch, example.id, ...name);
  }

  /** How each chunk of a batch is mixed; null where it stays alone. */
  private mixtures(chunks: readonly TrainingChunk[]): (Mixture | null)[] {
    const { mixup: options } = this.context.settings;
    return chunks.map((chunk, i) => {
      if (!options || chunks.length < 2) return null;
      const random = this.generator('mixup', chunk);
      if (random.uniform() >= options.probability) return null;
      // The greater weight is the chunk's own, whose lyrics stay: over all pairs the mixtures are the same.
      const weight = mixupWeight(random, options.alpha);
      const partner = (i + 1 + random.integer(chunks.length - 1)) % chunks.length;
      return { partner, weight: Math.max(weight, 1 - weight) };
    });
  }

  /** The audio inputs of a batch, row-major [batch × length × width] by input. */
  inputs(chunks: readonly TrainingChunk[]): Record<string, Float32Array> {
    const { settings, inputs } = this.context;
    const mixtures = this.mixtures(chunks);
    const mixesSound = settings.mixup?.domain === SOUND;
    let sounds = this.changesSound ? chunks.map((chunk) => this.soundOf(chunk)) : null;
    if (sounds && mixesSound) sounds = mixAll(sounds, mixtures, mixSounds);
    const values = inputs.map((input): [string, Float32Array] => {
      let rows = chunks.map((chunk, i) => this.rowsOf(input, chunk, sounds?.[i] ?? null));
      if (input.window || !isSamples(input.feature)) {
        if (!mixesSound) rows = mixAll(rows, mixtures, mixup);
        if (input.kind.isSpectrogram) rows = rows.map((own, i) => this.mask(input, own, chunks[i]));
      }
      return [input.name, joinSamples(rows)];
    });
    return Object.fromEntries(values);
  }

  /** A row of numbers for each chunk, such as its targets, mixed as the inputs are. */
  mixed(chunks: readonly TrainingChunk[], rows: Float32Array[]): Float32Array[] {
    return mixAll(rows, this.mixtures(chunks), mixup);
  }

  private soundOf(chunk: TrainingChunk): Sound {
    const { settings, store, grid, mp3 } = this.context;
    const { lead, length } = this;
    const { id } = chunk.example;
    const changes = drawSoundChanges(settings, (kind) => this.generator(kind, chunk), grid.sampleRate);
    const start = chunk.start * grid.hopLength;
    if (!changes)
      return { samples: this.readSamples(id, { begin: start - lead, count: length }), isChanged: false };
    // A faster chunk reaches further; it begins earlier where it would end after the recording's end.
    const reach = Math.ceil(grid.frames * grid.hopLength * changes.rate);
    const latest = Math.max(0, store.length(this.sound, id) - reach);
    const origin = changes.rate === 1 ? start : Math.min(start, latest);
    const source = this.readSamples(id, sourceSpan({ begin: origin - lead, count: length }, origin, changes));
    return { samples: applySoundChanges(source, length, changes, grid.sampleRate, mp3), isChanged: true };
  }

  /** Samples of a recording; beyond its ends silence, or itself again where a recording shorter than a window is repeated. */
  private readSamples(id: string, { begin, count }: SampleSpan): Float32Array {
    const { store, grid } = this.context;
    const samples = new Float32Array(count);
    const missing = Math.min(count, Math.max(0, -begin));
    const length = store.length(this.sound, id);
    const isShort = length > 0 && length < grid.frames * grid.hopLength;
    if (grid.pad === 'repeat' && isShort) {
      const whole = new Float32Array(Math.max(0, begin) + count - missing);
      store.read(this.sound, id, 0, whole);
      if (length < whole.length) repeat(whole, length);
      samples.set(whole.subarray(Math.max(0, begin)), missing);
    } else store.read(this.sound, id, begin + missing, samples.subarray(missing));
    return samples;
  }

  /** The stored rows where the sound is as it was, else those of the changed sound. */
  private rowsOf(input: AudioInput, { example, start }: TrainingChunk, sound: Sound | null): Float32Array {
    const { store, grid } = this.context;
    const { feature, size, window } = input;
    if (!sound?.isChanged) {
      const values = new Float32Array(windowSize(input));
      readStoredWindow(input, grid, store, { id: example.id, start }, values);
      return values;
    }
    const samples = sound.samples.subarray(this.lead - feature.margin);
    return window
      ? window.compute(feature.rows(samples, grid.frames * grid.hopLength))
      : feature.rows(samples, size.length);
  }

  private mask({ size }: AudioInput, values: Float32Array, chunk: TrainingChunk): Float32Array {
    const options = this.context.settings.spec_augment;
    if (!options) return values;
    const random = this.generator('spec_augment', chunk);
    if (random.uniform() >= options.probability) return values;
    const matrix = { values, frames: size.length, bands: size.width };
    const widths = {
      frequencyMasks: options.frequency_masks,
      frequencyWidth: options.frequency_width,
      timeMasks: options.time_masks,
      timeWidth: options.time_width,
      timeFraction: options.time_fraction,
    };
    return specAugment(matrix, widths, random).values;
  }
}

const mixSounds = (own: Sound, other: Sound, weight: number): Sound => ({
  samples: mixup(own.samples, other.samples, weight),
  isChanged: true,
});

/** Each item mixed with its partner as the partner was before. */
function mixAll<T>(
  items: readonly T[],
  mixtures: readonly (Mixture | null)[],
  mix: (own: T, other: T, weight: number) => T,
): T[] {
  return items.map((item, i) => {
    const mixture = mixtures[i];
    return mixture ? mix(item, items[mixture.partner], mixture.weight) : item;
  });
}
