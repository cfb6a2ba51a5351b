/**
 * Decoding by libsndfile beside WebAssembly, in one process and in turns. Run it by `npm run bench:decoding -- FILE…`,
 * after the set-up. Prints, for each file, both speeds and their ratio, and the largest difference of a sample.
 */
import { basename } from 'node:path';
import { decodeAudio, streamAudio } from '../src/audio/decode.js';
import { compare, timed } from './ratio.js';

const ROUNDS = 5;

/** Decodes a file to its end and keeps nothing; gives the seconds of sound. */
async function secondsOf(path: string, decoder: string): Promise<number> {
  process.env.POLYTAG_DECODER = decoder;
  const { blocks, sampleRate } = await streamAudio(path);
  let samples = 0;
  for await (const [block] of blocks) samples += block.length;
  return samples / sampleRate;
}

async function largestDifference(path: string): Promise<number> {
  process.env.POLYTAG_DECODER = 'native';
  const native = await decodeAudio(path);
  process.env.POLYTAG_DECODER = 'wasm';
  const wasm = await decodeAudio(path);
  if (native.channels[0].length !== wasm.channels[0].length || native.errors !== wasm.errors)
    throw new Error(`${path} is decoded to different lengths or errors.`);
  let largest = 0;
  for (const [i, channel] of native.channels.entries())
    for (let n = 0; n < channel.length; n++)
      largest = Math.max(largest, Math.abs(channel[n] - wasm.channels[i][n]));
  return largest;
}

const paths = process.argv.slice(2);
if (paths.length === 0) throw new Error('Give MP3 or FLAC files.');
for (const path of paths) {
  const contenders = (['native', 'wasm'] as const).map((decoder) => ({
    name: decoder === 'native' ? 'libsndfile' : 'WebAssembly',
    run: () => timed(() => secondsOf(path, decoder)),
  }));
  await compare(basename(path), contenders, ROUNDS);
  process.stdout.write(
    `  largest difference of a sample: ${(await largestDifference(path)).toExponential(1)}\n`,
  );
}
