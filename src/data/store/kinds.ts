/** Features that the store keeps. */
import { createHash } from 'node:crypto';
import { decoderVersions } from '../../audio/formats/index.js';
import { findNativeDecoder } from '../../audio/native/libsndfile.js';
import { inputKinds } from '../../inputs/index.js';
import type { AudioFeature, AudioKind, AudioSettings } from '../../inputs/kind.js';

/** A feature that is stored: its kind in the registry of inputs, and all that decides its numbers. */
export interface StoredFeature {
  kind: string;
  settings: AudioSettings;
}

/** The features of a store by the names of the inputs that they are for. */
export type StoredFeatures = Readonly<Record<string, StoredFeature>>;

const kindOf = ({ kind }: StoredFeature): AudioKind => inputKinds[kind] as AudioKind;

/** The feature under its settings. */
export const featureOf = (stored: StoredFeature): AudioFeature => kindOf(stored).feature(stored.settings);

/** What a worker computes for a feature: itself, or what a frozen model makes it of. */
export const extractedFor = (stored: StoredFeature): StoredFeature =>
  kindOf(stored).frozen?.(stored.settings)?.source ?? stored;

/** Folder name of a feature under its settings and the decoder, as in `mel-0123456789abcdef`. */
export function featureKey(stored: StoredFeature): string {
  const settings = Object.entries(stored.settings).sort(([a], [b]) => (a < b ? -1 : 1));
  const decoders = decoderVersions(findNativeDecoder().decoder);
  const text = JSON.stringify([kindOf(stored).version, decoders, settings]);
  return `${stored.kind}-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
}
