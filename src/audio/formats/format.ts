/** The interface that every audio format has. */
import type { OpenAudio } from '../audio.js';
import type { ByteReader, ByteSource } from '../source.js';

/** How many bytes of a file a format may look at to know it. */
export const HEAD_BYTES = 64;

/** Reads one format. */
export interface AudioFormat {
  /** Name for people, such as `Ogg Vorbis`. */
  name: string;
  /** Name and version of the decoder, and what else changes its samples. */
  decoder: string;
  /** Whether a file is of this format, by its first bytes after any ID3v2 tag, at most HEAD_BYTES. */
  matches(head: Uint8Array): boolean;
  /**
   * Reads the header. `reader` starts at the format's own beginning, `source` allows a look elsewhere in the file.
   * Throws DamagedAudio when nothing can be decoded; its message is the reason alone, such as "has no frames".
   */
  open(reader: ByteReader, source: ByteSource): Promise<OpenAudio>;
}

/** Whether bytes at an offset spell an ASCII or Latin-1 text. */
export function spells(bytes: Uint8Array, offset: number, text: string): boolean {
  return (
    bytes.length >= offset + text.length &&
    Array.from(text).every((character, i) => bytes[offset + i] === character.charCodeAt(0))
  );
}

/** A view of the same bytes for reading numbers. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
