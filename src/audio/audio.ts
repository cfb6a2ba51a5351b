/** What a decoder gives. */

/** Decoded audio. */
export interface Audio {
  /** One array a channel, full scale ±1, all of one length. */
  channels: Float32Array[];
  /** In Hz. */
  sampleRate: number;
  /** Frames that the decoder could not read and left out. */
  errors: number;
}
