/** Training chunks as they are heard after augmentation. */
import { joinSamples } from '../../audio/join.js';
import { type RandomGenerator, randomGenerator } from '../../base/random.js';
import type { Example } from '../../data/dataset.js';
import type { FeatureStore } from '../../data/store/store.js';
import { mixup, mixupWeight } from '../../features/augment/mixup.js';
import { specAugment } from '../../features/augment/spec-augment.js';
import { logMelSpectrogram } from '../../features/log-mel.js';
import { type AugmentSettings, needsWaveform } from './schema.js';
import { applySoundChanges, drawSoundChanges, type SampleSpan, sourceSpan } from './sound-changes.js';

/** A chunk of a training epoch. */
export interface TrainingChunk {
  example: Example;
  /** First mel frame. */
  start: number;
  epoch: number;
}

/** What is augmented, and how. */
export interface AugmentContext {
  settings: AugmentSettings;
  /** The experiment's seed. */
  seed: number;
  store: FeatureStore;
  /** Mel frames of a chunk. */
  frames: number;
  /** Samples from one frame to the next. */
  hopLength: number;
  /** Whether the model takes mel spectrograms, and whether samples. */
  takes: { mel: boolean; waveform: boolean };
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
 * Augments batches. Every draw is a pure function of seed, epoch and example, and mixtures are of those and the batch,
 * so that the same run gives the same batches, resumed or not.
 */
export class AugmentedBatches {
  /** Samples before a chunk's first: half a window, since frames are centred. */
  private readonly lead: number;
  /** Samples of a chunk with its margins. */
  private readonly length: number;
  private readonly hearsSound: boolean;

  /** @param context - what is augmented; the store holds what `takes` and `needsWaveform` name */
  constructor(private readonly context: AugmentContext) {
    const { settings, store, frames, hopLength, takes } = context;
    const nFft = takes.mel ? store.kinds.mel!.nFft : 0;
    this.lead = nFft / 2;
    this.length = Math.max(this.lead + frames * hopLength, (frames - 1) * hopLength + nFft);
    this.hearsSound = takes.waveform || needsWaveform(settings);
  }

  private generator(kind: string, { example, epoch }: TrainingChunk): RandomGenerator {
    return randomGenerator(this.context.seed, 'augment', kind, epoch, example.id);
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

  /**
   * What a model hears of a batch.
   *
   * @param chunks - the parts
   * @returns row-major mel [batch × frames × bands] and waveform [batch × frames · hopLength], those that it takes
   */
  inputs(chunks: readonly TrainingChunk[]): { mel: Float32Array | null; waveform: Float32Array | null } {
    const { settings, takes, frames, hopLength } = this.context;
    const mixtures = this.mixtures(chunks);
    const mixesSound = settings.mixup?.domain === 'waveform';
    let sounds = this.hearsSound ? chunks.map((chunk) => this.soundOf(chunk)) : null;
    if (sounds && mixesSound) sounds = mixAll(sounds, mixtures, mixSounds);
    let mels: Float32Array[] | null = null;
    if (takes.mel) {
      mels = chunks.map((chunk, i) => this.melOf(chunk, sounds?.[i] ?? null));
      if (!mixesSound) mels = mixAll(mels, mixtures, mixup);
      mels = mels.map((values, i) => this.mask(values, chunks[i]));
    }
    const { lead } = this;
    return {
      mel: mels && joinSamples(mels),
      waveform: takes.waveform
        ? joinSamples(sounds!.map(({ samples }) => samples.subarray(lead, lead + frames * hopLength)))
        : null,
    };
  }

  /**
   * The truth of a batch, mixed as its inputs are.
   *
   * @param chunks - the parts
   * @returns row-major [batch × labels]
   */
  targets(chunks: readonly TrainingChunk[]): Float32Array {
    const own = chunks.map(({ example }) => Float32Array.from(example.targets));
    return joinSamples(mixAll(own, this.mixtures(chunks), mixup));
  }

  private soundOf(chunk: TrainingChunk): Sound {
    const { settings, store, frames, hopLength } = this.context;
    const { lead, length } = this;
    const { id } = chunk.example;
    const { sampleRate } = store.kinds.waveform!;
    const changes = drawSoundChanges(settings, (kind) => this.generator(kind, chunk), sampleRate);
    const start = chunk.start * hopLength;
    if (!changes) return { samples: this.read(id, { begin: start - lead, count: length }), isChanged: false };
    // A faster chunk reaches further; it begins earlier where it would end behind the recording's end.
    const reach = Math.ceil(frames * hopLength * changes.rate);
    const latest = Math.max(0, store.length('waveform', id) - reach);
    const origin = changes.rate === 1 ? start : Math.min(start, latest);
    const source = this.read(id, sourceSpan({ begin: origin - lead, count: length }, origin, changes));
    return { samples: applySoundChanges(source, length, changes), isChanged: true };
  }

  /** Samples of a recording; silence beyond its ends. */
  private read(id: string, { begin, count }: SampleSpan): Float32Array {
    const samples = new Float32Array(count);
    const missing = Math.min(count, Math.max(0, -begin));
    this.context.store.read('waveform', id, begin + missing, samples.subarray(missing));
    return samples;
  }

  /** The stored spectrogram where the sound is as it was, else that of the changed sound. */
  private melOf({ example, start }: TrainingChunk, sound: Sound | null): Float32Array {
    const { store, frames, hopLength } = this.context;
    const settings = store.kinds.mel!;
    if (sound?.isChanged) {
      const samples = sound.samples.subarray(0, (frames - 1) * hopLength + settings.nFft);
      return logMelSpectrogram(samples, { ...settings, center: false }).values;
    }
    const values = new Float32Array(frames * settings.melBands);
    store.read('mel', example.id, start, values);
    return values;
  }

  private mask(values: Float32Array, chunk: TrainingChunk): Float32Array {
    const { settings, store, frames } = this.context;
    const options = settings.spec_augment;
    if (!options) return values;
    const random = this.generator('spec_augment', chunk);
    if (random.uniform() >= options.probability) return values;
    const matrix = { values, frames, bands: store.kinds.mel!.melBands };
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
