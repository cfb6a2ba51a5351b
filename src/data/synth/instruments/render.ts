/** Notes to samples through a bank of instruments, as one might have recorded them. */
import { randomGenerator } from '../../../base/random.js';
import type { LoadedBank, Synthesiser } from './banks.js';
import { drawDrums, drawPart, drawPiece, type Note } from './phrases.js';
import { isPiano, type Program } from './programs.js';

/** In Hz. What the banks hold above half of it is aliased to above 8 kHz at most, as their samples have 44.1 kHz. */
export const INSTRUMENT_RATE = 32_000;

/** Samples that are rendered at once, and the resolution of a note's start. */
const BLOCK = 128;

const PEDAL = 64;
const REVERB = 91;
const CHORUS = 93;
const DRUMS = 9;

/** Who plays in a recording. */
export interface Players {
  /** One instrument, or several together. */
  programs: readonly Program[];
  drums: boolean;
}

interface Event {
  time: number;
  message: (synth: InstanceType<Synthesiser['SpessaSynthProcessor']>) => void;
}

const eventsOf = (channel: number, notes: readonly Note[]): Event[] =>
  notes.flatMap(({ start, end, pitch, velocity }): Event[] => [
    { time: start, message: (synth) => synth.noteOn(channel, pitch, velocity) },
    { time: end, message: (synth) => synth.noteOff(channel, pitch) },
  ]);

/**
 * Renders a recording: music drawn for the players, with or without room, pedal and noise. The same arguments give the
 * same samples under one version of Node.
 *
 * @param seconds - length
 * @param seed - that of the data set
 * @param name - of the recording: decides the music with the seed
 * @returns mono, at `INSTRUMENT_RATE`, peak from -12 to -1 dB
 */
export function renderPlayers(
  { SpessaSynthProcessor }: Synthesiser,
  bank: LoadedBank,
  { programs, drums }: Players,
  { seconds, seed, name }: { seconds: number; seed: number; name: string },
): Float32Array {
  const random = randomGenerator(seed, 'instruments', name);
  const piece = drawPiece(random, seconds);
  const synth = new SpessaSynthProcessor(INSTRUMENT_RATE, { eventsEnabled: false, maxBufferSize: BLOCK });
  synth.soundBankManager.addSoundBank(bank, 'bank');
  const reverb = random.uniform() < 0.3 ? 0 : random.integer(110);
  const chorus = random.uniform() < 0.8 ? 0 : random.integer(60);
  const events: Event[] = [];
  const channels = programs.map((_, i) => (i < DRUMS ? i : i + 1));
  for (const [i, program] of programs.entries()) {
    const channel = channels[i];
    synth.programChange(channel, program.number);
    synth.controllerChange(channel, REVERB, reverb);
    synth.controllerChange(channel, CHORUS, chorus);
    events.push(...eventsOf(channel, drawPart(random, piece, program)));
    if (isPiano(program) && random.uniform() < 0.5) {
      const bar = piece.beat * piece.beatsPerBar;
      for (let at = 0; at < seconds; at += bar)
        events.push(
          { time: at + 0.05, message: () => synth.controllerChange(channel, PEDAL, 127) },
          { time: at + bar - 0.02, message: () => synth.controllerChange(channel, PEDAL, 0) },
        );
    }
  }
  if (drums) {
    synth.controllerChange(DRUMS, REVERB, reverb);
    events.push(...eventsOf(DRUMS, drawDrums(random, piece)));
  }
  events.sort((a, b) => a.time - b.time);
  const length = Math.round(seconds * INSTRUMENT_RATE);
  const [left, right] = [new Float32Array(length), new Float32Array(length)];
  let next = 0;
  for (let from = 0; from < length; from += BLOCK) {
    while (next < events.length && events[next].time <= from / INSTRUMENT_RATE) events[next++].message(synth);
    synth.process(left, right, from, Math.min(BLOCK, length - from));
  }
  const mono = left.map((sample, i) => 0.5 * (sample + right[i]));
  return recorded(mono, random);
}

/** What stands between an instrument and its recording: a tone control, a little noise, and a level. */
function recorded(samples: Float32Array, random: ReturnType<typeof randomGenerator>): Float32Array {
  const corner = 300 * 10 ** random.uniform();
  const pole = Math.exp((-2 * Math.PI * corner) / INSTRUMENT_RATE);
  const tilt = random.uniform() < 0.5 ? 1 : 10 ** (random.between(-8, 8) / 20);
  const hiss = random.uniform() < 0.6 ? 0 : 10 ** (-random.between(45, 75) / 20);
  const level = 10 ** (-random.between(1, 12) / 20);
  let low = 0;
  let peak = 1e-9;
  const out = samples.map((sample) => {
    low = pole * low + (1 - pole) * sample;
    const value = low + tilt * (sample - low);
    peak = Math.max(peak, Math.abs(value));
    return value;
  });
  return out.map((value) => (level * value) / peak + (hiss && level * hiss * (2 * random.uniform() - 1)));
}
