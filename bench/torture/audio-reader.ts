/** The process that decodes damaged audio; `audio.ts` starts it with a set, a seed and the numbers of the files. */

import seedrandom from 'seedrandom';
import type { Audio } from '../../src/audio/audio.js';
import { decodeAudio } from '../../src/audio/decode.js';
import type { ExpectedForm } from '../../src/audio/formats/format.js';
import { findNativeDecoder } from '../../src/audio/native/libsndfile.js';
import { bytesSource } from '../../src/audio/source.js';
import { Failure } from '../../src/base/errors.js';
import { AUDIO_SETS, damagedIn } from './audio-files.js';
import { MOST_MEMORY, memoryOf, serve, type Verdict } from './watch.js';

/** Differences of samples that are not rounding, relative to the larger of the peak and full scale; damage magnifies it. */
const TOLERANCE = 1e-4;

const [set, seed, from, to] = process.argv.slice(2);
const fileOf = damagedIn(set, seed);
// Only what is read here is compared.
process.env.POLYTAG_FFMPEG = 'none';

async function decode(bytes: Uint8Array, name: string, decoder: string): Promise<Audio | Error> {
  process.env.POLYTAG_DECODER = decoder;
  return decodeAudio(bytesSource(bytes, name)).catch((error: Error) => error);
}

function verdictDifference(a: Audio | Error, b: Audio | Error): string | null {
  if (a instanceof Error || b instanceof Error)
    return a instanceof Error && b instanceof Error && a.message === b.message ? null : 'one is refused';
  if (a.errors !== b.errors || a.missing !== b.missing) return `errors ${a.errors} and ${b.errors}`;
  const lengths = [a, b].map(({ channels }) => `${channels.length} x ${channels[0].length}`);
  return lengths[0] === lengths[1] ? null : `samples ${lengths.join(' and ')}`;
}

/** Of two of one length. */
function sampleDifference(a: Audio, b: Audio): string | null {
  let largest = 0;
  let peak = 1;
  for (const [i, channel] of a.channels.entries())
    for (let n = 0; n < channel.length; n++) {
      largest = Math.max(largest, Math.abs(channel[n] - b.channels[i][n]));
      peak = Math.max(peak, Math.abs(channel[n]));
    }
  return largest / peak > TOLERANCE ? `samples by ${(largest / peak).toExponential(1)}` : null;
}

/** Whether all samples are numbers. */
const isSound = ({ channels }: Audio): boolean => channels.every((channel) => channel.every(Number.isFinite));

const native = ((): ReturnType<typeof findNativeDecoder>['decoder'] => {
  process.env.POLYTAG_DECODER = 'native';
  return AUDIO_SETS[set].byBoth ? findNativeDecoder().decoder : null;
})();
const whole = native?.decode;
let given: { bytes: Uint8Array; form: ExpectedForm }[] = [];
if (native && whole)
  native.decode = (bytes, form) => {
    given.push({ bytes, form });
    return whole(bytes, form);
  };

/** Decodes by libsndfile, and the first batch of frames that reached it once more with 40 wrong bytes. */
async function decodeNatively(bytes: Uint8Array, name: string, index: number): Promise<Audio | Error> {
  given = [];
  const audio = await decode(bytes, name, 'native');
  const random = seedrandom(`${seed} batch ${index}`);
  for (const { bytes: batch, form } of given.slice(0, 1)) {
    const broken = batch.slice();
    for (let i = 0; i < 40; i++) broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
    whole!(broken, form);
  }
  return audio;
}

const usual = new Map<string, number>();

await serve(Number(from), Number(to), async (index): Promise<Verdict> => {
  const { name, whole: undamaged, bytes } = fileOf(index);
  const [file] = name.split(',');
  if (!usual.has(file)) {
    await decode(undamaged, file, 'wasm');
    usual.set(file, await memoryOf(async () => void (await decode(undamaged, file, 'wasm'))));
  }
  let audio: Audio | Error = new Error('nothing');
  const memory = await memoryOf(async () => {
    audio = await decode(bytes, file, 'wasm');
  });
  const one = audio as Audio | Error;
  if (memory > usual.get(file)! + MOST_MEMORY)
    return { ended: 'failure', detail: `${name}: takes ${Math.round(memory / 1e6)} MB` };
  if (one instanceof Error && !(one instanceof Failure))
    return { ended: 'failure', detail: `${name}: ${one.name}: ${one.message}` };
  if (!(one instanceof Error) && !isSound(one))
    return { ended: 'failure', detail: `${name}: samples that are not numbers` };
  const ended = one instanceof Error ? 'refused' : 'accepted';
  if (!native) return { ended };
  const other = await decodeNatively(bytes, file, index);
  const difference = verdictDifference(one, other);
  if (difference !== null) return { ended: 'failure', detail: `${name}: ${difference}` };
  const samples = one instanceof Error ? null : sampleDifference(one, other as Audio);
  return samples === null ? { ended } : { ended, detail: `${name}: ${samples}` };
});
