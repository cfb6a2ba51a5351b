/** Good files with tags before and behind their sound are not damaged, in any format. */
import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { audioFormats } from '../../src/audio/formats/index.js';
import { bytesSource } from '../../src/audio/source.js';
import { relativeError } from '../features/reference.js';
import { LEADERS, TRAILERS } from './broken/tags.js';
import { GOLDEN_FILES, goldenBytes } from './golden.js';

/** One golden file a format. */
const FILES = Object.keys(audioFormats).map(
  (ending) => GOLDEN_FILES.find((name) => name.endsWith(`.${ending}`))!,
);

describe.each(FILES)('%s', (name) => {
  const bytes = goldenBytes(name);
  const isWhole = async (file: Uint8Array): Promise<void> => {
    const plain = await decodeAudio(bytes);
    const { channels, errors, missing } = await decodeAudio(bytesSource(file, 'recording'));
    expect([channels[0].length, errors, missing]).toEqual([plain.channels[0].length, 0, 0]);
    expect(relativeError(channels[0], plain.channels[0])).toBe(0);
  };

  it.each(Object.keys(TRAILERS))('is whole with %s behind it', (trailer) =>
    isWhole(Buffer.concat([bytes, TRAILERS[trailer]])),
  );

  it.each(Object.keys(LEADERS))('is whole with %s before it', (leader) =>
    isWhole(Buffer.concat([LEADERS[leader], bytes])),
  );
});
