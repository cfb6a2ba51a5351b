/** Small audio files of every format, made by the project's encoders or committed in test/golden. */
import { encodeAudio } from '../../src/audio/encode/encode.js';
import { goldenBytes } from './golden.js';

/** A tone of some harmonics that changes over time, so that every frame has content of its own. */
export function tone(seconds: number, sampleRate: number, frequency = 440): Float32Array {
  return Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, n) => {
    const t = n / sampleRate;
    const phase = 2 * Math.PI * frequency * t * (1 + 0.1 * t);
    return 0.4 * Math.sin(phase) + 0.2 * Math.sin(3 * phase) * Math.sin(2 * Math.PI * 3 * t);
  });
}

/** Files to damage, by format: what can be encoded here, and golden files of the others. */
export async function filesOfEveryFormat(): Promise<Record<string, Uint8Array>> {
  const stereo = { channels: [tone(1, 44_100), tone(1, 44_100, 330)], sampleRate: 44_100 };
  const mono = { channels: [tone(1, 16_000)], sampleRate: 16_000 };
  const files: Record<string, Uint8Array> = {
    'stereo.mp3': await encodeAudio(stereo, 'mp3', { bitRate: 128 }),
    'mono.mp3': await encodeAudio(mono, 'mp3', { bitRate: 32 }),
    'stereo.wav': await encodeAudio(stereo, 'wav', { bitDepth: 24 }),
    'stereo.flac': await encodeAudio(stereo, 'flac'),
  };
  for (const name of ['aac.m4a', 'vorbis.ogg', 'opus.opus']) files[name] = goldenBytes(name);
  return files;
}
