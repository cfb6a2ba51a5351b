/**
 * Models that others published and `polytag models pull` fetches, by name. The weights come from the file that each
 * entry pins; nothing of it is part of polytag. Adding one is a file and a line here.
 */
import { basicPitch } from './basic-pitch.js';
import type { PublishedGraph } from './graph.js';
import type { PublishedModel } from './model.js';
import { musicnnModels } from './musicnn.js';
import { swiftF0 } from './swift-f0.js';

/** Taggers: networks of the zoo with published weights. */
export const publishedModels = { ...musicnnModels } satisfies Record<string, PublishedModel>;

export type PublishedName = keyof typeof publishedModels;

/** Every tagger's name, in order. */
export const PUBLISHED_NAMES = Object.keys(publishedModels) as PublishedName[];

/** Graphs that run as they were published. */
export const publishedGraphs = {
  'swift-f0': swiftF0,
  'basic-pitch': basicPitch,
} satisfies Record<string, PublishedGraph>;

export type GraphName = keyof typeof publishedGraphs;

/** Every graph's name, in order. */
export const GRAPH_NAMES = Object.keys(publishedGraphs) as GraphName[];

/** Everything that can be pulled. */
export const pullable = { ...publishedModels, ...publishedGraphs };

/** Name of something that can be pulled. */
export type PullableName = keyof typeof pullable;

/** The names, in order. */
export const PULLABLE_NAMES = Object.keys(pullable) as PullableName[];

/** Whether a name is that of a published graph. */
export const isGraph = (name: string): name is GraphName => Object.hasOwn(publishedGraphs, name);

/** Whether a name is that of something that can be pulled. */
export const isPullable = (name: string): name is PullableName => Object.hasOwn(pullable, name);
