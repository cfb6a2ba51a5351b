/** Audio files as a page plays them. */
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { ClipContrast } from './clips.js';

/** A file that is embedded. */
export interface EmbeddedAudio {
  mediaType: string;
  base64: string;
}

/** By the path of the file; null where it could not be read or finds no room. */
export type ClipAudio = ReadonlyMap<string, EmbeddedAudio | null>;

/** Bytes of audio that a page may hold, so that with everything else it stays under 15 MB as base64. */
const AUDIO_BUDGET = 7_500_000;

/** What browsers play, by the ending of the file. */
const MEDIA_TYPES: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
};

/**
 * Reads the audio of clips, each once, the first clip of every list before the second of any, as long as there is room.
 *
 * @param contrasts - of `contrastClips`
 * @returns the audio by path
 */
export async function readClipAudio(contrasts: readonly ClipContrast[]): Promise<ClipAudio> {
  const audio = new Map<string, EmbeddedAudio | null>();
  let left = AUDIO_BUDGET;
  const longest = Math.max(0, ...contrasts.map(({ clips }) => clips.length));
  for (let place = 0; place < longest; place++) {
    for (const { clips } of contrasts) {
      const path = clips[place]?.audio;
      if (path == null || audio.has(path)) continue;
      const mediaType = MEDIA_TYPES[extname(path).toLowerCase()];
      const bytes = mediaType ? await readFile(path).catch((): null => null) : null;
      const fits = bytes !== null && bytes.length <= left;
      if (fits) left -= bytes.length;
      audio.set(path, fits ? { mediaType, base64: bytes.toString('base64') } : null);
    }
  }
  return audio;
}
