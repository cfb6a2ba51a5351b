/** What the page of a catalogue shows, and what it calls a track. */

import type { Taggram } from '../../../catalogue/tag/taggram.js';
import type { CatalogueSummary } from './summary.js';

/** A track's path and what its own metadata say. */
export interface NamedTrack {
  path: string;
  title: string | null;
  artist: string | null;
}

/** The last part of a path, of either system; `\\xE9` stands for a byte that is no text and separates nothing. */
export const fileName = (path: string): string => path.split(/\/|\\(?!x[\dA-F]{2})/).pop() || path;

/** `Fantasma, Los Rombos`, as far as it is known; else the name of the file. */
export function trackName({ path, title, artist }: NamedTrack): string {
  if (title === null) return artist === null ? fileName(path) : `${fileName(path)}, ${artist}`;
  return artist === null ? title : `${title}, ${artist}`;
}

/** A track on the map. */
export interface MappedTrack {
  path: string;
  /** Title and artist, or the name of the file. */
  name: string;
  /** Names of its top tags, best first. */
  tops: string[];
  /** The tag whose colour it has: its first top tag, or the one of the highest score; null without scores. */
  tag: string | null;
  x: number;
  y: number;
  /** Address of its audio, relative to the page or an excerpt as data; null where it is not known. */
  audio: string | null;
}

/** The map of a catalogue. */
export interface CatalogueMap {
  method: 'umap' | 'pca';
  /** What tracks are compared by. */
  by: 'embeddings' | 'scores';
  tracks: MappedTrack[];
  /** Row-major [tracks × labels], scores from 0 to 1 in 255 steps. */
  scores: Uint8Array;
  /** Whether the players hold excerpts instead of whole tracks. */
  excerpts: boolean;
}

/** What the map's browser code is given. */
export interface MapData {
  labels: readonly string[];
  /** The tags that have a colour of their own. */
  coloured: readonly string[];
  tracks: readonly MappedTrack[];
  /** Of `CatalogueMap`, base64. */
  scores: string;
}

/** A track in the table of all. */
export interface ListedTrack extends NamedTrack {
  duration: number | null;
  tops: string[];
  /** Scores from 0 to 1 in 255 steps; null with an error. */
  scores: Uint8Array | null;
  /** Error or warning. */
  note: string | null;
  /** Address of its audio, relative to the page; null where it is not known. */
  audio: string | null;
}

/** A taggram, its track's name and its audio. */
export interface TaggramView {
  taggram: Taggram;
  name: string;
  audio: string | null;
}

/** A catalogue as its page shows it. */
export interface CatalogueView {
  /** Name of the page. */
  title: string;
  summary: CatalogueSummary;
  /** Null where fewer than two tracks can be compared. */
  map: CatalogueMap | null;
  taggrams: TaggramView[];
  /** All tracks, or a random sample of them. */
  tracks: ListedTrack[];
  /** The command that makes the page again. */
  command?: string | null;
}

/** Tracks as the browser code is given them, a list per property: names of properties would fill the page. */
export interface TracksData {
  labels: readonly string[];
  paths: string[];
  /** Names of files where there is no title. */
  titles: string[];
  artists: (string | null)[];
  /** Seconds, rounded; null where it is not known. */
  durations: (number | null)[];
  /** Numbers of the top tags in `labels`, best first. */
  tops: number[][];
  /** Error or warning. */
  notes: (string | null)[];
  /** Address of the audio; true for `prefix` and the encoded path; null where it is not known. */
  audio: (string | true | null)[];
  prefix: string;
  /** Row-major [tracks × labels], scores from 0 to 1 in 255 steps, base64; null where they would be too many. */
  scores: string | null;
}
