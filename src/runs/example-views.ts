/** Test clips that a run's report shows and plays. */
import { readFile } from 'node:fs/promises';
import { mediaTypeOf } from '../audio/media-types.js';
import type { Config } from '../config/schema.js';
import type { Example } from '../data/dataset.js';
import { crossEntropy } from '../eval/cross-entropy.js';
import { recordingsOf, scoreRecording } from '../eval/pitch/scores.js';
import type {
  AnyPredictions,
  ExamplePredictions,
  NumberPredictions,
  PitchPredictions,
  Predictions,
} from '../eval/predictions.js';
import type { AttentionView, ExampleView, Spectrogram } from '../eval/run-report.js';
import { gridLane } from '../inputs/cutter.js';
import { isSamples } from '../inputs/kind.js';
import { lyricsEncoding } from '../inputs/schema.js';
import type { AudioInput } from '../inputs/window.js';
import type { ClipAttention } from '../models/attention.js';
import { PADDING_ID } from '../models/branches/lyrics.js';
import { measureScale } from '../models/heads/target-scale.js';
import type { NetworkPredictor } from '../models/predictor.js';
import { readLyrics } from '../text/files/read-lyrics.js';
import type { Prepared } from '../training/prepare.js';

/** Clips evenly spread from the best predicted to the worst, so that the selection does not mislead. */
export function spreadRows(predictions: AnyPredictions, count: number): number[] {
  const { ids } = predictions;
  if (predictions.task === 'pitch') return spreadRecordings(predictions, count);
  const loss = predictions.task === 'regression' ? standardErrors(predictions) : crossEntropies(predictions);
  const order = ids.map((_, row) => row).sort((a, b) => loss[a] - loss[b] || a - b);
  return spreadEvenly(order, count);
}

/** Some of a list, at even distances from the first to the last. */
function spreadEvenly<Item>(order: readonly Item[], count: number): Item[] {
  const shown = Math.min(count, order.length);
  return Array.from(
    { length: shown },
    (_, i) => order[shown === 1 ? 0 : Math.round((i * (order.length - 1)) / (shown - 1))],
  );
}

/** The same of recordings, by their overall accuracy; the rows are those of their first frames. */
function spreadRecordings(predictions: PitchPredictions, count: number): number[] {
  let row = 0;
  const recordings = recordingsOf(predictions).map((recording) => {
    const first = row;
    row += recording.times.length;
    return { first, accuracy: scoreRecording(recording).overall_accuracy ?? 0 };
  });
  const order = recordings.sort((a, b) => b.accuracy - a.accuracy || a.first - b.first);
  return spreadEvenly(order, count).map(({ first }) => first);
}

function crossEntropies({ scores, targets, labels, ids }: Predictions): number[] {
  const width = labels.length;
  // Of classes, each counts as a decision here.
  const decisions = { task: 'tagging', scores, targets } as const;
  return ids.map((_, row) =>
    crossEntropy(decisions, { from: row * width, to: (row + 1) * width, least: 1e-7 }),
  );
}

/** Mean squared error of each row over its known targets, in units of their deviations in the split. */
function standardErrors({ scores, targets, labels, ids }: NumberPredictions): number[] {
  const { deviations } = measureScale(targets, labels.length);
  return ids.map((_, row) => {
    const errors = deviations
      .map((deviation, j) => {
        const at = row * labels.length + j;
        return ((scores[at] - targets[at]) / deviation) ** 2;
      })
      .filter((error) => !Number.isNaN(error));
    return errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
  });
}

/**
 * Collects some test clips for the report, from the best predicted to the worst; `examples` is in the order of the
 * predictions.
 */
export async function exampleViews(
  config: Config,
  prepared: Prepared,
  predictor: NetworkPredictor,
  examples: Example[],
  predictions: AnyPredictions,
): Promise<ExampleView[]> {
  const rows = spreadRows(predictions, config.evaluation.examples);
  const exampleOf = new Map(examples.map((example) => [example.id, example]));
  return Promise.all(
    rows.map(async (row) => {
      const example = exampleOf.get(predictions.ids[row])!;
      return {
        id: example.id,
        title: example.title,
        artist: example.artist ?? '',
        audio: example.audio === null ? null : await readFile(example.audio).catch(() => null),
        mediaType: mediaTypeOf(example.audio ?? '') ?? 'audio/mpeg',
        seconds: lengthOf(prepared, example),
        mel: spectrogramOf(prepared, example),
        attention: attentionOf(predictor, prepared, example).map((part) => viewOf(part, prepared, example)),
        lyrics: example.lyrics === null ? null : await lyricsTextOf(example.lyrics, config),
        row,
      };
    }),
  );
}

/**
 * The same of a model that has no spectrogram or attention to show, such as a baseline: what is known of each clip, and its
 * files where they are there.
 */
export function clipViews(
  config: Config,
  examples: readonly Example[],
  predictions: ExamplePredictions,
): Promise<ExampleView[]> {
  return Promise.all(
    spreadRows(predictions, config.evaluation.examples).map(async (row) => {
      const { id, title, artist, audio, lyrics } = examples[row];
      return {
        id,
        title,
        artist: artist ?? '',
        audio: audio === null ? null : await readFile(audio).catch(() => null),
        mediaType: mediaTypeOf(audio ?? '') ?? 'audio/mpeg',
        seconds: 0,
        mel: null,
        attention: [],
        lyrics: lyrics === null ? null : await lyricsTextOf(lyrics, config),
        row,
      };
    }),
  );
}

/** Text of a lyrics file, as the config's text input reads it; null where nothing could be read. */
export async function lyricsTextOf(path: string, config: Config): Promise<string | null> {
  const lyrics = await readLyrics(path, {}, lyricsEncoding(config.inputs)).catch(() => null);
  return lyrics === null || lyrics.problem !== null ? null : lyrics.text;
}

const audioInputs = ({ inputs }: Prepared): AudioInput[] =>
  inputs.list.filter((input) => input.source === 'audio');

function attentionOf(predictor: NetworkPredictor, { batches }: Prepared, example: Example): ClipAttention[] {
  const chunks = batches.chunksOf(example);
  return (
    predictor.attention?.(
      batches.windows(chunks),
      chunks.map(({ start }) => start),
    ) ?? []
  );
}

/** Seconds of a recording; of a window where there is no audio. */
function lengthOf(prepared: Prepared, { id }: Example): number {
  const { store, inputs } = prepared;
  const { sampleRate, hopLength, frames } = inputs.grid;
  const audio = audioInputs(prepared);
  const samples = audio.find(({ feature }) => isSamples(feature));
  if (samples) return store!.length(samples.name, id) / sampleRate;
  if (audio.length === 0) return (frames * hopLength) / sampleRate;
  const { name } = gridLane(audio, (input) => input);
  return (store!.length(name, id) * hopLength) / sampleRate;
}

function spectrogramOf(prepared: Prepared, { id }: Example): Spectrogram | null {
  const { store, inputs } = prepared;
  const input = audioInputs(prepared).find(({ kind }) => kind.isSpectrogram);
  if (!input) return null;
  const rows = store!.length(input.name, id);
  // Frames of a window alone need a window's samples.
  const least = input.window ? inputs.grid.frames * inputs.grid.hopLength : 0;
  const stored = new Float32Array(Math.max(rows, least) * input.feature.width);
  store!.read(input.name, id, 0, stored);
  const values = input.window ? input.window.compute(stored) : stored;
  return { values, frames: values.length / input.size.width, bands: input.size.width };
}

function viewOf(
  { branch, input, heads, steps, weights, chunks }: ClipAttention,
  { inputs: { grid }, texts }: Prepared,
  { id }: Example,
): AttentionView {
  const text = texts[input];
  if (!text) {
    const toSeconds = (chunks * grid.frames * grid.hopLength) / grid.sampleRate;
    return { branch, heads, steps, weights, fromSeconds: 0, toSeconds };
  }
  const ids = [...text.tokenIds.get(id)!].filter((token) => token !== PADDING_ID);
  const kept = new Float32Array(heads * ids.length);
  for (let head = 0; head < heads; head++)
    kept.set(weights.subarray(head * steps, head * steps + ids.length), head * ids.length);
  return {
    branch,
    heads,
    steps: ids.length,
    weights: kept,
    tokens: ids.map((token) => text.vocabulary[token]),
  };
}
