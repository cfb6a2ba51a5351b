/** Encoded audio in, samples out. */
import { type Audio, type AudioInfo, DamagedAudio, type DamagePolicy, type OpenAudio } from './audio.js';
import { aac } from './formats/aac.js';
import { flac } from './formats/flac.js';
import { type AudioFormat, HEAD_BYTES, spells } from './formats/format.js';
import { mp3 } from './formats/mp3/mp3.js';
import { opus, vorbis } from './formats/ogg.js';
import { wav } from './formats/wav.js';
import { Resampler } from './resample.js';
import { joinSamples, toMono } from './samples.js';
import { ByteReader, type ByteSource, bytesSource, streamSource } from './source.js';

/** What may be decoded: a path (Node), the bytes of a file, a stream of them, or a source made of any. */
export type AudioInput = string | Uint8Array | AsyncIterable<Uint8Array> | ByteSource;

/** What is wanted of a recording. */
export interface DecodeOptions {
  /** In Hz. Default: the file's own. */
  sampleRate?: number;
  /** Whether the channels are mixed to one. Default: they stay apart. */
  mono?: boolean;
  /** Seconds from the beginning. Default: all. */
  duration?: number;
  /** Default: `keep-good-part`. */
  damage?: DamagePolicy;
}

/** Every audio format, by its most common file name ending. Adding one is a file and a line here. */
export const audioFormats = { mp3, wav, flac, ogg: vorbis, opus, m4a: aac } satisfies Record<
  string,
  AudioFormat
>;

/** Names and versions of every decoder: part of what the feature store's key depends on. */
export const DECODER_VERSIONS: string = Object.values(audioFormats)
  .map(({ name, decoder }: AudioFormat) => `${name}: ${decoder}`)
  .join('; ');

/** Media types by the ending of an audio file's name. */
const MEDIA_TYPES: Record<string, string> = {
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
  '.flac': 'audio/flac',
  '.ogg': 'audio/ogg',
  '.oga': 'audio/ogg',
  '.opus': 'audio/ogg',
  '.m4a': 'audio/mp4',
  '.mp4': 'audio/mp4',
  '.aac': 'audio/aac',
};

/** Endings of the names of audio files, with their dot. */
export const AUDIO_EXTENSIONS = Object.keys(MEDIA_TYPES);

/** Media type of an audio file by the ending of its name, such as `audio/flac`; null for any other ending. */
export function mediaTypeOf(path: string): string | null {
  return MEDIA_TYPES[/\.[^./\\]+$/.exec(path)?.[0].toLowerCase() ?? ''] ?? null;
}

async function toSource(input: AudioInput): Promise<ByteSource> {
  if (typeof input === 'string') {
    // Bundles for browsers have an empty module in its place (`browser` in package.json).
    const { fileSource }: Partial<typeof import('./file-source.js')> = await import('./file-source.js');
    if (!fileSource) throw new TypeError('A browser opens no paths: give the bytes of the recording.');
    return fileSource(input);
  }
  if (input instanceof Uint8Array) return bytesSource(input, 'The audio');
  return 'chunks' in input ? input : streamSource(input, 'The audio');
}

/** Passes over an ID3v2 tag, which is found before every format. */
async function skipId3(reader: ByteReader): Promise<void> {
  for (;;) {
    const head = await reader.peek(10);
    if (head.length < 10 || !spells(head, 0, 'ID3')) return;
    const [a, b, c, d] = head.subarray(6, 10);
    await reader.skip(10 + ((a & 0x7f) << 21) + ((b & 0x7f) << 14) + ((c & 0x7f) << 7) + (d & 0x7f));
  }
}

/**
 * Reads a recording's header; the content decides on the format, not the name. The samples are decoded as they are
 * taken. Throws DamagedAudio when it is empty, of an unknown format, or its header cannot be read; the system's error
 * when a file is missing.
 */
export async function openAudio(input: AudioInput): Promise<OpenAudio> {
  const source = await toSource(input);
  const reader = new ByteReader(source.chunks());
  try {
    const start = await reader.peek(1);
    if (start.length === 0)
      throw new DamagedAudio(`${source.name} is empty; download it again, or leave it out.`);
    await skipId3(reader);
    const head = await reader.peek(HEAD_BYTES);
    const known = Object.values(audioFormats).find((format: AudioFormat) => format.matches(head));
    // MP3 has no mark at its beginning: what is named so may begin with anything, and its frames are looked for.
    const format: AudioFormat | undefined =
      known ?? (source.name.toLowerCase().endsWith('.mp3') ? audioFormats.mp3 : undefined);
    if (!format) {
      const names = Object.values(audioFormats).map(({ name }) => name);
      throw new DamagedAudio(
        `${source.name} is of an unknown audio format; convert it to ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`,
      );
    }
    return await format.open(reader, source).catch((error) => {
      throw error instanceof DamagedAudio ? describe(source.name, error) : error;
    });
  } catch (error) {
    await reader.close();
    throw error;
  }
}

/** A decoder's reason as a sentence about the file. */
function describe(name: string, { message }: DamagedAudio): DamagedAudio {
  return new DamagedAudio(`${name} ${message}; download it again, or leave it out.`);
}

/**
 * Format, decoder, sample rate, channels and stated duration of a recording, without decoding it. Throws as
 * `openAudio`.
 */
export async function probeAudio(input: AudioInput): Promise<AudioInfo> {
  const { info, blocks } = await openAudio(input);
  await blocks.return();
  return info;
}

/** A recording as it is decoded: mixed, resampled and cut as asked for. */
export interface AudioStream extends OpenAudio {
  /** As it is in the file. */
  info: AudioInfo;
  /** Of the blocks, in Hz. */
  sampleRate: number;
}

/**
 * Decodes a recording piece by piece, with the samples of `decodeAudio` to the bit. Throws as `openAudio`; the blocks
 * throw DamagedAudio when nothing, or under `skip` and `fail` not all, can be decoded.
 */
export async function streamAudio(input: AudioInput, options: DecodeOptions = {}): Promise<AudioStream> {
  const source = await toSource(input);
  const { info, blocks, errors } = await openAudio(source);
  const { sampleRate = info.sampleRate, mono = false, duration, damage = 'keep-good-part' } = options;
  const channelCount = mono ? 1 : info.channels;
  const limit = duration === undefined ? Number.POSITIVE_INFINITY : Math.round(duration * info.sampleRate);
  const samples = async function* (): AsyncGenerator<Float32Array[], void> {
    const resamplers =
      sampleRate === info.sampleRate
        ? null
        : Array.from({ length: channelCount }, () => new Resampler(info.sampleRate, sampleRate));
    let taken = 0;
    try {
      for await (const block of blocks) {
        const part =
          taken + block[0].length > limit
            ? block.map((channel) => channel.subarray(0, limit - taken))
            : block;
        taken += part[0].length;
        const mixed = mono ? [toMono(part)] : part;
        const output = resamplers ? mixed.map((channel, i) => resamplers[i].push(channel)) : mixed;
        if (output[0].length > 0) yield output;
        if (taken >= limit) break;
      }
    } catch (error) {
      throw error instanceof DamagedAudio ? describe(source.name, error) : error;
    }
    if (taken === 0) throw describe(source.name, new DamagedAudio('holds no audio that can be decoded'));
    if (damage !== 'keep-good-part' && errors() > 0) {
      const parts = errors() === 1 ? 'a part' : `${errors()} parts`;
      throw new DamagedAudio(
        `${source.name} is damaged: ${parts} cannot be decoded; download it again, or keep what is good of it ("keep-good-part").`,
      );
    }
    const last = resamplers?.map((resampler) => resampler.finish());
    if (last && last[0].length > 0) yield last;
  };
  return { info, sampleRate, blocks: samples(), errors };
}

/** Decodes a whole recording; throws as `streamAudio`. */
export async function decodeAudio(input: AudioInput, options: DecodeOptions = {}): Promise<Audio> {
  const { blocks, errors, sampleRate } = await streamAudio(input, options);
  const parts: Float32Array[][] = [];
  for await (const block of blocks) parts.push(block);
  const channels = parts[0].map((_, channel) => joinSamples(parts.map((part) => part[channel])));
  return { channels, sampleRate, errors: errors() };
}
