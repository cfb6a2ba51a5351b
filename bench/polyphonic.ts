/**
 * Notes of recordings with any number of voices, by Basic Pitch on our engine: how many, how fast, and, where POLYTAG_PEER_PYTHON
 * names a Python with basic-pitch 0.4.0 (onnxruntime 1.32.0), how many its own package finds too, and how fast on one thread.
 * Run it by `npm run bench:polyphonic -- FILE…`, after the set-up and `polytag models pull basic-pitch`; POLYTAG_ENGINE
 * chooses the engine. Times are of the processor, for 10 s of the first 30 s of each file.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { decodeAudio } from '../src/audio/decode.js';
import { currentEngine } from '../src/engine/engine.js';
import { openBasicPitch } from '../src/transcription/files/open-pulled.js';
import { NETWORK_RATE } from '../src/transcription/polyphonic/basic-pitch.js';
import { transcribePolyphonic } from '../src/transcription/polyphonic/transcribe.js';
import { startPeer } from './peers/python.js';

const files = process.argv.slice(2);
if (files.length === 0) throw new Error('Give recordings.');
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const SECONDS = 30;
const ROUNDS = 5;

/** Notes of one list that the other has too: the same pitch, both ends within 1 ms. */
const shared = (a: readonly number[][], b: readonly number[][]): number =>
  a.filter(([onset, offset, pitch]) =>
    b.some((other) => other[2] === pitch && Math.abs(other[0] - onset) + Math.abs(other[1] - offset) < 1e-3),
  ).length;

const network = await openBasicPitch();
print(`Engine: ${currentEngine().name}`);
const peer = startPeer('basic_pitch_notes.py', ['basic_pitch']);
const folder = await mkdtemp(join(tmpdir(), 'polytag-polyphonic-'));
const path = join(folder, 'samples.f32');
for (const file of files) {
  const { channels } = await decodeAudio(file, { mono: true, sampleRate: NETWORK_RATE, duration: SECONDS });
  const [samples] = channels;
  const tens = samples.length / NETWORK_RATE / 10;
  const times: number[] = [];
  let notes: number[][] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const cpu = process.cpuUsage();
    const result = transcribePolyphonic({ samples, sampleRate: NETWORK_RATE }, network);
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) times.push((user + system) / 1000 / tens);
    notes = result.notes.map(({ onset, offset, pitch }) => [onset, offset, pitch]);
  }
  const ours = times.sort((a, b) => a - b)[ROUNDS >> 1];
  let line = `${basename(file)}: ${notes.length} notes, ${ours.toFixed(0)} ms for 10 s`;
  if (peer) {
    await writeFile(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
    await peer.ask({ path });
    const reply = await peer.ask({ path });
    const theirs = (reply as unknown as { notes: number[][] }).notes;
    const their = (1000 * reply.seconds) / tens;
    line += `; the package ${theirs.length}, of which ${shared(theirs, notes)} are the same, ${their.toFixed(0)} ms (ratio ${(ours / their).toFixed(2)})`;
  }
  print(line);
}
peer?.stop();
network.dispose();
await rm(folder, { recursive: true });
