/** The features that an experiment needs, computed or found in the store. */
import { join } from 'node:path';
import { UsageError } from '../base/errors.js';
import { cacheFolder } from '../base/package.js';
import type { Dataset, Split } from '../data/dataset.js';
import type { RowMaker } from '../data/store/compute.js';
import { extractedFor, type StoredFeature, type StoredFeatures } from '../data/store/kinds.js';
import { type DamagedRecording, type FeatureStore, openFeatureStore } from '../data/store/store.js';
import { inputKinds } from '../inputs/index.js';
import { type AudioKind, hasFrames } from '../inputs/kind.js';
import { isPrepared } from '../inputs/prepared-sound.js';
import { inputEntries } from '../inputs/schema.js';
import { needsWaveform, SOUND, UNFILTERED } from './augment/schema.js';
import { changeSound } from './conditions/index.js';
import type { Experiment } from './schema.js';

/** The part of an experiment that decides its features. */
export interface FeatureNeeds {
  inputs: Experiment['inputs'];
  training: Pick<Experiment['training'], 'augment'>;
  evaluation: Pick<Experiment['evaluation'], 'conditions'>;
}

/** The features of a data set's recordings. */
interface WantedFeatures {
  /** By input, of all recordings, and the sound. */
  features: StoredFeatures;
  /** The samples as they were decoded, where only some splits need them: their name, and those splits. */
  sound: { name: string; splits: readonly Split[] } | null;
}

/**
 * The features that an experiment stores per recording, by input: its audio inputs, and the samples as they were decoded
 * where augmentation, of the training split, or a test condition, of the `tested` one, changes the sound.
 */
export function wantedFeatures(
  { inputs, training: { augment }, evaluation }: FeatureNeeds,
  tested: Split = 'test',
): WantedFeatures {
  const { sample_rate: sampleRate, envelope } = inputs;
  const audio = inputEntries(inputs).flatMap(({ name, kindName, kind, options }) => {
    if (kind.source !== 'audio') return [];
    const settings = kind.settings(options, sampleRate);
    const own = kind.storedAs?.(settings) ?? { kind: kindName, settings };
    const isComputed = isPrepared(settings) || own.kind !== kindName || hasFrames(kind.feature(settings));
    return [{ name, isComputed, stored: own }];
  });
  const features: Record<string, StoredFeature> = Object.fromEntries(
    audio.map(({ name, stored }) => [name, stored]),
  );
  const isComputed = audio.some((one) => one.isComputed);
  const splits: Split[] = [
    ...(augment !== undefined && needsWaveform(augment) ? (['train'] as const) : []),
    ...(isComputed && changeSound(evaluation.conditions) ? [tested] : []),
  ];
  // Noise and other changes come before what is done to the sound, so a prepared waveform is not what they need.
  const name = isPrepared(features[SOUND]?.settings ?? {}) ? UNFILTERED : SOUND;
  if (splits.length === 0 || features[name]) return { features, sound: null };
  features[name] = {
    kind: SOUND,
    settings: (inputKinds[SOUND] as AudioKind).settings({ envelope }, sampleRate),
  };
  return { features, sound: { name, splits } };
}

/** Opens the frozen models of inputs. */
export interface FrozenModels {
  /** What computes the embeddings of an input, with its version: other engines give other last digits. */
  engineOf(input: string): Promise<string>;
  /** Throws UsageError where the model is not installed, or not the one that the config was made with. */
  open(input: string): Promise<RowMaker>;
}

/** The features, those that are made by a frozen model with what computes them. */
async function withEngines(features: StoredFeatures, frozen?: FrozenModels): Promise<StoredFeatures> {
  const all = Object.entries(features).map(async ([name, stored]): Promise<[string, StoredFeature]> => {
    if (extractedFor(stored) === stored) return [name, stored];
    return [name, { ...stored, settings: { ...stored.settings, engine: await frozen!.engineOf(name) } }];
  });
  return Object.fromEntries(await Promise.all(all));
}

function sentence(damaged: DamagedRecording[], total: number, what: string): string {
  const names = damaged.slice(0, 5).map(({ id }) => id);
  const more = damaged.length > names.length ? ', …' : '';
  return `${damaged.length} of ${total} recordings ${what} (${names.join(', ')}${more}); the first: ${damaged[0].reason}`;
}

function requireAudio(id: string, audio: string | null, { examples, audioAdvice }: Dataset): string {
  if (audio !== null) return audio;
  const silent = examples.filter((example) => example.audio === null).length;
  throw new UsageError(
    `${silent} of ${examples.length} tracks have no recording, the first is ${id}; ${audioAdvice}, or remove the branches that take audio (model.branches).`,
  );
}

/**
 * Opens the feature store of an experiment (null for a model of lyrics alone), computing what it lacks; `frozen` is needed
 * where an input is made by a frozen model. Throws
 * UsageError when audio files are missing; DamagedAudio when audio is damaged and the config says to stop then.
 */
export async function openConfigStore(
  needs: FeatureNeeds,
  dataset: Dataset,
  {
    tested,
    frozen,
    signal,
    onNote,
  }: {
    /** Split that the conditions are tested on. Default: test. */
    tested?: Split;
    frozen?: FrozenModels;
    signal?: AbortSignal;
    onNote: (note: string) => void;
  },
): Promise<FeatureStore | null> {
  const wanted = wantedFeatures(needs, tested);
  const features = await withEngines(wanted.features, frozen);
  if (Object.keys(features).length === 0) return null;
  const { sound } = wanted;
  const withoutSound = Object.keys(features).filter((name) => name !== sound?.name);
  const { store: root, damaged_audio: damage } = needs.inputs;
  const recordings = dataset.examples.map(({ id, audio, split }) => ({
    id,
    path: requireAudio(id, audio, dataset),
    ...(sound && !sound.splits.includes(split) && { features: withoutSound }),
  }));
  const store = await openFeatureStore(recordings, {
    root: root ?? join(cacheFolder(), 'features'),
    features,
    damage,
    ...(frozen && { openEmbedder: (name) => frozen.open(name) }),
    signal,
    onNote,
  });
  if (store.missing.length > 0) {
    store.close();
    throw new UsageError(
      `${store.missing.length} of ${recordings.length} audio files are missing, the first is ${store.missing[0].path}; ${dataset.audioAdvice}.`,
    );
  }
  if (store.damaged.length > 0)
    onNote(sentence(store.damaged, recordings.length, 'could not be decoded and are left out'));
  if (store.partial.length > 0)
    onNote(sentence(store.partial, recordings.length, 'are damaged, and what is good of them is used'));
  return store;
}
