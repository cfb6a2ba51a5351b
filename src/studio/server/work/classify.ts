/** The class of a recording: the verdict of `polytag classify`, and what the model says of each second. */

import { Failure } from '../../../base/errors.js';
import { classifyTracks } from '../../../catalogue/classify/classify-tracks.js';
import { readConfusion } from '../../../catalogue/classify/confusion.js';
import { type Verdict, verdictOf } from '../../../catalogue/classify/verdict.js';
import type { EmbeddedPeaks } from '../../../report/kit/timeline/data.js';
import { embedWaveform, PAGE_RATE } from '../../../report/kit/timeline/embed.js';
import { withModel } from './model.js';
import type { Tell } from './protocol.js';
import { byItsName, decodeSent, type SentRecording } from './recording.js';
import { scoreWindows, type WindowScores } from './windows.js';

/** A recording that is classified. */
export interface ClassifyRequest extends SentRecording {
  /** Folder of a run of classes, or name of a model. */
  model: string;
}

/** What the model says of a recording. */
export interface Classification {
  model: string;
  labels: string[];
  verdict: Exclude<Verdict, { probability?: undefined }>;
  /** Probabilities of the labels over time, of every window and not only of those that vote. */
  windows: WindowScores;
  waveform: EmbeddedPeaks;
  seconds: number;
}

/** What `polytag classify` draws by default. */
const VOTE = { snippets: 20, seed: 1 };

/**
 * Classifies a recording.
 *
 * @throws UsageError where the model is none of classes, or the recording is too long; Failure where it cannot be decoded
 */
export async function classifyRecording(request: ClassifyRequest, tell: Tell): Promise<Classification> {
  const { path, name, model } = request;
  try {
    const { samples } = await decodeSent(request, (share) => tell('decoding', 0.3 * share));
    const seconds = samples.length / PAGE_RATE;
    const { peaks } = embedWaveform(samples);
    return await withModel(model, async (predictor, folder) => {
      const confusion = await readConfusion(folder);
      tell('voting', 0.4);
      let verdict: Verdict | null = null;
      for await (const track of classifyTracks(predictor, [{ name, path }], VOTE))
        verdict = verdictOf(track, predictor.labels, confusion);
      if (verdict === null || verdict.error !== null)
        throw new Failure(verdict?.error ?? `${name} was not read.`);
      const { windows } = await scoreWindows(predictor, path, seconds, (share) =>
        tell('second by second', 0.7 + 0.3 * share),
      );
      const { labels, description } = predictor;
      return { model: description.name, labels, verdict, windows, waveform: peaks, seconds };
    });
  } catch (error) {
    throw byItsName(request, error);
  }
}
