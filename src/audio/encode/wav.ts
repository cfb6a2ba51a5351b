/** WAV files. */

/** Bytes before the samples. */
const HEADER = 44;

/** Writes a WAV file of 16 or 24 bits PCM or 32 bits floating point; integers are clipped to full scale ±1. */
export function encodeWav(
  channels: Float32Array[],
  sampleRate: number,
  bitDepth: 16 | 24 | 32 = 16,
): Uint8Array {
  const sampleBytes = bitDepth / 8;
  const frameBytes = channels.length * sampleBytes;
  const dataBytes = channels[0].length * frameBytes;
  const file = new Uint8Array(HEADER + dataBytes + (dataBytes % 2));
  const view = new DataView(file.buffer);
  const spell = (at: number, text: string): void => {
    file.set(
      Array.from(text, (character) => character.charCodeAt(0)),
      at,
    );
  };
  spell(0, 'RIFF');
  view.setUint32(4, file.length - 8, true);
  spell(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, bitDepth === 32 ? 3 : 1, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * frameBytes, true);
  view.setUint16(32, frameBytes, true);
  view.setUint16(34, bitDepth, true);
  spell(36, 'data');
  view.setUint32(40, dataBytes, true);
  const scale = 2 ** (bitDepth - 1);
  channels.forEach((samples, channel) => {
    for (let n = 0, at = HEADER + channel * sampleBytes; n < samples.length; n++, at += frameBytes) {
      if (bitDepth === 32) {
        view.setFloat32(at, samples[n], true);
        continue;
      }
      const integer = Math.max(-scale, Math.min(scale - 1, Math.round(samples[n] * scale)));
      view.setInt16(at + sampleBytes - 2, integer >> (bitDepth - 16), true);
      if (bitDepth === 24) view.setUint8(at, integer & 0xff);
    }
  });
  return file;
}
