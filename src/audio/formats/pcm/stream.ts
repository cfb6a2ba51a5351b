/** Samples that lie in a file one after another, whatever the container. */
import type { OpenAudio } from '../../audio.js';
import { Damage } from '../../damage.js';
import { joinBytes } from '../../samples.js';
import type { ByteReader, ByteSource } from '../../source.js';
import { type AudioFormat, checkForm, UnsupportedAudio } from '../format.js';
import { type SampleForm, sampleDecoder, usesLowBits } from './samples.js';

/** What a container states of its samples. */
export interface PcmHeader {
  form: SampleForm;
  /** In Hz. */
  sampleRate: number;
  /** Bytes of samples; infinite where it does not state them. */
  dataBytes: number;
}

/** Bytes that are looked through for how samples stand in their bytes. */
const LOOK_AHEAD = 1 << 20;

/** Opens the samples at the reader's place. Throws UnsupportedAudio for a form that is not supported. */
export async function openPcm(
  { name, decoder }: Pick<AudioFormat, 'name' | 'decoder'>,
  { form, sampleRate, dataBytes }: PcmHeader,
  reader: ByteReader,
  source: ByteSource,
): Promise<OpenAudio> {
  const { channels, bits, bytes: size } = form;
  checkForm({ sampleRate, channels });
  const isPacked = bits > 8 * (size - 1);
  const ahead = isPacked ? new Uint8Array(0) : await reader.peek(Math.min(LOOK_AHEAD, dataBytes));
  const decode = sampleDecoder(form, usesLowBits(ahead, form));
  if (!decode)
    throw new UnsupportedAudio(
      `holds ${form.kind} samples of ${bits} bits in ${size} bytes, which is not supported`,
    );
  const frameBytes = channels * size;
  const damage = new Damage();
  const blocks = async function* (): AsyncGenerator<Float32Array[], void> {
    let left = dataBytes;
    let rest: Uint8Array = new Uint8Array(0);
    for await (const chunk of reader.rest()) {
      const part = chunk.subarray(0, left);
      left -= part.length;
      const bytes = joinBytes([rest, part]);
      const whole = bytes.length - (bytes.length % frameBytes);
      rest = bytes.subarray(whole);
      if (whole > 0) yield decode(bytes.subarray(0, whole));
      if (left === 0) break;
    }
    if (Number.isFinite(left) && left > 0) damage.add(1, left / frameBytes / sampleRate);
  };
  // A length beyond the file's end is not a length.
  const known = Math.min(dataBytes, source.size === undefined ? dataBytes : source.size - reader.position);
  return {
    info: {
      format: name,
      decoder,
      sampleRate,
      channels,
      duration: Number.isFinite(known) ? Math.floor(known / frameBytes) / sampleRate : null,
    },
    blocks: blocks(),
    errors: () => damage.errors,
    missing: () => damage.missing,
  };
}
