/** A project as sound: its tracks played by a bank of instruments, faster than they sound. */
import { quickenReverb } from '../../data/synth/instruments/quick-reverb.js';
import {
  BLOCK,
  loadSynthesiser,
  noteMessages,
  type Processor,
  type Synthesiser,
  startRendering,
  type TimedMessage,
} from '../../data/synth/instruments/synthesiser.js';
import { type PlayedPart, playedParts } from '../exchange/played-parts.js';
import { CONTROLLERS, panController, volumeController } from '../exchange/project-midi.js';
import type { Project } from '../project/schema.js';
import { pieceTicks, secondsOf } from '../project/timeline.js';

/** What is rendered, and how. */
export interface RenderSettings {
  /** In Hz. Default: 44,100. */
  sampleRate?: number;
  /** Ticks of the piece at which it begins and ends; what rings on is heard after the end. Default: the whole piece. */
  from?: number;
  to?: number;
  /** Factor of all samples in place of one that brings the peak to `PEAK`; that of the whole makes a part as loud as there. */
  gain?: number;
  /** Called with the share of the music that is rendered, from 0 to 1. */
  onProgress?: (done: number) => void;
  /** Ends the work: what `signal.reason` is gets thrown. */
  signal?: AbortSignal;
}

/** Sound of a project. */
export interface Rendered {
  /** Left and right, full scale ±1. */
  channels: [Float32Array, Float32Array];
  sampleRate: number;
  /** Factor that the samples of the synthesiser were multiplied by. */
  gain: number;
}

/**
 * The largest magnitude of a rendered piece: it is brought there whatever the volumes are, which so decide how loud tracks are
 * beside each other. A decibel below full scale, as an encoder such as MP3's goes a little beyond the samples that it is given.
 */
export const PEAK = 10 ** (-1 / 20);

/** Seconds after the end for which releases and reverb are waited for, at most. */
const LONGEST_TAIL = 4;

/** A tail has ended where it stays below this part of the piece's peak: -60 dB. */
const SILENT = 1e-3;

/** Seconds that are rendered without a pause, in which others get their turn and the signal is looked at. */
const STEP = 1;

/** Channels of a port of MIDI. */
const PORT = 16;

const RATES = [8000, 192_000] as const;

/** Notes of a part between two times, in seconds from the first; one that has begun before begins there. */
function messagesOf(project: Project, part: PlayedPart, from: number, to: number): TimedMessage[] {
  const channel = PORT * part.port + part.channel;
  return part.notes
    .filter(({ start, end }) => end > from && start < to)
    .flatMap(({ start, end, pitch, velocity }) =>
      noteMessages(channel, {
        start: secondsOf(project, Math.max(start, from) - from),
        end: secondsOf(project, Math.min(end, to) - from),
        ...{ pitch, velocity },
      }),
    );
}

/** A synthesiser with the instruments of all parts. */
function synthesiserOf(
  { SpessaSynthProcessor, SoundBankLoader }: Synthesiser,
  bank: Uint8Array,
  parts: readonly PlayedPart[],
  sampleRate: number,
): Processor {
  const synth = new SpessaSynthProcessor(sampleRate, { eventsEnabled: false, maxBufferSize: BLOCK });
  quickenReverb(synth);
  synth.soundBankManager.addSoundBank(SoundBankLoader.fromArrayBuffer(Uint8Array.from(bank).buffer), 'bank');
  const ports = 1 + parts.reduce((highest, { port }) => Math.max(highest, port), 0);
  if (ports > 1) {
    while (synth.midiChannels.length < PORT * ports) synth.createMIDIChannel();
    // Added channels are drums until a reset makes those what General MIDI has.
    synth.reset();
  }
  for (const { track, port, channel: own } of parts) {
    const channel = PORT * port + own;
    synth.programChange(channel, track.tone.program);
    synth.controllerChange(channel, CONTROLLERS.volume, volumeController(track.volume));
    synth.controllerChange(channel, CONTROLLERS.pan, panController(track.pan));
  }
  return synth;
}

/** The largest magnitude of both channels between two samples. */
function peakOf(channels: readonly Float32Array[], from: number, to: number): number {
  let peak = 0;
  for (const channel of channels)
    for (let i = from; i < to; i++) {
      const size = Math.abs(channel[i]);
      if (size > peak) peak = size;
    }
  return peak;
}

/** Lets what waits run: a message that cancels, for one. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

/**
 * Plays a project by SpessaSynth, as loud and where its tracks say; muted tracks are left out, and others where one is solo.
 * A tail follows until releases and reverb are 60 dB below the peak, four seconds at most. The largest sample is `PEAK`, of
 * silence 0. The same arguments give the same samples under one version of a JavaScript engine. A piece takes about a second
 * a minute, and memory of 21 MB a minute at 44.1 kHz.
 *
 * @param bank - an SF2 or SF3 file
 * @throws RangeError for a sample rate outside 8 to 192 kHz, or a stretch that is empty or outside the piece
 */
export async function renderProject(
  project: Project,
  bank: Uint8Array,
  settings: RenderSettings = {},
): Promise<Rendered> {
  const { sampleRate = 44_100, from = 0, to = pieceTicks(project), onProgress, signal } = settings;
  if (!(sampleRate >= RATES[0] && sampleRate <= RATES[1]))
    throw new RangeError(`sampleRate must be from ${RATES[0]} to ${RATES[1]} Hz, not ${sampleRate}.`);
  if (!(from >= 0 && from < to && to <= pieceTicks(project)))
    throw new RangeError(
      `The stretch to render must lie within the ${pieceTicks(project)} ticks of the piece, not from ${from} to ${to}.`,
    );
  const parts = playedParts(project);
  signal?.throwIfAborted();
  const synth = synthesiserOf(await loadSynthesiser(), bank, parts, sampleRate);
  const messages = parts.flatMap((part) => messagesOf(project, part, from, to));
  messages.sort((a, b) => a.time - b.time);
  const music = Math.ceil(secondsOf(project, to - from) * sampleRate);
  const length = music + LONGEST_TAIL * sampleRate;
  const channels: [Float32Array, Float32Array] = [new Float32Array(length), new Float32Array(length)];
  const render = startRendering(synth, messages);
  const step = Math.ceil((STEP * sampleRate) / BLOCK) * BLOCK;
  let end = 0;
  let peak = 0;
  for (let tail = Number.POSITIVE_INFINITY; end < length && (end < music || tail > SILENT * peak); ) {
    const next = Math.min(length, end + step);
    render(...channels, end, next);
    tail = peakOf(channels, end, next);
    peak = Math.max(peak, tail);
    end = next;
    onProgress?.(Math.min(1, end / music));
    await pause();
    signal?.throwIfAborted();
  }
  synth.destroySynthProcessor();
  while (end > music && peakOf(channels, end - BLOCK, end) <= SILENT * peak) end -= BLOCK;
  const kept = Math.max(music, end);
  const gain = settings.gain ?? (peak > 0 ? PEAK / peak : 1);
  const scaled = channels.map((samples) => samples.slice(0, kept)) as [Float32Array, Float32Array];
  for (const samples of scaled) for (let i = 0; i < kept; i++) samples[i] *= gain;
  return { channels: scaled, sampleRate, gain };
}
