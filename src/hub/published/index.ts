/**
 * Models that others published and `polytag models pull` fetches, by name. The weights come from the file that each
 * entry pins; nothing of it is part of polytag. Adding one is a file and a line here.
 */
import type { PublishedModel } from './model.js';
import { musicnnModels } from './musicnn.js';

export const publishedModels = { ...musicnnModels } satisfies Record<string, PublishedModel>;

export type PublishedName = keyof typeof publishedModels;

/** Every name, in order. */
export const PUBLISHED_NAMES = Object.keys(publishedModels) as PublishedName[];
