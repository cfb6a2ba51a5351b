/** Notes to samples through a bank of instruments, as one might have recorded them. */
import { type RandomGenerator, randomGenerator } from '../../../base/random.js';
import { filterSignal } from '../../../features/augment/biquad.js';
import { randomFilters } from '../../../features/augment/random-filter.js';
import { drawDrums, drawPart, drawPiece, type Note } from './phrases.js';
import { isCalledPiano, type Program } from './programs.js';
import { quickenReverb } from './quick-reverb.js';
import {
  BLOCK,
  type LoadedBank,
  noteMessages,
  type Processor,
  type Synthesiser,
  startRendering,
  type TimedMessage,
} from './synthesiser.js';

/** In Hz. What the banks hold above half of it is aliased to above 8 kHz at most, as their samples have 44.1 kHz. */
export const INSTRUMENT_RATE = 32_000;

const PEDAL = 64;
const REVERB = 91;
const CHORUS = 93;
const DRUMS = 9;
/** Release, attack and brightness of General MIDI 2; 64 leaves an instrument as it is. */
const SHAPE = [72, 73, 74] as const;

/** Who plays in a recording. */
export interface Players {
  /** One instrument, or several together. */
  programs: readonly Program[];
  drums: boolean;
}

const eventsOf = (channel: number, notes: readonly Note[]): TimedMessage[] =>
  notes.flatMap((note) => noteMessages(channel, note));

/**
 * Renders a recording: music drawn for the players, with or without room, pedal and noise. The same arguments give the
 * same samples under one version of Node.
 *
 * @param seconds - length
 * @param seed - that of the data set
 * @param name - of the recording: decides the music with the seed
 * @param varied - whether the instruments are changed at random: tuning, which of their samples plays a note, how it begins,
 *   ends and how bright it is, how loud the music, and an equaliser
 * @returns mono, at `INSTRUMENT_RATE`, peak from -12 to -1 dB
 */
export function renderPlayers(
  { SpessaSynthProcessor }: Synthesiser,
  bank: LoadedBank,
  { programs, drums }: Players,
  { seconds, seed, name, varied }: { seconds: number; seed: number; name: string; varied: boolean },
): Float32Array {
  const random = randomGenerator(seed, 'instruments', name);
  const piece = drawPiece(random, seconds);
  const synth = new SpessaSynthProcessor(INSTRUMENT_RATE, { eventsEnabled: false, maxBufferSize: BLOCK });
  quickenReverb(synth);
  synth.soundBankManager.addSoundBank(bank, 'bank');
  const reverb = random.uniform() < 0.3 ? 0 : random.integer(110);
  const chorus = random.uniform() < 0.8 ? 0 : random.integer(60);
  const events: TimedMessage[] = [];
  const channels = programs.map((_, i) => (i < DRUMS ? i : i + 1));
  for (const [i, program] of programs.entries()) {
    const channel = channels[i];
    synth.programChange(channel, program.number);
    synth.controllerChange(channel, REVERB, reverb);
    synth.controllerChange(channel, CHORUS, chorus);
    if (varied) {
      const { range, level, shift } = varyInstrument(synth, channel, program, random);
      const notes = drawPart(random, piece, range, level);
      events.push(
        ...eventsOf(
          channel,
          notes.map((note) => ({ ...note, pitch: note.pitch + shift })),
        ),
      );
    } else events.push(...eventsOf(channel, drawPart(random, piece, program)));
    if (isCalledPiano(program) && random.uniform() < 0.5) {
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
  startRendering(synth, events)(left, right, 0, length);
  const mono = left.map((sample, i) => 0.5 * (sample + right[i]));
  if (!varied) return recorded(mono, random);
  const filters = randomFilters.equalizer(random, { sampleRate: INSTRUMENT_RATE, decibels: [-10, 10] });
  return recorded(filterSignal(mono, filters), random);
}

/**
 * Changes the instrument of a channel. Notes are to be written `shift` semitones higher: the channel is tuned as much
 * lower, so that a sample of a neighbouring pitch sounds, faster or slower than it was recorded.
 */
function varyInstrument(
  synth: Processor,
  channel: number,
  { low, high }: Program,
  random: RandomGenerator,
): { range: { low: number; high: number }; level: number; shift: number } {
  const shift = random.uniform() < 0.4 ? 0 : random.integer(13) - 6;
  const cents = 15 * random.normal() - 100 * shift;
  synth.midiChannels[channel].setSystemParameter('fineTune', cents);
  for (const controller of SHAPE)
    if (random.uniform() < 0.5) synth.controllerChange(channel, controller, 64 + random.integer(33) - 16);
  const wider = random.integer(8);
  return {
    range: { low: Math.max(21, low - wider), high: Math.min(108, high + wider) },
    level: random.between(30, 122),
    shift,
  };
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
