/** The headers of FLAC (RFC 9639): of a stream, and of each of its frames. */
import { DamagedAudio } from '../../audio.js';
import { spells, viewOf } from '../format.js';

/** Content of the STREAMINFO block. */
export interface StreamInfo {
  /** In Hz. */
  sampleRate: number;
  channels: number;
  bits: number;
  /** Samples per channel in all; 0 where they are not known. */
  samples: number;
}

/** Content of a frame's header. */
export interface FlacFrameHeader {
  /** Bytes of the header. */
  length: number;
  /** Samples per channel. */
  samples: number;
  channels: number;
  /** In Hz; null where STREAMINFO tells it. */
  sampleRate: number | null;
  /** Of its first sample or, with a fixed block size, of the frame. */
  number: number;
  hasFixedSize: boolean;
}

/** A frame, whole. */
export interface FlacFrame {
  header: FlacFrameHeader;
  bytes: Uint8Array;
}

/** Bytes of the mark, of a block's header and of STREAMINFO. */
export const MARK = 4;
export const BLOCK_HEADER = 4;
const STREAM_INFO = 34;
export const STREAM_INFO_END = MARK + BLOCK_HEADER + STREAM_INFO;

/** Most bytes of a frame's header. */
export const LARGEST_HEADER = 16;

/** By the header's four bits; 0 is told by STREAMINFO, 12 to 14 by bytes behind. */
const RATES = [0, 88_200, 176_400, 192_000, 8000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000];

const CRC8 = Uint8Array.from({ length: 256 }, (_, i) => {
  let sum = i;
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80 ? (sum << 1) ^ 0x07 : sum << 1;
  return sum;
});

/** Reads the mark and STREAMINFO at the beginning of the bytes; throws DamagedAudio when they are not there. */
export function readStreamInfo(bytes: Uint8Array): StreamInfo {
  if (bytes.length < STREAM_INFO_END || !spells(bytes, 0, 'fLaC') || (bytes[MARK] & 0x7f) !== 0)
    throw new DamagedAudio('has no FLAC header');
  // 20 bits sample rate, 3 channels − 1, 5 bits a sample − 1, 36 samples in all
  const view = viewOf(bytes);
  const high = view.getUint32(18);
  return {
    sampleRate: high >>> 12,
    channels: ((high >> 9) & 7) + 1,
    bits: ((high >> 4) & 31) + 1,
    samples: (high & 15) * 2 ** 32 + view.getUint32(22),
  };
}

/** A number in UTF-8's way, of up to seven bytes; null where it is none. */
function readNumber(bytes: Uint8Array, at: number): { value: number; length: number } | null {
  const first = bytes[at];
  if (first < 0x80) return { value: first, length: 1 };
  const length = Math.clz32(~(first << 24));
  if (length < 2 || length > 7) return null;
  let value = length === 7 ? 0 : first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return null;
    value = value * 64 + (bytes[at + i] & 0x3f);
  }
  return { value, length };
}

/** The frame header at an offset whose checksum fits; null where there is none. */
export function readFlacHeader(bytes: Uint8Array, at: number): FlacFrameHeader | null {
  if (bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8 || at + 6 > bytes.length) return null;
  const [sizeCode, rateCode] = [bytes[at + 2] >> 4, bytes[at + 2] & 15];
  const [channelCode, bitsCode] = [bytes[at + 3] >> 4, (bytes[at + 3] >> 1) & 7];
  if (sizeCode === 0 || rateCode === 15 || channelCode > 10 || bitsCode === 3 || bytes[at + 3] & 1)
    return null;
  const number = readNumber(bytes, at + 4);
  if (!number) return null;
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0;
  const rateBytes = rateCode === 12 ? 1 : rateCode > 12 ? 2 : 0;
  const sizeAt = at + 4 + number.length;
  const rateAt = sizeAt + sizeBytes;
  const end = rateAt + rateBytes;
  if (end >= bytes.length) return null;
  let sum = 0;
  for (let i = at; i < end; i++) sum = CRC8[sum ^ bytes[i]];
  if (sum !== bytes[end]) return null;
  const readBytes = (from: number, count: number): number =>
    count === 1 ? bytes[from] : bytes[from] * 256 + bytes[from + 1];
  const samples =
    sizeBytes > 0
      ? readBytes(sizeAt, sizeBytes) + 1
      : sizeCode === 1
        ? 192
        : sizeCode < 6
          ? 576 << (sizeCode - 2)
          : 256 << (sizeCode - 8);
  const sampleRate =
    rateCode === 0
      ? null
      : rateCode < 12
        ? RATES[rateCode]
        : readBytes(rateAt, rateBytes) * (rateCode === 12 ? 1000 : rateCode === 13 ? 1 : 10);
  return {
    length: end + 1 - at,
    samples,
    channels: channelCode < 8 ? channelCode + 1 : 2,
    sampleRate,
    number: number.value,
    hasFixedSize: (bytes[at + 1] & 1) === 0,
  };
}
