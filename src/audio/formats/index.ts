/** Every audio format. Adding one is a file and a line here. */
import { aac } from './aac.js';
import { flac } from './flac.js';
import type { AudioFormat } from './format.js';
import { mp3 } from './mp3/mp3.js';
import { opus, vorbis } from './ogg.js';
import { wav } from './wav.js';

/** By the file name ending that is most common for it. */
export const audioFormats = { mp3, wav, flac, ogg: vorbis, opus, m4a: aac } satisfies Record<
  string,
  AudioFormat
>;
