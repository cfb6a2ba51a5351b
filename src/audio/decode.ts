/** Encoded audio in, samples out. */

import { UsageError } from '../base/errors.js';
import { type Audio, type AudioInfo, DamagedAudio, type DamagePolicy, type OpenAudio } from './audio.js';
import { type AudioInput, describe, openAudio, toSource } from './open.js';
import { checkRate, Resampler } from './resample.js';
import { joinSamples, toMono } from './samples.js';
import { closing } from './source.js';

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
  const { mono = false, duration, damage = 'keep-good-part' } = options;
  const opened = await openAudio(source, mono);
  const { info, blocks } = opened;
  const { sampleRate = info.sampleRate } = options;
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
