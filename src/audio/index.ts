/** Audio files in, samples out, and back: what `polytag/audio` gives. */
export type { Audio, AudioInfo, OpenAudio } from './audio.js';
export { DAMAGE_POLICIES, DamagedAudio, type DamagePolicy } from './damage.js';
export {
  AUDIO_EXTENSIONS,
  type AudioInput,
  type AudioStream,
  type DecodeOptions,
  decodeAudio,
  openAudio,
  probeAudio,
  streamAudio,
} from './decode.js';
export { ENCODED_FORMATS, type EncodedFormat, type EncodeOptions, encodeAudio } from './encode/encode.js';
export { toMono } from './mix.js';
export { Resampler, resample } from './resample.js';
export { type ByteSource, bytesSource, streamSource } from './source.js';
