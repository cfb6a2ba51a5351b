/** What pages call a track. */

/** A track's path and what its own metadata say. */
export interface NamedTrack {
  path: string;
  title: string | null;
  artist: string | null;
}

/** The last part of a path. */
export const fileName = (path: string): string => path.split(/[\\/]/).pop() || path;

/** `Fantasma, Los Rombos`, as far as it is known; else the name of the file. */
export function trackName({ path, title, artist }: NamedTrack): string {
  if (title === null) return artist === null ? fileName(path) : `${fileName(path)}, ${artist}`;
  return artist === null ? title : `${title}, ${artist}`;
}
