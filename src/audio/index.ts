/** Audio files in, samples out, and back: what `polytag/audio` gives. */
export type { Audio, AudioInfo, OpenAudio } from './audio.js';
export { DAMAGE_POLICIES, DamagedAudio, type DamagePolicy } from './audio.js';
export { type AudioStream, type DecodeOptions, decodeAudio, streamAudio } from './decode.js';
export { ENCODED_FORMATS, type EncodedFormat, type EncodeOptions, encodeAudio } from './encode/encode.js';
export { AUDIO_EXTENSIONS } from './media-types.js';
export { type AudioInput, openAudio, probeAudio } from './open.js';
export { Resampler, resample } from './resample.js';
export { toMono } from './samples.js';
export { type ByteSource, bytesSource, streamSource } from './source.js';
