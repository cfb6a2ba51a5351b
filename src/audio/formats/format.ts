/** The interface that every audio format has. */
import { DamagedAudio, type OpenAudio } from '../audio.js';
import type { ByteReader, ByteSource } from '../source.js';

/** How many bytes of a file a format may look at to know it. */
export const HEAD_BYTES = 64;

/** What a small file in memory is expected to hold. */
export interface ExpectedForm {
  /** In Hz. */
  sampleRate: number;
  channels: number;
  /** Per channel. */
  samples: number;
  /** Whether the channels are mixed to their mean. Default: false. */
  mono?: boolean;
}

/**
 * Decodes a file in memory: one array per channel, or null where it is not read, holds less than is expected, or is to be mixed
 * and has a sample that no recording has.
 */
export type DecodeFile = (bytes: Uint8Array, form: ExpectedForm) => Float32Array[] | null;

/** A decoder outside of JavaScript that some formats give their frames to. */
export interface NativeDecoder {
  /** Name and version. */
  name: string;
  decode: DecodeFile;
}

/** Reads one format. */
export interface AudioFormat {
  /** Name for people, such as `Ogg Vorbis`. */
  name: string;
  /** Name and version of the decoder, and what else changes its samples. */
  decoder: string;
  /** Whether frames go to a native decoder where there is one, and to `decoder` what that refuses. Default: false. */
  hasNative?: boolean;
  /** Whether a file is of this format, by its first bytes after any ID3v2 tag, at most HEAD_BYTES. */
  matches(head: Uint8Array): boolean;
  /** Whether it begins with a mark of letters, which is looked for behind junk too. Default: false. */
  hasMark?: boolean;
  /**
   * Reads the header. `reader` starts at the format's own beginning, `source` allows a look elsewhere in the file.
   * Throws DamagedAudio when nothing can be decoded; its message is the reason alone, such as "has no frames".
   *
   * @param native - of use to a format that `hasNative`; null where there is none
   */
  open(reader: ByteReader, source: ByteSource, native?: NativeDecoder | null): Promise<OpenAudio>;
}

/** Name and version of what decodes a format: where that is a native decoder, of both. */
export function decoderOf({ decoder, hasNative }: AudioFormat, native: NativeDecoder | null): string {
  return hasNative && native ? `${native.name}, what it refuses by ${decoder}` : decoder;
}

/** Audio of a kind that is not read here; another program may. */
export class UnsupportedAudio extends DamagedAudio {}

/** Sample rates in Hz and numbers of channels that recordings have. */
const FORM = { leastRate: 1000, largestRate: 768_000, mostChannels: 255 };

/** Throws DamagedAudio when a header states a rate or a number of channels that no recording has. */
export function checkForm({ sampleRate, channels }: { sampleRate: number; channels: number }): void {
  const isPossible =
    sampleRate >= FORM.leastRate &&
    sampleRate <= FORM.largestRate &&
    channels >= 1 &&
    channels <= FORM.mostChannels;
  if (!isPossible)
    throw new DamagedAudio(
      `states ${channels} channels at ${sampleRate} Hz, which cannot be (${FORM.leastRate} to ${FORM.largestRate} Hz are read)`,
    );
}

/** Whether bytes at an offset spell an ASCII or Latin-1 text. */
export function spells(bytes: Uint8Array, offset: number, text: string): boolean {
  return (
    bytes.length >= offset + text.length &&
    Array.from(text).every((character, i) => bytes[offset + i] === character.charCodeAt(0))
  );
}

/** Four letters of a file for a message; what a terminal would not print is written out. */
export function fourLetters(bytes: Uint8Array, offset = 0): string {
  return Array.from(bytes.subarray(offset, offset + 4), (code) =>
    code >= 32 && code < 127 ? String.fromCharCode(code) : `\\x${code.toString(16).padStart(2, '0')}`,
  ).join('');
}

/** A view of the same bytes for reading numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
