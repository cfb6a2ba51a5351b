/** Writes WAV files whose header states what it likes. */

/** What the header states. */
export interface WavContent {
  /** Format tag. Default: 1, integers. */
  tag?: number;
  channels?: number;
  sampleRate?: number;
  bits: number;
  /** Bytes of a block. Default: channels times whole bytes of the bits. */
  align?: number;
  /** Bytes of samples. */
  data: Uint8Array;
  /** Length of the data chunk. Default: the true one. */
  stated?: number;
  /** Length of the whole. Default: the true one. */
  riff?: number;
  /** Chunks behind the data. */
  behind?: Uint8Array;
}

/** Bytes of a file. */
export function wavFile(content: WavContent): Uint8Array {
  const { tag = 1, channels = 1, sampleRate = 16_000, bits, data, behind = new Uint8Array(0) } = content;
  const { align = channels * Math.ceil(bits / 8), stated = data.length } = content;
  const head = Buffer.alloc(44);
  head.write('RIFF');
  head.writeUInt32LE(content.riff ?? 36 + data.length + behind.length, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(tag, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt32LE(sampleRate, 24);
  head.writeUInt32LE(sampleRate * align, 28);
  head.writeUInt16LE(align, 32);
  head.writeUInt16LE(bits, 34);
  head.write('data', 36);
  head.writeUInt32LE(stated, 40);
  return Buffer.concat([head, data, behind]);
}

/** Samples (full scale ±1) as integers of `bits` in `size` little-endian bytes, in the high or the low bits. */
export function integers(samples: Float32Array, bits: number, size: number, isLow = false): Uint8Array {
  const bytes = Buffer.alloc(samples.length * size);
  for (const [n, sample] of samples.entries()) {
    const value = BigInt(Math.round(sample * 2 ** (bits - 1)));
    const placed = BigInt.asUintN(8 * size, isLow ? value : value << BigInt(8 * size - bits));
    for (let i = 0; i < size; i++) bytes[n * size + i] = Number((placed >> BigInt(8 * i)) & 255n);
  }
  return bytes;
}
