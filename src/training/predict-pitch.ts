/** A network's pitch of every frame of whole recordings, with the truth. */

import type { Example } from '../data/dataset.js';
import { hertzAt } from '../data/pitch-curve.js';
import type { PitchPredictions } from '../eval/predictions.js';
import { PITCH_LABELS } from '../models/heads/pitch.js';
import type { Chunk } from './batches.js';

/** Steps of one chunk: when they are in the recording, and their Hz and confidence in turn. */
export interface ChunkPitch {
  chunk: Chunk;
  times: Float64Array;
  scores: Float32Array;
}

/**
 * Joins the chunks of recordings, which follow each other by example: of steps that two chunks have, the first one's;
 * none behind the end of the recording.
 *
 * @param secondsOf - length of an example
 */
export function joinPitch(
  chunks: readonly ChunkPitch[],
  secondsOf: (example: Example) => number,
): PitchPredictions {
  const ids: string[] = [];
  const times: number[] = [];
  const scores: number[] = [];
  const targets: number[] = [];
  let last = { id: '', time: Number.NEGATIVE_INFINITY };
  for (const { chunk, times: at, scores: said } of chunks) {
    const { example } = chunk;
    if (example.id !== last.id) last = { id: example.id, time: Number.NEGATIVE_INFINITY };
    const end = secondsOf(example);
    for (const [step, time] of at.entries()) {
      if (time <= last.time + 1e-9 || time >= end) continue;
      const hertz = hertzAt(example.pitch!, time);
      ids.push(example.id);
      times.push(time);
      scores.push(said[2 * step], said[2 * step + 1]);
      targets.push(hertz, hertz > 0 ? 1 : 0);
      last.time = time;
    }
  }
  return {
    task: 'pitch',
    labels: [...PITCH_LABELS],
    ids,
    groups: [],
    groupKind: 'clip',
    times: Float64Array.from(times),
    scores: Float32Array.from(scores),
    targets: Float64Array.from(targets),
  };
}
