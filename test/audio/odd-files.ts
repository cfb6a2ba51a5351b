/** Odd files, made of the golden ones. */
import { goldenBytes } from './golden.js';

/** An ID3v2.3 tag of one frame with this many bytes of picture. */
function id3Tag(pictureBytes: number): Uint8Array {
  const size = 10 + pictureBytes;
  const tag = new Uint8Array(10 + size);
  tag.set(Buffer.from('ID3\x03'));
  // The tag's size is in groups of seven bits, the frame's is not.
  for (let i = 0; i < 4; i++) tag[6 + i] = (size >> (7 * (3 - i))) & 0x7f;
  tag.set(Buffer.from('APIC'), 10);
  new DataView(tag.buffer).setUint32(14, pictureBytes);
  tag.fill(0xff, 20);
  return tag;
}

function changed(name: string, change: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = goldenBytes(name).slice();
  change(bytes);
  return bytes;
}

/** Content and the seconds that it holds, or an error. */
export const ODD_FILES: Record<string, [Uint8Array, number | 'error']> = {
  'cover-art.mp3': [Buffer.concat([id3Tag(150_000), goldenBytes('mono_16k.mp3')]), 0.5],
  'tag-without-audio.mp3': [id3Tag(40_000), 'error'],
  'two-in-one.mp3': [Buffer.concat([goldenBytes('mono_16k.mp3'), goldenBytes('mono_16k.mp3')]), 1],
  'cut-in-a-frame.mp3': [goldenBytes('no_xing.mp3').slice(0, 3000), 0.26],
  'cut.flac': [goldenBytes('s16.flac').slice(0, 20_000), 0.2],
  // Its only page of sound is not whole, so that nothing vouches for what is there.
  'cut.ogg': [goldenBytes('vorbis.ogg').slice(0, 8000), 'error'],
  'data-longer-than-the-file.wav': [
    changed('s16.wav', (bytes) => new DataView(bytes.buffer).setUint32(40, 0xffff_fff0, true)),
    0.5,
  ],
  'ends-in-a-sample.wav': [goldenBytes('s24.wav').slice(0, 44 + 3 * 4000 + 1), 0.25],
  'wrong-name.wav': [goldenBytes('vorbis.ogg'), 0.5],
  'wave-of-adpcm.wav': [
    changed('u8.wav', (bytes) => new DataView(bytes.buffer).setUint16(20, 17, true)),
    'error',
  ],
  'random.mp3': [Uint8Array.from({ length: 60_000 }, (_, n) => (n * n * 2_654_435) >>> 9), 'error'],
  'text.mp3': [Buffer.from('no audio at all\n'.repeat(50)), 'error'],
  'empty.mp3': [new Uint8Array(0), 'error'],
};
