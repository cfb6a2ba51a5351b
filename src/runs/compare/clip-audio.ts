/** Audio files as a page plays them. */
import { readFile } from 'node:fs/promises';
import { mediaTypeOf } from '../../audio/media-types.js';
import type { ClipContrast } from './clips.js';

export interface EmbeddedAudio {
  mediaType: string;
  base64: string;
}

/** By path; null where the file could not be read or exceeds the limit. */
export type ClipAudio = ReadonlyMap<string, EmbeddedAudio | null>;

/** Bytes of audio that a page may hold, so that with everything else it stays under 15 MB as base64. */
const AUDIO_BUDGET = 7_500_000;

/** Reads clips' audio, each once, the first clip of every list before the second of any, as long as there is room. */
export async function readClipAudio(contrasts: readonly ClipContrast[]): Promise<ClipAudio> {
  const audio = new Map<string, EmbeddedAudio | null>();
  let left = AUDIO_BUDGET;
  const longest = Math.max(0, ...contrasts.map(({ clips }) => clips.length));
  for (let place = 0; place < longest; place++) {
    for (const { clips } of contrasts) {
      const path = clips[place]?.audio;
      if (path == null || audio.has(path)) continue;
      const mediaType = mediaTypeOf(path);
      const bytes = mediaType && (await readFile(path).catch((): null => null));
      const fits = bytes && bytes.length <= left;
      if (fits) left -= bytes.length;
      audio.set(path, fits ? { mediaType: mediaType!, base64: bytes.toString('base64') } : null);
    }
  }
  return audio;
}
