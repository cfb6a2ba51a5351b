/** What passes between decoders and their users. */

/** Decoded audio. */
export interface Audio {
  /** One array per channel, full scale ±1, all of one length. */
  channels: Float32Array[];
  /** In Hz. */
  sampleRate: number;
  /** Parts (frames, pages, missing ends) that the decoder could not read and left out. */
  errors: number;
}

/** What is known of a recording before it is decoded. */
export interface AudioInfo {
  /** Name of the format, such as `MP3`. */
  format: string;
  /** Name and version of the decoder. */
  decoder: string;
  /** In Hz. */
  sampleRate: number;
  channels: number;
  /** In seconds; null where the container does not state it. */
  duration: number | null;
}

/** A recording whose header has been read. */
export interface OpenAudio {
  info: AudioInfo;
  /** The samples in order: blocks of one array per channel, whose lengths are the decoder's choice. Reads once. */
  blocks: AsyncGenerator<Float32Array[], void>;
  /** Parts that could not be read so far; complete when the blocks have ended. */
  errors(): number;
}
