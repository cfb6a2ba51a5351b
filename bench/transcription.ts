/**
 * Notes of voices, as docs/transcription.md has them: 60 hums as they are and with pink noise at 10 dB, a real singer
 * against two annotators, tempo, and the time for 10 s. Run it by `npm run bench:transcription -- DATA`, after the set-up:
 * DATA holds `hums/` (hums.csv, notes/*.json) and `singing/`. With `-- DATA HUMS` also a folder of hums with notes as the data set
 * `hums` has them, such as one of `polytag data synth --kind hums`: voices that no constant was chosen on. POLYTAG_RUN names
 * a run that finds pitch, which is measured beside the trackers.
 *
 * POLYTAG_PEER_PYTHON names a Python with mir_eval 0.8.2 and swift-f0 0.3.0 (onnxruntime 1.32.0), which are asked too.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { decodeAudio } from '../src/audio/decode.js';
import { readHums } from '../src/data/sets/hums/recordings.js';
import { type NoteScores, type ScoredNote, scoreNotes } from '../src/eval/transcription/notes.js';
import { TRACKER_RATE } from '../src/transcription/f0.js';
import { openTracker } from '../src/transcription/files/open-tracker.js';
import { songReaders } from '../src/transcription/songs/readers/index.js';
import { fitTempo } from '../src/transcription/tempo.js';
import { TRACKER_NAMES } from '../src/transcription/trackers/index.js';
import { transcribe } from '../src/transcription/transcribe.js';
import { type Peer, startPeer } from './peers/python.js';

const [data, more] = process.argv.slice(2);
if (data === undefined) throw new Error('Give the folder that holds hums/ and singing/.');
const readJson = async <T>(...path: string[]): Promise<T> =>
  JSON.parse(await readFile(join(data, ...path), 'utf8')) as T;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

type Labels = { onset: number; offset: number; midi: number }[];
const labelled = (notes: Labels): ScoredNote[] =>
  notes.map(({ midi, ...times }) => ({ ...times, pitch: midi }));

interface Hum {
  samples: Float32Array;
  reference: ScoredNote[];
  bpm: number;
}

const samplesOf = async (path: string): Promise<Float32Array> =>
  (await decodeAudio(path, { mono: true, sampleRate: TRACKER_RATE })).channels[0];

const { hums: listed } = await readHums(join(data, 'hums'));
const hums = await Promise.all(
  listed.map(async ({ audio, notes }): Promise<Hum> => {
    const labels = JSON.parse(await readFile(notes!, 'utf8')) as { notes: Labels; tempo_bpm: number };
    return {
      samples: await samplesOf(audio),
      reference: labelled(labels.notes),
      bpm: labels.tempo_bpm,
    };
  }),
);

/** Pink noise by Kellet's filter of white noise by a linear congruential generator. */
function pinkNoise(length: number, seed: number): Float32Array {
  const poles = [0.99886, 0.99332, 0.969, 0.8665, 0.55, -0.7616];
  const gains = [0.0555179, 0.0750759, 0.153852, 0.3104856, 0.5329522, -0.016898];
  const states = poles.map(() => 0);
  let [state, late] = [seed, 0];
  return Float32Array.from({ length }, () => {
    state = (1_664_525 * state + 1_013_904_223) % 2 ** 32;
    const white = state / 2 ** 31 - 1;
    for (let i = 0; i < poles.length; i++) states[i] = poles[i] * states[i] + gains[i] * white;
    const value = states.reduce((sum, own) => sum + own, 0) + 0.5362 * white + late;
    late = 0.115926 * white;
    return value;
  });
}

const energy = (samples: Float32Array): number => samples.reduce((sum, value) => sum + value * value, 0);

function inNoise(samples: Float32Array, decibels: number, seed: number): Float32Array {
  const noise = pinkNoise(samples.length, seed);
  const gain = Math.sqrt(energy(samples) / energy(noise) / 10 ** (decibels / 10));
  return samples.map((value, n) => value + gain * noise[n]);
}

/** COnP after the constant shift of all pitches that is best, in steps of 5 cents to a semitone. */
function shiftedConp(reference: ScoredNote[], notes: ScoredNote[]): number {
  let best = 0;
  for (let cents = -100; cents <= 100; cents += 5) {
    const moved = notes.map((note) => ({ ...note, pitch: note.pitch + cents / 100 }));
    best = Math.max(best, scoreNotes(reference, moved).conp.f1);
  }
  return best;
}

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = (value: number): string => value.toFixed(3);

/** What finds notes in samples at 16 kHz. */
type Transcriber = (samples: Float32Array) => Promise<ScoredNote[]>;

const singer = await samplesOf(join(data, 'singing', 'vocadito_1_first.flac'));
const { annotators } = await readJson<{ annotators: Record<string, Labels> }>(
  ...['singing', 'vocadito_1_first.notes.json'],
);
const [first, second] = ['A1', 'A2'].map((who) => labelled(annotators[who]));
let scores = startPeer('mir_eval_notes.py', ['mir_eval']);

/**
 * The largest difference of our scores from mir_eval's, over everything that was scored. Not asked of SwiftF0's own
 * notes: they are rounded to cents, and of pitches at 50 cents exactly rounding decides.
 */
let worst = 0;
async function check(reference: ScoredNote[], notes: ScoredNote[]): Promise<void> {
  if (!scores) return;
  const rows = (list: ScoredNote[]): number[][] =>
    list.map(({ onset, offset, pitch }) => [onset, offset, pitch]);
  const theirs = (await scores.ask({
    reference: rows(reference),
    estimate: rows(notes),
  })) as unknown as Record<'con' | 'conp' | 'conpoff', number>;
  const ours = scoreNotes(reference, notes);
  for (const what of ['con', 'conp', 'conpoff'] as const)
    worst = Math.max(worst, Math.abs(ours[what].f1 - theirs[what]));
}

async function measureFolder(folder: string, transcriber: Transcriber): Promise<void> {
  const all: NoteScores[] = [];
  for (const { audio, notes } of (await readHums(folder)).hums) {
    if (notes === null) continue;
    const read = songReaders[extname(notes).toLowerCase() as keyof typeof songReaders];
    const [{ parts }] = await read(await readFile(notes));
    all.push(scoreNotes(parts[0], await transcriber(await samplesOf(audio))));
  }
  print(
    `  ${all.length} hums of ${folder}: COn ${shown(mean(all.map(({ con }) => con.f1)))}, COnP ${shown(mean(all.map(({ conp }) => conp.f1)))}, COnPOff ${shown(mean(all.map(({ conpoff }) => conpoff.f1)))}`,
  );
}

async function measure(name: string, transcriber: Transcriber): Promise<void> {
  print(`\n${name}`);
  for (const [condition, samplesIn] of [
    ['60 hums', (hum: Hum) => hum.samples],
    ['60 hums, pink noise at 10 dB', (hum: Hum, i: number) => inNoise(hum.samples, 10, i + 1)],
  ] as const) {
    const found: { notes: ScoredNote[]; hum: Hum }[] = [];
    for (const [i, hum] of hums.entries()) found.push({ hum, notes: await transcriber(samplesIn(hum, i)) });
    const all = found.map(({ hum, notes }) => scoreNotes(hum.reference, notes));
    const shifted = mean(found.map(({ hum, notes }) => shiftedConp(hum.reference, notes)));
    const inTempo = found.filter(({ hum, notes }) => {
      const tempo = fitTempo(notes.map(({ onset }) => onset));
      return tempo !== null && Math.abs(tempo / hum.bpm - 1) < 0.04;
    });
    print(
      `  ${condition}: COn ${shown(mean(all.map(({ con }) => con.f1)))}, COnP ${shown(mean(all.map(({ conp }) => conp.f1)))}, after one shift ${shown(shifted)}, COnPOff ${shown(mean(all.map(({ conpoff }) => conpoff.f1)))}; tempo within 4 %: ${inTempo.length} of ${hums.length}`,
    );
    for (const { hum, notes } of found) await check(hum.reference, notes);
  }
  if (more !== undefined) await measureFolder(more, transcriber);
  const notes = await transcriber(singer);
  for (const [who, reference] of [
    ['A1', first],
    ['A2', second],
  ] as const) {
    const { con, conp, conpoff } = scoreNotes(reference, notes);
    print(
      `  real singer against ${who}: COn ${shown(con.f1)}, COnP ${shown(conp.f1)}, COnPOff ${shown(conpoff.f1)}; at 100 ms COnP ${shown(scoreNotes(reference, notes, { onset: 0.1 }).conp.f1)}`,
    );
    await check(reference, notes);
  }
  const ten = singer.subarray(0, 10 * TRACKER_RATE);
  const times: number[] = [];
  for (let round = 0; round < 12; round++) {
    const [begin, cpu] = [performance.now(), process.cpuUsage()];
    await transcriber(ten);
    const used = process.cpuUsage(cpu);
    if (round > 1) times.push(Math.min(performance.now() - begin, (used.user + used.system) / 1000));
  }
  times.sort((a, b) => a - b);
  print(
    `  10 s: ${times[times.length >> 1].toFixed(0)} ms (median of ${times.length}; least ${times[0].toFixed(0)})`,
  );
}

print(
  'F1 of notes by the rules of mir_eval: onsets to 50 ms, pitches to 50 cents, offsets to 20 % or 50 ms.',
);
const { con, conp, conpoff } = scoreNotes(first, second);
print(
  `\nAnnotator A2 against A1: COn ${shown(con.f1)}, COnP ${shown(conp.f1)}, COnPOff ${shown(conpoff.f1)}`,
);
const { POLYTAG_RUN: run } = process.env;
for (const name of [...TRACKER_NAMES, ...(run ? [run] : [])]) {
  const tracker = await openTracker(name);
  await measure(
    name,
    async (samples) => (await transcribe({ samples, sampleRate: TRACKER_RATE }, {}, tracker)).notes,
  );
  tracker.dispose();
}
if (scores) print(`\nLargest difference of an F1 from mir_eval's: ${worst.toExponential(1)}`);
scores?.stop();
scores = null;
await measurePeer(startPeer('swift_f0_notes.py', ['swift_f0']));

async function measurePeer(peer: Peer | null): Promise<void> {
  if (!peer) return;
  const folder = await mkdtemp(join(tmpdir(), 'polytag-transcription-'));
  const path = join(folder, 'samples.f32');
  await measure(
    'swift-f0 with its own segmentation (Python; the time is of the whole request)',
    async (samples) => {
      await writeFile(path, new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      const { notes } = (await peer.ask({ path })) as unknown as { notes: [number, number, number][] };
      return notes.map(([onset, offset, pitch]) => ({ onset, offset, pitch }));
    },
  );
  peer.stop();
  await rm(folder, { recursive: true });
}
