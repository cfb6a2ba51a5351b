/** Encoded audio in: its format found, its header read. */
import { type AudioInfo, DamagedAudio, type OpenAudio } from './audio.js';
import { Damage } from './damage.js';
import { foreignFormat } from './foreign.js';
import {
  type AudioFormat,
  checkForm,
  HEAD_BYTES,
  type NativeDecoder,
  UnsupportedAudio,
} from './formats/format.js';
import { audioFormats } from './formats/index.js';
import { keepPossible } from './possible-samples.js';
import { ByteReader, type ByteSource, bytesSource, closing, streamSource } from './source.js';
import { leadingTagLength, TAG_HEAD_BYTES } from './tags.js';

/** What may be decoded: a path (Node), the bytes of a file, a stream of them, or a source made of any. */
export type AudioInput = string | Uint8Array | AsyncIterable<Uint8Array> | ByteSource;

/** The source that an input is. */
export async function toSource(input: AudioInput): Promise<ByteSource> {
  if (typeof input === 'string') {
    // Bundles for browsers have an empty module in its place (`browser` in package.json).
    const { fileSource }: Partial<typeof import('./file-source.js')> = await import('./file-source.js');
    if (!fileSource) throw new TypeError('A browser opens no paths: give the bytes of the recording.');
    return fileSource(input);
  }
  if (input instanceof Uint8Array) return bytesSource(input, 'The audio');
  return 'chunks' in input ? input : streamSource(input, 'The audio');
}

/** Passes over tags that are found before every format. */
async function skipTags(reader: ByteReader): Promise<void> {
  for (;;) {
    const length = leadingTagLength(await reader.peek(TAG_HEAD_BYTES));
    if (length === 0) return;
    await reader.skip(length);
  }
}

/** Bytes of junk before the sound in which a format's mark is looked for. */
const MOST_JUNK = 1 << 16;

/** The format that begins here, or, where none does, behind some junk, which is passed over. */
async function findFormat(reader: ByteReader, name: string): Promise<AudioFormat | undefined> {
  const formats: AudioFormat[] = Object.values(audioFormats);
  const head = await reader.peek(HEAD_BYTES);
  const here = formats.find((format) => format.matches(head));
  if (here) return here;
  // MP3 has no mark at its beginning: what is named so may begin with anything, and its frames are looked for.
  if (name.toLowerCase().endsWith('.mp3')) return audioFormats.mp3;
  const window = await reader.peek(MOST_JUNK + HEAD_BYTES);
  const marked = formats.filter(({ hasMark }) => hasMark);
  for (let at = 1; at < window.length - HEAD_BYTES; at++) {
    const behind = marked.find((format) => format.matches(window.subarray(at, at + HEAD_BYTES)));
    if (!behind) continue;
    await reader.skip(at);
    return behind;
  }
  return undefined;
}

/**
 * Opens by the user's own ffmpeg what is not read here. Throws DamagedAudio with the reason where there is none, or it
 * cannot read it either.
 *
 * @param reason - what the recording is, as the end of a sentence
 */
async function openForeign(
  source: ByteSource,
  reader: ByteReader,
  format: string,
  reason: string,
): Promise<OpenAudio> {
  await reader.close();
  // Bundles for browsers have an empty module in its place (`browser` in package.json).
  const { findFfmpeg, openByFfmpeg }: Partial<typeof import('./ffmpeg.js')> = await import('./ffmpeg.js');
  const ffmpeg = (await findFfmpeg?.()) ?? null;
  // A stream has been read from already.
  if (!ffmpeg || !openByFfmpeg || !(source.path || source.read))
    throw new DamagedAudio(
      `${source.name} ${reason}; install ffmpeg, which then decodes it, or convert it to FLAC.`,
    );
  try {
    const opened = await openByFfmpeg(ffmpeg, source, format);
    checkForm(opened.info);
    return withPossibleSamples(opened);
  } catch (error) {
    if (!(error instanceof DamagedAudio)) throw error;
    throw new DamagedAudio(
      `${source.name} ${reason}, and ${error.message}; convert it to FLAC, or leave it out.`,
    );
  }
}

/**
 * The native decoder, where there is one; throws UsageError where the user asks for one that there is not.
 *
 * @param mono - whether it mixes the channels
 */
async function nativeDecoder(mono: boolean): Promise<NativeDecoder | null> {
  // Bundles for browsers have an empty module in its place (`browser` in package.json).
  const { findNativeDecoder }: Partial<typeof import('./native/libsndfile.js')> = await import(
    './native/libsndfile.js'
  );
  const decoder = findNativeDecoder?.().decoder ?? null;
  if (!decoder || !mono) return decoder;
  return { name: decoder.name, decode: (bytes, form) => decoder.decode(bytes, { ...form, mono }) };
}

/** Leaves out samples that no recording has, and counts them. */
function withPossibleSamples(
  { info, blocks, errors, missing }: OpenAudio,
  close: () => Promise<void> = async () => {},
): OpenAudio {
  const damage = new Damage();
  const possible = async function* (): AsyncGenerator<Float32Array[], void> {
    for await (const block of blocks) {
      const { kept, runs, lost } = keepPossible(block);
      if (runs > 0) damage.add(runs, lost / info.sampleRate);
      if (kept[0].length > 0) yield kept;
    }
  };
  return {
    info,
    blocks: closing(possible(), async () => {
      await blocks.return();
      await close();
    }),
    errors: () => errors() + damage.errors,
    missing() {
      const stated = missing();
      return stated === null || damage.missing === null ? null : stated + damage.missing;
    },
  };
}

/**
 * Reads a recording's header; the content decides on the format, not the name. The samples are decoded as they are
 * taken. Throws DamagedAudio when it is empty, of an unknown format, or its header cannot be read or states what no
 * recording has; the system's error when a file is missing.
 *
 * @param mono - whether only the mean of the channels is wanted: then blocks may have one channel, which saves time, or all.
 *   Default: false
 */
export async function openAudio(input: AudioInput, mono = false): Promise<OpenAudio> {
  const source = await toSource(input);
  const reader = new ByteReader(source.chunks());
  try {
    const start = await reader.peek(1);
    if (start.length === 0)
      throw new DamagedAudio(`${source.name} is empty; download it again, or leave it out.`);
    await skipTags(reader);
    const format = await findFormat(reader, source.name);
    if (!format) {
      const foreign = foreignFormat(await reader.peek(HEAD_BYTES));
      if (foreign) return await openForeign(source, reader, foreign, `is ${foreign}, which is not read here`);
      const names = Object.values(audioFormats).map(({ name }) => name);
      throw new DamagedAudio(
        `${source.name} is of an unknown audio format; convert it to ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
      );
    }
    try {
      const opened = await format.open(reader, source, format.hasNative ? await nativeDecoder(mono) : null);
      checkForm(opened.info);
      return withPossibleSamples(opened, () => reader.close());
    } catch (error) {
      if (error instanceof UnsupportedAudio)
        return await openForeign(source, reader, format.name, error.message);
      // A length in a header that leads beyond it.
      if (error instanceof RangeError)
        throw describe(source.name, new DamagedAudio('has a header that cannot be read'));
      throw error instanceof DamagedAudio ? describe(source.name, error) : error;
    }
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** A decoder's reason as a sentence about the file. */
export function describe(name: string, { message }: DamagedAudio): DamagedAudio {
  return new DamagedAudio(`${name} ${message}; download it again, or leave it out.`);
}

/** Format, decoder, sample rate, channels and stated duration, without decoding. Throws as `openAudio`. */
export async function probeAudio(input: AudioInput): Promise<AudioInfo> {
  const { info, blocks } = await openAudio(input);
  await blocks.return();
  return info;
}
