/** Plays a piece by a bank of instruments. */
import { type BankName, loadBank } from '../../src/data/synth/instruments/banks.js';
import { loadSynthesiser } from '../../src/data/synth/instruments/synthesiser.js';
import type { Piece } from './piece.js';

/** In Hz. */
const RATE = 32_000;
/** Most samples that are rendered at once, and the resolution of a note's start in seconds. */
const [BLOCK, RESOLUTION] = [1024, 0.002];
const DRUMS = 9;

/** Plays pieces: mono, at the rate that is returned with the samples, largest sample 0.8. */
export async function openPlayer(
  name: BankName,
): Promise<(piece: Piece) => { samples: Float32Array; sampleRate: number }> {
  const synthesiser = await loadSynthesiser();
  const bank = await loadBank(synthesiser, name);
  return (piece) => {
    const synth = new synthesiser.SpessaSynthProcessor(RATE, { eventsEnabled: false, maxBufferSize: BLOCK });
    synth.soundBankManager.addSoundBank(bank, 'bank');
    const channels = [0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11];
    const events = piece.parts.flatMap(({ program, notes }, i) => {
      const channel = program === 'drums' ? DRUMS : channels[i];
      if (program !== 'drums') synth.programChange(channel, program);
      return notes.flatMap(({ start, end, pitch, velocity }) => [
        { time: start, play: () => synth.noteOn(channel, pitch, velocity) },
        { time: end, play: () => synth.noteOff(channel, pitch) },
      ]);
    });
    events.sort((a, b) => a.time - b.time);
    const length = Math.round(piece.seconds * RATE);
    const [left, right] = [new Float32Array(length), new Float32Array(length)];
    let next = 0;
    for (let from = 0; from < length; ) {
      while (next < events.length && events[next].time < from / RATE + RESOLUTION) events[next++].play();
      const until = next < events.length ? Math.max(from + 1, Math.round(events[next].time * RATE)) : length;
      const count = Math.min(BLOCK, length - from, until - from);
      synth.process(left, right, from, count);
      from += count;
    }
    const peak = left.reduce((most, sample, i) => Math.max(most, Math.abs(sample + right[i])), 1e-9);
    return { samples: left.map((sample, i) => (0.8 * (sample + right[i])) / peak), sampleRate: RATE };
  };
}
