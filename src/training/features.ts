/** The features that an experiment needs, computed or found in the store. */
import { join } from 'node:path';
import { cacheFolder } from '../base/cache.js';
import { UsageError } from '../base/errors.js';
import type { Config } from '../config/schema.js';
import type { Dataset } from '../data/dataset.js';
import type { FeatureKinds } from '../data/store/kinds.js';
import { type DamagedRecording, type FeatureStore, openFeatureStore } from '../data/store/store.js';
import { needsWaveform } from './augment/schema.js';

/**
 * The features that a config wants of each recording.
 *
 * @param inputs - the config's `inputs`
 * @param training - the config's `training`: what augments the waveform needs it
 * @param evaluation - the config's `evaluation`: noise is added to the waveform
 * @returns settings by kind; none for a model of lyrics alone
 */
export function featureKinds(
  { sample_rate, mel, waveform, mfcc }: Config['inputs'],
  { augment }: Pick<Config['training'], 'augment'>,
  { conditions }: Pick<Config['evaluation'], 'conditions'>,
): FeatureKinds {
  const isNoisy = mel !== undefined && conditions.some(({ noise }) => noise !== undefined);
  const wanted = waveform !== undefined || (augment !== undefined && needsWaveform(augment)) || isNoisy;
  return {
    ...(mel && {
      mel: { sampleRate: sample_rate, nFft: mel.n_fft, hopLength: mel.hop_length, melBands: mel.bands },
    }),
    ...(wanted && { waveform: { sampleRate: sample_rate } }),
    ...(mfcc && {
      mfcc: {
        sampleRate: sample_rate,
        nFft: mfcc.n_fft,
        hopLength: mfcc.hop_length,
        melBands: mfcc.bands,
        nMfcc: mfcc.coefficients,
      },
    }),
  };
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
    `${silent} of ${examples.length} tracks have no recording, the first is ${id}; ${audioAdvice}, or leave out what is heard (model.branches.mel, model.branches.waveform).`,
  );
}

/**
 * Opens the feature store of an experiment, computing what it lacks.
 *
 * @param config - the resolved config
 * @param dataset - the data set
 * @param options - a signal that stops the work, and where sentences about damaged recordings go
 * @returns the store; null for a model of lyrics alone
 * @throws UsageError when audio files are missing; DamagedAudio when audio is damaged and the config says to stop then
 */
export async function openConfigStore(
  config: Config,
  dataset: Dataset,
  { signal, onNote }: { signal?: AbortSignal; onNote: (note: string) => void },
): Promise<FeatureStore | null> {
  const kinds = featureKinds(config.inputs, config.training, config.evaluation);
  if (Object.keys(kinds).length === 0) return null;
  const root = config.inputs.store ?? join(cacheFolder(), 'features');
  const recordings = dataset.examples.map(({ id, audio }) => ({
    id,
    path: requireAudio(id, audio, dataset),
  }));
  const damage = config.inputs.damaged_audio;
  const store = await openFeatureStore(recordings, { root, kinds, damage, signal, onNote });
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
