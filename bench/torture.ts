/**
 * Whether damage brings the native decoder down, and whether it judges as WebAssembly does. Run it by `npm run torture --
 * [COUNT] [SEED]`, after the set-up: COUNT (10,000) damaged MP3 and FLAC files are decoded by both, and of those whose frames
 * reach libsndfile, a batch once more with 40 wrong bytes, headers and checksums among them. A process of its own decodes;
 * where it dies or takes more than 20 s for a file, that is counted, and another goes on behind it.
 */
import { fork } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import seedrandom from 'seedrandom';
import type { Audio } from '../src/audio/audio.js';
import { decodeAudio } from '../src/audio/decode.js';
import type { ExpectedForm } from '../src/audio/formats/format.js';
import { findNativeDecoder } from '../src/audio/native/libsndfile.js';
import { bytesSource } from '../src/audio/source.js';
import { MUTATIONS } from '../test/audio/broken/mutations.js';

/** Milliseconds that one file may take. */
const PATIENCE = 20_000;

/** Differences of samples that are not rounding, relative to the larger of the peak and full scale; damage magnifies it. */
const TOLERANCE = 1e-4;

/** What a file came to. */
interface Outcome {
  index: number;
  /** Whether libsndfile decoded any batch, or refused one. */
  native: 'all' | 'some' | 'none';
  /** What differs between the two decoders' judgement; null for nothing. */
  verdict: string | null;
  /** Largest difference of samples that is not rounding; null for none. MP3 without a checksum is decoded damaged or not. */
  samples: string | null;
}

const folder = fileURLToPath(new URL('../../../test/golden/audio', import.meta.url));
const files = readdirSync(folder)
  .filter((name) => /\.(mp3|flac)$/.test(name))
  .sort()
  .map((name) => ({ name, bytes: new Uint8Array(readFileSync(join(folder, name))) }));

/** The file of a number: every format and mutation in turn. */
function damagedFile(index: number, seed: string): { name: string; mutation: string; bytes: Uint8Array } {
  const { name, bytes } = files[index % files.length];
  const mutations = Object.keys(MUTATIONS);
  const mutation = mutations[Math.floor(index / files.length) % mutations.length];
  return { name, mutation, bytes: MUTATIONS[mutation](bytes, seedrandom(`${seed} ${index}`)) };
}

async function decode(bytes: Uint8Array, name: string, decoder: string): Promise<Audio | string> {
  process.env.POLYTAG_DECODER = decoder;
  return decodeAudio(bytesSource(bytes, name)).catch((error: Error) => error.message);
}

function verdictDifference(a: Audio | string, b: Audio | string): string | null {
  if (typeof a === 'string' || typeof b === 'string') return a === b ? null : 'one is refused';
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

/** The child: decodes files of a range, and tells of each before and after. */
async function work(from: number, to: number, seed: string): Promise<void> {
  // Only what is read here is compared.
  process.env.POLYTAG_FFMPEG = 'none';
  const send = (message: number | Outcome): void => {
    process.send!(message);
  };
  process.env.POLYTAG_DECODER = 'native';
  const native = findNativeDecoder().decoder!;
  const { decode: whole } = native;
  let given: { bytes: Uint8Array; form: ExpectedForm; isDecoded: boolean }[] = [];
  native.decode = (bytes, form) => {
    const samples = whole(bytes, form);
    given.push({ bytes, form, isDecoded: samples !== null });
    return samples;
  };
  for (let index = from; index < to; index++) {
    const { name, bytes } = damagedFile(index, seed);
    send(index);
    given = [];
    const byNative = await decode(bytes, name, 'native');
    const byWasm = await decode(bytes, name, 'wasm');
    const random = seedrandom(`${seed} batch ${index}`);
    for (const { bytes: batch, form } of given.slice(0, 1)) {
      const broken = batch.slice();
      for (let i = 0; i < 40; i++) broken[Math.floor(random() * broken.length)] = Math.floor(random() * 256);
      whole(broken, form);
    }
    const decoded = given.filter(({ isDecoded }) => isDecoded).length;
    const verdict = verdictDifference(byWasm, byNative);
    send({
      index,
      native: decoded === 0 ? 'none' : decoded === given.length ? 'all' : 'some',
      verdict,
      samples:
        verdict === null && typeof byWasm !== 'string' ? sampleDifference(byWasm, byNative as Audio) : null,
    });
  }
  process.disconnect();
}

async function main(count: number, seed: string): Promise<void> {
  const counts = { files: 0, crashes: 0, hangs: 0, verdicts: 0, samples: 0, all: 0, some: 0, none: 0 };
  for (let from = 0; from < count; ) {
    from = await new Promise<number>((resolve) => {
      const child = fork(fileURLToPath(import.meta.url), ['work', String(from), String(count), seed], {
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      let present = from;
      let isHung = false;
      let timer: NodeJS.Timeout | undefined;
      child.on('message', (message: number | Outcome) => {
        clearTimeout(timer);
        if (typeof message === 'number') {
          present = message;
          timer = setTimeout(() => {
            isHung = true;
            child.kill('SIGKILL');
          }, PATIENCE);
          return;
        }
        counts.files++;
        counts[message.native]++;
        if (counts.files % 1000 === 0) process.stderr.write(`${counts.files} of ${count}\n`);
        const { index, verdict, samples } = message;
        if (verdict !== null) counts.verdicts++;
        if (samples !== null) counts.samples++;
        if (verdict === null && samples === null) return;
        const { name, mutation } = damagedFile(index, seed);
        process.stdout.write(`${index}: ${name}, ${mutation}: ${verdict ?? samples}\n`);
      });
      child.on('exit', (code, signal) => {
        clearTimeout(timer);
        if (code === 0) return resolve(count);
        const { name, mutation } = damagedFile(present, seed);
        if (isHung) counts.hangs++;
        else counts.crashes++;
        process.stdout.write(
          `${present}: ${name}, ${mutation}: ${isHung ? 'takes too long' : `ended with ${signal ?? code}`}\n`,
        );
        resolve(present + 1);
      });
    });
  }
  process.stdout.write(
    `${counts.files} damaged files: ${counts.crashes} crashes, ${counts.hangs} that took too long, ${counts.verdicts} judged differently, ${counts.samples} with other samples than rounding explains; libsndfile decoded all of ${counts.all}, part of ${counts.some}, none of ${counts.none}\n`,
  );
  if (counts.crashes + counts.hangs + counts.verdicts > 0) process.exitCode = 1;
}

const [first, ...rest] = process.argv.slice(2);
if (first === 'work') await work(Number(rest[0]), Number(rest[1]), rest[2]);
else await main(Number(first ?? 10_000), rest[0] ?? 'torture');
