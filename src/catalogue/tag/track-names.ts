/** What a track's file says of itself: title, artist and album. */
import { File as TaggedFile } from 'node-taglib-sharp';
import type { TrackProperties } from '../row.js';

/** The names of a recording. */
export type TrackNames = Pick<TrackProperties, 'title' | 'artist' | 'album'>;

const NONE: TrackNames = { title: null, artist: null, album: null };

const named = (text: string | undefined): string | null => text?.replace(/\0/g, '').trim() || null;

/**
 * Reads the names out of an audio file's metadata; null for what it does not say, and for a file whose metadata cannot
 * be read, which may sound all the same.
 */
export function readTrackNames(path: string): TrackNames {
  try {
    const file = TaggedFile.createFromPath(path);
    try {
      const { title, performers, album } = file.tag;
      return { title: named(title), artist: named(performers?.join('; ')), album: named(album) };
    } finally {
      file.dispose();
    }
  } catch {
    return NONE;
  }
}
