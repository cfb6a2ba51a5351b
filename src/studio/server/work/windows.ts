/** A model's scores of a recording over time. */

import { Failure } from '../../../base/errors.js';
import type { TagRow } from '../../../catalogue/row.js';
import { tagTracks } from '../../../catalogue/tag/tag-tracks.js';
import { topTagsOf } from '../../../catalogue/tag/top-tags.js';
import type { Predictor } from '../../../models/predictor.js';

/** Scores of windows, in order of time. */
export interface WindowScores {
  /** Seconds that a window lasts. */
  window_seconds: number;
  /** Seconds at which each begins. */
  starts: number[];
  /** By window and label; four decimals. */
  scores: number[][];
}

/**
 * Scores every window of a recording.
 *
 * @param seconds - of the recording, for the progress
 * @throws Failure for a recording that cannot be decoded
 */
export async function scoreWindows(
  predictor: Predictor,
  path: string,
  seconds: number,
  onShare: (share: number) => void,
): Promise<{ row: TagRow & { scores: Float32Array }; windows: WindowScores }> {
  const { frames, hopLength, sampleRate } = predictor.inputs.grid;
  const windows: WindowScores = { window_seconds: (frames * hopLength) / sampleRate, starts: [], scores: [] };
  const { tops } = topTagsOf(predictor.description, predictor.labels, { threshold: null });
  const rows = tagTracks(predictor, predictor.description.inputs, [path], {
    tops,
    embedding: false,
    onWindow: (_, frame, scores) => {
      const start = (frame * hopLength) / sampleRate;
      windows.starts.push(Number(start.toFixed(3)));
      windows.scores.push(Array.from(scores, (score) => Number(score.toFixed(4))));
      onShare(Math.min(1, (start + windows.window_seconds) / seconds));
    },
  });
  for await (const { error, scores, ...row } of rows) {
    if (error !== null || scores === null) throw new Failure(error ?? `${path} has no scores.`);
    return { row: { ...row, error, scores }, windows };
  }
  throw new Failure(`${path} was not read.`);
}
