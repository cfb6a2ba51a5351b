/**
 * Tagging by the published Musicnn (musicnn-mtt) beside the Python package that published it, where a Python with it is
 * found. Run it by `npm run bench:tagging`, after the set-up. Read the ratios, not the times.
 *
 * POLYTAG_PEER_PYTHON names the Python (musicnn 0.1.0 with TensorFlow 2.15, NumPy 1.26, librosa 0.11);
 * POLYTAG_BENCH_AUDIO the folder of MP3 files to tag.
 */
import { readdir } from 'node:fs/promises';
import { availableParallelism, cpus } from 'node:os';
import { join } from 'node:path';
import { probeAudio } from '../src/audio/open.js';
import { tagTracks } from '../src/catalogue/tag/tag-tracks.js';
import { modelForThreads } from '../src/catalogue/tag/thread-predictor.js';
import { thresholdsFor } from '../src/catalogue/tag/top-tags.js';
import { currentEngine } from '../src/engine/engine.js';
import { loadPredictor } from '../src/hub/model-folder.js';
import { findModels } from '../src/hub/store.js';
import { windowSize } from '../src/inputs/window.js';
import { startPeer } from './peers/python.js';
import { type Contender, compare, timed } from './ratio.js';

const MODEL = 'musicnn-mtt';
/** Windows that the forward pass is measured with. */
const WINDOWS = 32;
/** Rounds of it; the best counts. */
const FORWARD_ROUNDS = 10;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const folder = process.env.POLYTAG_BENCH_AUDIO;
if (!folder) throw new Error('POLYTAG_BENCH_AUDIO must name a folder of MP3 files.');
const paths = (await readdir(folder))
  .filter((name) => name.endsWith('.mp3'))
  .map((name) => join(folder, name));
const durations = await Promise.all(paths.map(async (path) => (await probeAudio(path)).duration ?? 0));
const audio = durations.reduce((a, b) => a + b);

const begin = performance.now();
const predictor = await loadPredictor(MODEL);
const thresholds = thresholdsFor(predictor.labels.length, null, null).values;
/** On WebAssembly, each thread has a copy of the model. */
const copies = modelForThreads(await findModels(MODEL), currentEngine(), predictor);
const tagAll = async (tracks: string[], model = copies): Promise<number> => {
  let seconds = 0;
  for await (const row of tagTracks(predictor, predictor.description.inputs, tracks, {
    tops: { thresholds, atLeastOne: true, count: null },
    embedding: true,
    model,
  }))
    seconds += row.duration ?? 0;
  return seconds;
};
say(`${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.version}`);
await tagAll(paths.slice(0, 1), null);
say(`First track ${((performance.now() - begin) / 1000).toFixed(1)} s after the model was asked for`);

const { sampleRate, windowFrames, hopLength } = predictor.settings;
const [input] = predictor.inputs.list;
const values = { [input.name]: new Float32Array(WINDOWS * windowSize(input)).fill(1) };
const forward: number[] = [];
for (let i = 0; i < FORWARD_ROUNDS; i++) {
  const from = performance.now();
  predictor.predict({ count: WINDOWS, values });
  forward.push(performance.now() - from);
}
const best = Math.min(...forward);
const audioSeconds = (WINDOWS * windowFrames * hopLength) / sampleRate;
say(
  `The network alone, ${WINDOWS} windows: ${best.toFixed(0)} ms, ${(audioSeconds / (best / 1000)).toFixed(0)} times real time`,
);

const peer = startPeer('musicnn_tagging.py', ['musicnn', 'librosa']);
const theirs = (name: string, mode: string): Contender[] =>
  peer ? [{ name, run: () => peer.ask({ mode, paths, audio }) }] : [];
await compare(
  `MP3 to tags and embeddings, ${paths.length} files, ${Math.round(audio)} s of audio`,
  [
    { name: 'polytag', run: () => timed(() => tagAll(paths)) },
    ...(copies ? [{ name: 'polytag, one model', run: () => timed(() => tagAll(paths, null)) }] : []),
    ...theirs("musicnn's own extractor(), taggrams alone", 'extractor'),
    ...theirs('Python with the graph kept, batches of 16', 'kept'),
  ],
  3,
);
peer?.stop();
predictor.dispose();
