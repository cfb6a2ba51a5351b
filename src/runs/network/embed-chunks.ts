/** Chunks of the test split with their embeddings and their sound, for the map of a report. */
import { decodeAudio } from '../../audio/decode.js';
import { mp3Address } from '../../audio/encode/encode.js';
import { randomGenerator } from '../../base/random.js';
import type { Config } from '../../config/schema.js';
import type { Example } from '../../data/dataset.js';
import { argmax } from '../../eval/decisions.js';
import type { EmbeddedChunk, EmbeddedChunks } from '../../eval/run-report.js';
import type { Task } from '../../models/heads/index.js';
import type { NetworkPredictor } from '../../models/predictor.js';
import type { Chunk } from '../../training/batches.js';
import type { Prepared } from '../../training/prepare.js';

/** Most seconds of a chunk that the page plays. */
const PLAYED = 3;

/** Sound for the ear alone: in Hz, and kbit/s. */
const SAMPLE_RATE = 22_050;
const BIT_RATE = 32;

/** Characters of addresses that the page may hold for the map. */
const BUDGET = 5_000_000;

/** Whether the report has a map; says so where the config asks for one and there can be none. */
export function hasMap(
  { evaluation }: Pick<Config, 'evaluation'>,
  task: Task,
  { embedding }: NetworkPredictor,
  onNote: (note: string) => void,
): boolean {
  if (evaluation.map === 0) return false;
  if (task === 'classification' && embedding !== null) return true;
  onNote(
    `evaluation.map: the report has no map, because ${embedding === null ? 'the model has no embedding' : 'the model does not predict classes'}.`,
  );
  return false;
}

/**
 * Embeds the chunks of a classifier's test split, or a random sample of `most` of them. `examples` is in the order of the
 * predictions. Chunks whose recording cannot be decoded, or for which there is no room, have no sound.
 */
export async function embedChunks(
  predictor: NetworkPredictor,
  { batches, inputs: { grid } }: Prepared,
  examples: readonly Example[],
  { most, seed, batchSize }: { most: number; seed: number; batchSize: number },
): Promise<EmbeddedChunks> {
  const all = examples.flatMap((example, row) => batches.chunksOf(example).map((chunk) => ({ chunk, row })));
  const drawn = randomGenerator(seed, 'map of chunks')
    .shuffle([...all.keys()])
    .slice(0, most);
  const taken = drawn.sort((a, b) => a - b).map((place) => all[place]);
  const width = predictor.embedding!;
  const embeddings = new Float32Array(taken.length * width);
  const chunks: EmbeddedChunk[] = [];
  for (let from = 0; from < taken.length; from += batchSize) {
    // Gives signals a turn.
    await new Promise((resolve) => setImmediate(resolve));
    const some = taken.slice(from, from + batchSize);
    const { scores, embedding } = predictor.predict(batches.windows(some.map(({ chunk }) => chunk)));
    embeddings.set(embedding!, from * width);
    const labels = scores.length / some.length;
    for (const [i, { chunk, row }] of some.entries())
      chunks.push({
        row,
        seconds: (chunk.start * grid.hopLength) / grid.sampleRate,
        decided: argmax(scores, i * labels, labels) - i * labels,
        audio: null,
      });
  }
  const seconds = Math.min(PLAYED, (grid.frames * grid.hopLength) / grid.sampleRate);
  const places = taken.map(({ chunk }) => chunk);
  // Where silence is cut out of a recording, a chunk's place in it is not known.
  if (!predictor.description.inputs.envelope) await addSound(chunks, places, seconds);
  return { embeddings, width, chunks, total: all.length };
}

/** Gives chunks the first seconds of their sound, recording by recording, while there is room. */
async function addSound(chunks: EmbeddedChunk[], taken: readonly Chunk[], seconds: number): Promise<void> {
  let left = BUDGET;
  let open = { id: '', samples: null as Float32Array | null };
  for (const [i, chunk] of chunks.entries()) {
    const { example } = taken[i];
    if (left <= 0 || example.audio === null) continue;
    if (open.id !== example.id) {
      const decoded = await decodeAudio(example.audio, { sampleRate: SAMPLE_RATE, mono: true }).catch(
        () => null,
      );
      open = { id: example.id, samples: decoded?.channels[0] ?? null };
    }
    const from = Math.round(chunk.seconds * SAMPLE_RATE);
    const samples = open.samples?.subarray(from, from + Math.round(seconds * SAMPLE_RATE));
    if (!samples || samples.length === 0) continue;
    chunk.audio = await mp3Address(samples, SAMPLE_RATE, BIT_RATE);
    left -= chunk.audio.length;
  }
}
