/** Takes MP3 files apart, and writes first frames that state what the rest should be. */
import { readFrameHeader } from '../../../src/audio/formats/mp3/header.js';

/** The frames of a file without tags. */
export function framesOf(file: Uint8Array): Uint8Array[] {
  const frames: Uint8Array[] = [];
  for (let at = 0; at < file.length; at += frames.at(-1)!.length) {
    const { length } = readFrameHeader(file, at)!;
    frames.push(file.subarray(at, at + length));
  }
  return frames;
}

/** A frame in the form of another, without sound. */
function silent(frame: Uint8Array): Buffer {
  const bytes = Buffer.alloc(frame.length);
  bytes.set(frame.subarray(0, 4));
  return bytes;
}

/** A Xing frame that states numbers of frames and bytes. */
export function xingFrame(like: Uint8Array, frames: number, size?: number): Uint8Array {
  const bytes = silent(like);
  const at = 4 + readFrameHeader(like, 0)!.sideInfo;
  bytes.write('Xing', at);
  bytes.writeUInt32BE(size === undefined ? 1 : 3, at + 4);
  bytes.writeUInt32BE(frames, at + 8);
  if (size !== undefined) bytes.writeUInt32BE(size, at + 12);
  return bytes;
}

/** A VBRI frame, as Fraunhofer's encoders write it. */
export function vbriFrame(like: Uint8Array, frames: number, size: number): Uint8Array {
  const bytes = silent(like);
  bytes.write('VBRI', 36);
  bytes.writeUInt16BE(1, 40);
  bytes.writeUInt32BE(size, 46);
  bytes.writeUInt32BE(frames, 50);
  return bytes;
}
