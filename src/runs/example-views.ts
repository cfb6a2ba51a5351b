/** The clips of a run that its report lets a person hear and look at. */
import { readFile } from 'node:fs/promises';
import type { Config } from '../config/schema.js';
import type { Example } from '../data/dataset.js';
import type { Predictions } from '../eval/predictions.js';
import type { AttentionView, ExampleView } from '../eval/run-report.js';
import { PADDING_ID } from '../models/branches/lyrics.js';
import type { TaggingModel } from '../models/model.js';
import { readLyrics } from '../text/files/read-lyrics.js';
import { attentionOf, type ClipAttention } from '../training/predict.js';
import type { Prepared } from '../training/prepare.js';

/**
 * Clips from the best predicted to the worst, evenly spread: a report of lucky clips would mislead.
 *
 * @param predictions - scores and truth
 * @param count - how many clips
 * @returns rows of the predictions
 */
export function spreadRows({ scores, targets, labels, ids }: Predictions, count: number): number[] {
  const width = labels.length;
  const loss = ids.map((_, row) => {
    let sum = 0;
    for (let i = row * width; i < (row + 1) * width; i++)
      sum -= Math.log(Math.max(1e-7, targets[i] ? scores[i] : 1 - scores[i]));
    return sum;
  });
  const order = ids.map((_, row) => row).sort((a, b) => loss[a] - loss[b] || a - b);
  const shown = Math.min(count, order.length);
  return Array.from(
    { length: shown },
    (_, i) => order[shown === 1 ? 0 : Math.round((i * (order.length - 1)) / (shown - 1))],
  );
}

/**
 * Collects what the report shows of some test clips.
 *
 * @param config - the run's config
 * @param prepared - the data
 * @param model - the trained network
 * @param examples - the test part, in the order of the predictions
 * @param predictions - their scores
 * @returns the clips, from the best predicted to the worst
 */
export async function exampleViews(
  config: Config,
  prepared: Prepared,
  model: TaggingModel,
  examples: Example[],
  predictions: Predictions,
): Promise<ExampleView[]> {
  const rows = spreadRows(predictions, config.evaluation.examples);
  return Promise.all(
    rows.map(async (row) => {
      const example = examples[row];
      return {
        id: example.id,
        title: example.title,
        artist: example.artist ?? '',
        audio: example.audio === null ? null : await readFile(example.audio).catch(() => null),
        mediaType: 'audio/mpeg',
        seconds: lengthOf(config, prepared, example),
        mel: melOf(config, prepared, example),
        attention: attentionOf(model, prepared.batches, example).map((part) =>
          viewOf(part, config, prepared, example),
        ),
        lyrics: example.lyrics === null ? null : await lyricsTextOf(example.lyrics),
        row,
      };
    }),
  );
}

/**
 * The text of a lyrics file.
 *
 * @param path - the file
 * @returns its text; null where nothing could be read
 */
export async function lyricsTextOf(path: string): Promise<string | null> {
  const lyrics = await readLyrics(path).catch(() => null);
  return lyrics === null || lyrics.problem !== null ? null : lyrics.text;
}

function lengthOf(config: Config, { store, chunk }: Prepared, { id }: Example): number {
  const { sample_rate, mel, waveform } = config.inputs;
  if (waveform) return store!.length('waveform', id) / sample_rate;
  if (mel) return (store!.length('mel', id) * chunk.hopLength) / sample_rate;
  return config.inputs.chunk_seconds;
}

function melOf({ inputs }: Config, { store }: Prepared, { id }: Example): ExampleView['mel'] {
  if (!inputs.mel) return null;
  const frames = store!.length('mel', id);
  const values = new Float32Array(frames * inputs.mel.bands);
  store!.read('mel', id, 0, values);
  return { values, frames, bands: inputs.mel.bands };
}

function viewOf(
  { branch, heads, steps, weights, chunks }: ClipAttention,
  { inputs }: Config,
  prepared: Prepared,
  { id }: Example,
): AttentionView {
  if (branch !== 'lyrics') {
    const { frames, hopLength } = prepared.chunk;
    return {
      branch,
      heads,
      steps,
      weights,
      fromSeconds: 0,
      toSeconds: (chunks * frames * hopLength) / inputs.sample_rate,
    };
  }
  const ids = [...prepared.tokenIds.get(id)!].filter((token) => token !== PADDING_ID);
  const kept = new Float32Array(heads * ids.length);
  for (let head = 0; head < heads; head++)
    kept.set(weights.subarray(head * steps, head * steps + ids.length), head * ids.length);
  return {
    branch,
    heads,
    steps: ids.length,
    weights: kept,
    tokens: ids.map((token) => prepared.vocabulary![token]),
  };
}
