/**
 * The Info frame of an MP3 file: a first frame without sound that states what the encoder put before and after the sound.
 * Decoders cut both off, so that the sound begins and ends where it did before encoding. LAME leaves it to the program that
 * writes the file.
 */

import { HEADER_BYTES, readFrameHeader } from '../formats/mp3/header.js';
import { joinBytes } from '../samples.js';

/** Samples that LAME puts before the sound. */
const ENCODER_DELAY = 576;

/** Most that delay or padding can be: twelve bits each. */
const LARGEST = 4095;

/** Encoder that decoders look for, of nine bytes. */
const ENCODER = 'LAME3.100';

/** Flags: the number of frames, of bytes, a table of contents, and the quality follow. */
const EVERYTHING = 15;

/** Bytes from `Info` to the end of LAME's part. */
const TAG_BYTES = 156;

/** Where things lie behind `Info`; LAME's part is from `encoder` on. */
const AT = {
  ...{ flags: 4, frames: 8, bytes: 12, contents: 16, encoder: 120, method: 129, bitRate: 140, delay: 141 },
  ...{ musicBytes: 148, musicCrc: 152, tagCrc: 154 },
};

const CONTENTS = 100;

/** LAME's number for a constant bit rate. */
const CONSTANT = 1;

/** CRC-16 of the polynomial x¹⁶ + x¹⁵ + x² + 1, lowest bit first, from 0. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  }
  return crc;
}

/** A header like another one, of the lowest bit rate whose frame holds the tag. Returns null where none does. */
function roomyHeader(like: Uint8Array): Uint8Array | null {
  for (let index = 1; index < 15; index++) {
    // Neither a checksum nor a padding byte.
    const bytes = Uint8Array.of(0xff, like[1] | 1, (index << 4) | (like[2] & 0x0c), like[3]);
    const header = readFrameHeader(bytes, 0);
    if (header && header.length >= HEADER_BYTES + header.sideInfo + TAG_BYTES) return bytes;
  }
  return null;
}

/**
 * An MP3 file of a constant bit rate with an Info frame before it.
 *
 * @param file - as LAME wrote it, without tags
 * @param samples - length of the sound in samples per channel
 * @param sampleRate - of the sound in Hz; where LAME has chosen another one, the file is returned as it is
 */
export function withInfoFrame(file: Uint8Array, samples: number, sampleRate: number): Uint8Array {
  const first = readFrameHeader(file, 0);
  const header = first && roomyHeader(file);
  if (!first || !header || first.sampleRate !== sampleRate) return file;
  let frames = 0;
  for (let at = 0; at < file.length; frames++) {
    const frame = readFrameHeader(file, at);
    if (!frame) return file;
    at += frame.length;
  }
  const padding = frames * first.samples - ENCODER_DELAY - samples;
  if (padding < 0 || padding > LARGEST) return file;
  const { length, sideInfo } = readFrameHeader(header, 0)!;
  const info = new Uint8Array(length);
  info.set(header);
  const tag = info.subarray(HEADER_BYTES + sideInfo);
  const view = new DataView(tag.buffer, tag.byteOffset, tag.length);
  const write = (at: number, text: string): void => tag.set(new TextEncoder().encode(text), at);
  const total = info.length + file.length;
  write(0, 'Info');
  view.setUint32(AT.flags, EVERYTHING);
  view.setUint32(AT.frames, frames);
  view.setUint32(AT.bytes, total);
  for (let i = 0; i < CONTENTS; i++)
    tag[AT.contents + i] = Math.min(
      255,
      Math.round((256 * (info.length + (i / CONTENTS) * file.length)) / total),
    );
  write(AT.encoder, ENCODER);
  tag[AT.method] = CONSTANT;
  tag[AT.bitRate] = Math.min(255, Math.round((first.length * 8 * sampleRate) / first.samples / 1000));
  tag[AT.delay] = ENCODER_DELAY >> 4;
  tag[AT.delay + 1] = ((ENCODER_DELAY & 15) << 4) | (padding >> 8);
  tag[AT.delay + 2] = padding & 255;
  view.setUint32(AT.musicBytes, total);
  view.setUint16(AT.musicCrc, crc16(file));
  // Of the frame up to the checksum itself.
  view.setUint16(AT.tagCrc, crc16(info.subarray(0, HEADER_BYTES + sideInfo + AT.tagCrc)));
  return joinBytes([info, file]);
}
