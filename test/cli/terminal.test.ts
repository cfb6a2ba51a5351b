import { describe, expect, it } from 'vitest';
import { decodeAudio } from '../../src/audio/decode.js';
import { visible } from '../../src/cli/terminal.js';
import { wavFile } from '../audio/broken/wav-writer.js';

describe('visible', () => {
  it('writes control characters out, and leaves line ends, tabs and all other text', () => {
    expect(visible('\x1b[41mbad.mp3\x07\x9b2J\x7f')).toBe('\\x1b[41mbad.mp3\\x07\\x9b2J\\x7f');
    expect(visible('one\n\ttwo – 音樂 ❤️\r')).toBe('one\n\ttwo – 音樂 ❤️\\x0d');
  });
});

it('what a file calls its parts is written out in messages', async () => {
  const file = Buffer.from(wavFile({ bits: 16, data: new Uint8Array(8) }));
  file.write('\x1b[2J', 36, 'latin1');
  file.writeUInt32LE(5000, 40);
  await expect(decodeAudio(file)).rejects.toThrow('has a chunk (\\x1b[2J) whose length reaches');
});
