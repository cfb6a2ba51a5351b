/**
 * Models that others publish as graphs, by name: those of Essentia's catalogue. `polytag models list --known` shows them and
 * `polytag models pull` fetches and imports them. An extractor is a line in its file, a classifier one of its table.
 */
import { extractors } from './essentia-extractors.js';
import { classifiers } from './essentia-heads.js';
import type { KnownModel } from './model.js';

const all: Record<string, KnownModel> = { ...extractors, ...classifiers };

/** Every known model, each extractor before the classifiers of its embeddings. */
export const knownModels: Readonly<Record<string, KnownModel>> = Object.fromEntries(
  Object.keys(extractors).flatMap((extractor) =>
    Object.entries(all).filter(([name, { needs }]) => name === extractor || needs === extractor),
  ),
);

/** Their names, in that order. */
export const KNOWN_NAMES = Object.keys(knownModels);

/** Whether a name is that of a known model. */
export const isKnown = (name: string): boolean => Object.hasOwn(knownModels, name);
