/** The header of an MPEG audio frame, layer III (ISO/IEC 11172-3, 13818-3, and the unofficial MPEG-2.5). */
import type { Frame, FrameKind } from '../frames.js';

/** Content of a frame header. */
export interface FrameHeader {
  /** Bytes of the frame, its header included. */
  length: number;
  /** Samples per channel that it decodes to. */
  samples: number;
  sampleRate: number;
  channels: number;
  /** Bytes of side information after the header, where an Info tag begins. */
  sideInfo: number;
}

/** In kbit/s, by the header's four bits; 0 is free format, which no encoder of music writes. */
const BIT_RATES = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
};

/** Of MPEG-1, in Hz. */
const SAMPLE_RATES = [44_100, 48_000, 32_000];

/** By the header's two bits: MPEG-2.5, reserved, MPEG-2, MPEG-1. */
const RATE_DIVISORS = [4, 0, 2, 1];

/** Bytes of a header. */
export const HEADER_BYTES = 4;

/** The header of a layer III frame at an offset, or null. */
export function readFrameHeader(bytes: Uint8Array, at: number): FrameHeader | null {
  if (at + HEADER_BYTES > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe6) !== 0xe2) return null;
  const divisor = RATE_DIVISORS[(bytes[at + 1] >> 3) & 3];
  const sampleRate = SAMPLE_RATES[(bytes[at + 2] >> 2) & 3] / divisor;
  const bitRate = BIT_RATES[divisor === 1 ? 'mpeg1' : 'mpeg2'][bytes[at + 2] >> 4];
  if (!bitRate || !Number.isFinite(sampleRate)) return null;
  const samples = divisor === 1 ? 1152 : 576;
  const padding = (bytes[at + 2] >> 1) & 1;
  const channels = bytes[at + 3] >> 6 === 3 ? 1 : 2;
  const sideInfo = divisor === 1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17;
  return {
    length: Math.floor((samples * 125 * bitRate) / sampleRate) + padding,
    samples,
    sampleRate,
    channels,
    sideInfo,
  };
}

/** Whether the bytes begin with a frame of free format, whose length no header states. */
export function isFreeFormat(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || bytes[2] >> 4 !== 0) return false;
  const other = Uint8Array.from(bytes.subarray(0, HEADER_BYTES));
  other[2] |= 0x90;
  return readFrameHeader(other, 0) !== null;
}

/** A frame of layer III. */
export type Mp3Frame = Frame<FrameHeader>;

/** Frames of one stream have one rate and version. */
export const mp3Kind: FrameKind<FrameHeader> = {
  headerBytes: HEADER_BYTES,
  readHeader: readFrameHeader,
  isLike: (header, first) => header.sampleRate === first.sampleRate && header.samples === first.samples,
};
