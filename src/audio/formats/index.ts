/** Every audio format that is read here. */
import { adts } from './aac/adts.js';
import { flac } from './flac/flac.js';
import { type AudioFormat, decoderOf, type NativeDecoder } from './format.js';
import { mp3 } from './mp3/mp3.js';
import { mp4 } from './mp4/mp4.js';
import { oggFlac, opus, vorbis } from './ogg/ogg.js';
import { aiff } from './pcm/aiff.js';
import { au } from './pcm/au.js';
import { caf } from './pcm/caf.js';
import { w64 } from './pcm/w64.js';
import { wav } from './pcm/wav.js';

/** Every audio format, by its most common file name ending. Adding one is a file and a line here. */
export const audioFormats = {
  mp3,
  wav,
  flac,
  ogg: vorbis,
  opus,
  oga: oggFlac,
  m4a: mp4,
  aac: adts,
  aiff,
  caf,
  au,
  w64,
} satisfies Record<string, AudioFormat>;

/** Names and versions of every decoder: part of what the feature store's key depends on. */
export function decoderVersions(native: NativeDecoder | null): string {
  return Object.values(audioFormats)
    .map((format: AudioFormat) => `${format.name}: ${decoderOf(format, native)}`)
    .join('; ');
}
