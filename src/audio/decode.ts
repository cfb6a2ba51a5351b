/** Encoded audio in, samples out. */

import { UsageError } from '../base/errors.js';
import { type Audio, type AudioInfo, DamagedAudio, type DamagePolicy, type OpenAudio } from './audio.js';
import { closing } from './closing.js';
import { Damage } from './damage.js';
import { foreignFormat } from './foreign.js';
import { adts } from './formats/aac/adts.js';
import { flac } from './formats/flac/flac.js';
import { type AudioFormat, checkForm, HEAD_BYTES, UnsupportedAudio } from './formats/format.js';
import { mp3 } from './formats/mp3/mp3.js';
import { mp4 } from './formats/mp4/mp4.js';
import { opus, vorbis } from './formats/ogg/ogg.js';
import { aiff } from './formats/pcm/aiff.js';
import { au } from './formats/pcm/au.js';
import { caf } from './formats/pcm/caf.js';
import { w64 } from './formats/pcm/w64.js';
import { wav } from './formats/pcm/wav.js';
import { keepPossible } from './possible-samples.js';
import { checkRate, Resampler } from './resample.js';
import { joinSamples, toMono } from './samples.js';
import { ByteReader, type ByteSource, bytesSource, streamSource } from './source.js';
import { leadingTagLength, TAG_HEAD_BYTES } from './tags.js';

/** What may be decoded: a path (Node), the bytes of a file, a stream of them, or a source made of any. */
export type AudioInput = string | Uint8Array | AsyncIterable<Uint8Array> | ByteSource;

/** How a recording is decoded. */
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
export const audioFormats = {
  mp3,
  wav,
  flac,
  ogg: vorbis,
  opus,
  m4a: mp4,
  aac: adts,
  aiff,
  caf,
  au,
  w64,
} satisfies Record<string, AudioFormat>;

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
  '.m4b': 'audio/mp4',
  '.mov': 'video/quicktime',
  '.3gp': 'audio/3gpp',
  '.mpga': 'audio/mpeg',
  '.wave': 'audio/wav',
  '.rf64': 'audio/wav',
  '.w64': 'audio/x-w64',
  '.aif': 'audio/aiff',
  '.aiff': 'audio/aiff',
  '.aifc': 'audio/aiff',
  '.caf': 'audio/x-caf',
  '.au': 'audio/basic',
  '.snd': 'audio/basic',
  // Those that ffmpeg decodes.
  '.wma': 'audio/x-ms-wma',
  '.mp2': 'audio/mpeg',
  '.ac3': 'audio/ac3',
  '.dts': 'audio/vnd.dts',
  '.ape': 'audio/x-ape',
  '.wv': 'audio/x-wavpack',
  '.tta': 'audio/x-tta',
  '.tak': 'audio/x-tak',
  '.mpc': 'audio/x-musepack',
  '.dsf': 'audio/x-dsf',
  '.dff': 'audio/x-dff',
  '.amr': 'audio/amr',
  '.mka': 'audio/x-matroska',
  '.weba': 'audio/webm',
  '.spx': 'audio/ogg',
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
 */
export async function openAudio(input: AudioInput): Promise<OpenAudio> {
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
      const opened = await format.open(reader, source);
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
function describe(name: string, { message }: DamagedAudio): DamagedAudio {
  return new DamagedAudio(`${name} ${message}; download it again, or leave it out.`);
}

/** Format, decoder, sample rate, channels and stated duration, without decoding. Throws as `openAudio`. */
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

/** Throws UsageError for options that mean nothing. */
function checkOptions({ sampleRate, duration }: DecodeOptions): void {
  if (sampleRate !== undefined) checkRate(sampleRate);
  if (duration !== undefined && !(duration > 0))
    throw new UsageError(`duration is ${duration}; give a number of seconds above 0.`);
}

/** Longest time without a look at other events (signals, messages), in ms. */
const LONGEST_TURN = 100;

/** Lets other events happen when a turn has lasted long: decoders give block after block without waiting. */
class Turns {
  private begin = performance.now();

  async next(): Promise<void> {
    if (performance.now() - this.begin < LONGEST_TURN) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve);
    });
    this.begin = performance.now();
  }
}

/** How much of a recording is missing, for a message. */
function lossOf(errors: number, missing: number | null): string {
  const parts = errors === 1 ? 'a part' : `${errors} parts`;
  const seconds = missing ? ` (at least ${missing.toPrecision(2)} s)` : '';
  return `${parts}${seconds} cannot be decoded`;
}

/** A part of a recording in the form of its beginning: other numbers of channels are mixed and spread. */
function inForm(part: Float32Array[], channels: number): Float32Array[] {
  if (part.length === channels) return part;
  const mono = toMono(part);
  return Array.from({ length: channels }, () => mono);
}

/**
 * Decodes a recording piece by piece, with the samples of `decodeAudio` to the bit. Where the number of channels
 * changes inside, the other parts are mixed to that of the beginning, which counts as damage unless `mono` is asked
 * for. Throws as `openAudio`, and UsageError for options that mean nothing; the blocks throw DamagedAudio when nothing,
 * or under `skip` and `fail` not all, can be decoded.
 */
export async function streamAudio(input: AudioInput, options: DecodeOptions = {}): Promise<AudioStream> {
  checkOptions(options);
  const source = await toSource(input);
  const opened = await openAudio(source);
  const { info, blocks } = opened;
  const { sampleRate = info.sampleRate, mono = false, duration, damage = 'keep-good-part' } = options;
  const channelCount = mono ? 1 : info.channels;
  const limit = duration === undefined ? Number.POSITIVE_INFINITY : Math.round(duration * info.sampleRate);
  let mixed = 0;
  const errors = (): number => opened.errors() + mixed;
  const samples = async function* (): AsyncGenerator<Float32Array[], void> {
    const resamplers =
      sampleRate === info.sampleRate
        ? null
        : Array.from({ length: channelCount }, () => new Resampler(info.sampleRate, sampleRate));
    const turns = new Turns();
    let taken = 0;
    let isMixed = false;
    try {
      for await (const block of blocks) {
        const part =
          taken + block[0].length > limit
            ? block.map((channel) => channel.subarray(0, limit - taken))
            : block;
        taken += part[0].length;
        if (!mono && part.length > channelCount !== isMixed) {
          isMixed = !isMixed;
          if (isMixed) mixed++;
        }
        const formed = inForm(part, channelCount);
        const output = resamplers ? formed.map((channel, i) => resamplers[i].push(channel)) : formed;
        if (output[0].length > 0) yield output;
        if (taken >= limit) break;
        await turns.next();
      }
    } catch (error) {
      throw error instanceof DamagedAudio ? describe(source.name, error) : error;
    }
    if (taken === 0) throw describe(source.name, new DamagedAudio('holds no audio that can be decoded'));
    if (damage !== 'keep-good-part' && errors() > 0) {
      throw new DamagedAudio(
        `${source.name} is damaged: ${lossOf(errors(), opened.missing())}; download it again, or keep what is good of it ("keep-good-part").`,
      );
    }
    const last = resamplers?.map((resampler) => resampler.finish());
    if (last && last[0].length > 0) yield last;
  };
  return {
    info,
    sampleRate,
    blocks: closing(samples(), () => blocks.return()),
    errors,
    missing: opened.missing,
  };
}

/** Decodes a whole recording; throws as `streamAudio`. */
export async function decodeAudio(input: AudioInput, options: DecodeOptions = {}): Promise<Audio> {
  const { blocks, errors, missing, sampleRate } = await streamAudio(input, options);
  const parts: Float32Array[][] = [];
  for await (const block of blocks) parts.push(block);
  const channels = parts[0].map((_, channel) => joinSamples(parts.map((part) => part[channel])));
  return { channels, sampleRate, errors: errors(), missing: missing() };
}
