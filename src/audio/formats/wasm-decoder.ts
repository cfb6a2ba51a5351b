/** Runs the decoders of the wasm-audio-decoders family, which take a file in pieces. */
import { DamagedAudio } from '../audio.js';

/** What such a decoder gives. */
interface Decoded {
  channelData: Float32Array[];
  samplesDecoded: number;
  sampleRate: number;
  errors: unknown[];
}

/** What such a decoder is. */
export interface WasmDecoder {
  ready: Promise<void>;
  decode(bytes: Uint8Array): Decoded | Promise<Decoded>;
  flush(): Promise<Decoded>;
  free(): void;
}

/**
 * Decodes a file in pieces. Blocks of another form than the header states (`expected`) are left out; `onErrors` gets
 * the number of parts that could not be read. Throws DamagedAudio when the decoder fails before the first sample.
 */
export async function* decodeByWasm(
  create: () => WasmDecoder,
  chunks: AsyncIterable<Uint8Array>,
  expected: { sampleRate: number; channels: number },
  onErrors: (count: number) => void,
): AsyncGenerator<Float32Array[], void> {
  const decoder = create();
  await decoder.ready;
  let sounded = false;
  const take = function* ({ channelData, samplesDecoded, sampleRate, errors }: Decoded) {
    if (errors.length > 0) onErrors(errors.length);
    if (samplesDecoded <= 0) return;
    // A second stream in the same file may have another form.
    if (sampleRate !== expected.sampleRate || channelData.length < expected.channels) onErrors(1);
    else {
      sounded = true;
      yield channelData.slice(0, expected.channels).map((channel) => channel.subarray(0, samplesDecoded));
    }
  };
  try {
    for await (const chunk of chunks) yield* take(await decoder.decode(chunk));
    yield* take(await decoder.flush());
  } catch (error) {
    // The decoders stop for good at a header or page that cannot be.
    if (!sounded) throw new DamagedAudio(`cannot be decoded (${(error as Error).message})`);
    onErrors(1);
  } finally {
    try {
      decoder.free();
    } catch {
      // Damage that broke the decoder's own memory: all of it goes with the decoder.
    }
  }
}
