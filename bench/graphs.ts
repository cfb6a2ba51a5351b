/**
 * Tagging by an ONNX graph of EfficientNet-B0's size (random weights), decoding and spectrograms included, beside onnxruntime
 * in Python, which runs the graph alone in the same batches. Run it by `npm run bench:graphs`, after
 * `polytag setup --onnx`. Read the ratios, not the times.
 *
 * POLYTAG_PEER_PYTHON names the Python (torch, onnx, onnxruntime, numpy); POLYTAG_BENCH_AUDIO a folder of MP3 files of half a
 * minute each.
 */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { tagTracks } from '../src/catalogue/tag/tag-tracks.js';
import { modelForThreads } from '../src/catalogue/tag/thread-predictor.js';
import { thresholdsFor } from '../src/catalogue/tag/top-tags.js';
import { currentEngine } from '../src/engine/engine.js';
import { importGraph } from '../src/hub/graph/import.js';
import { loadPredictor } from '../src/hub/model-folder.js';
import { startPeer } from './peers/python.js';
import { compare, timed } from './ratio.js';

/** Windows that tagging gives the graph at once. */
const BATCH = 8;
const LABELS = 400;
/** Times that every file is tagged in a round: the second that worker threads take to start is once for a catalogue. */
const REPEATS = 6;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const folder = process.env.POLYTAG_BENCH_AUDIO;
if (!folder) throw new Error('POLYTAG_BENCH_AUDIO must name a folder of MP3 files.');
const peer = startPeer('onnx_graph.py', ['torch', 'onnx', 'onnxruntime']);
if (!peer)
  throw new Error(
    'The graph is made in Python; POLYTAG_PEER_PYTHON must name one with torch and onnxruntime.',
  );
const files = (await readdir(folder))
  .filter((name) => name.endsWith('.mp3'))
  .map((name) => join(folder, name));

const paths = Array.from({ length: REPEATS }, () => files).flat();

const temporary = await mkdtemp(join(tmpdir(), 'polytag-bench-graphs-'));
try {
  const file = join(temporary, 'effnet-b0.onnx');
  await peer.ask({ mode: 'write', path: file, patches: 0 });
  const labels = join(temporary, 'labels.txt');
  await writeFile(labels, Array.from({ length: LABELS }, (_, i) => `label ${i}`).join('\n'));
  await importGraph({ file, labels, frontend: 'effnet-discogs', folder: temporary, log: say });

  const begin = performance.now();
  const predictor = await loadPredictor('effnet-b0', temporary);
  const thresholds = thresholdsFor(LABELS, null, null).values;
  let patches = 0;
  const copies = modelForThreads([join(temporary, 'effnet-b0')], currentEngine(), predictor);
  const tagAll = async (tracks: string[], model = copies): Promise<number> => {
    patches = 0;
    const options = { tops: { thresholds, atLeastOne: true, count: null }, embedding: true, model };
    for await (const row of tagTracks(predictor, predictor.description.inputs, tracks, {
      ...options,
      onWindow: () => {
        patches++;
      },
    }))
      if (row.error !== null) throw new Error(row.error);
    return patches;
  };
  say(`${cpus()[0].model}, ${availableParallelism()} threads, Node ${process.version}`);
  await tagAll(paths.slice(0, 1), null);
  say(`First track ${((performance.now() - begin) / 1000).toFixed(1)} s after the model was asked for`);
  await tagAll(paths);
  const threads = availableParallelism();
  await compare(
    `${paths.length} recordings in MP3, ${patches} patches in batches of ${BATCH}`,
    [
      { name: `polytag by ${predictor.engine}, a copy per thread`, run: () => timed(() => tagAll(paths)) },
      { name: 'polytag, one for all threads', run: () => timed(() => tagAll(paths, null)) },
      {
        name: 'onnxruntime in Python, the graph alone',
        run: () => peer.ask({ mode: 'run', path: file, patches, batch: BATCH, threads }),
      },
    ],
    3,
    'patches a second',
  );
  predictor.dispose();
} finally {
  peer.stop();
  await rm(temporary, { recursive: true, force: true });
}
