/** The checksum of TensorFlow's files: TFRecord, checkpoints. */
import crc32c from 'crc-32/crc32c.js';

/**
 * CRC-32C, rotated and offset, so that checksums of data with checksums inside stay good.
 *
 * @param bytes - the data
 * @returns the masked checksum, an unsigned 32-bit number
 */
export function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}
