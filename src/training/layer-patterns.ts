/** Patterns of layers' names: which layers stay as they are, and which learn more slowly than the others. */
import { distance } from 'fastest-levenshtein';
import { UsageError } from '../base/errors.js';
import { layerOf, type Parameters } from '../models/parameters.js';

/** A factor of the learning rate for the layers that a pattern matches. */
export interface LayerRate {
  layers: string;
  factor: number;
}

/** Most names that an error lists. */
const LISTED = 5;

/** Matches the layers of a pattern, in which `*` stands for any characters and `?` for one, and what lies below them. */
function matcherOf(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '[^/]');
  return new RegExp(`^${source}(?:/|$)`);
}

/** Names of the weights and states whose layers a pattern matches. Throws UsageError, naming `key`, where there is none. */
export function weightsMatching(pattern: string, parameters: Parameters, key: string): string[] {
  const names = [...parameters.all().keys()];
  const matcher = matcherOf(pattern);
  const found = names.filter((name) => matcher.test(layerOf(name)));
  if (found.length > 0) return found;
  const plain = pattern.replaceAll('*', '');
  const layers = [...new Set(names.map(layerOf))].sort((a, b) => distance(plain, a) - distance(plain, b));
  const near = layers.slice(0, LISTED).join(', ');
  throw new UsageError(
    `${key}: no layer matches "${pattern}"; the nearest are ${near} ("npx polytag models show" with the config or model lists all).`,
  );
}

/**
 * Freezes the layers that patterns match: their weights and their batch statistics stay as they are, and batch normalisation uses
 * its moving statistics. Throws UsageError for a pattern that matches nothing, and where nothing is left to train.
 */
export function freezeLayers(parameters: Parameters, patterns: readonly string[], key: string): void {
  parameters.freeze(patterns.flatMap((pattern) => weightsMatching(pattern, parameters, key)));
  if (parameters.trainableVariables().length === 0)
    throw new UsageError(`${key}: every layer is frozen, so that there is nothing to train; leave some out.`);
}

/** A factor of the learning rate for each trained weight, in order: that of the first pattern that its layer matches, else 1. */
export function rateFactors(parameters: Parameters, rates: readonly LayerRate[]): number[] {
  const trained = parameters.trainableVariables().map(([name]) => name);
  const matched = rates.map(({ layers, factor }, i) => {
    const key = `training.learning_rates.${i}.layers`;
    const names = new Set(weightsMatching(layers, parameters, key));
    if (!trained.some((name) => names.has(name)))
      throw new UsageError(`${key}: every layer that "${layers}" matches is frozen; remove the entry.`);
    return { names, factor };
  });
  return trained.map((name) => matched.find(({ names }) => names.has(name))?.factor ?? 1);
}
