/** How well the pitch of recordings is found: mir_eval's melody measures of each, and their means. */
import { VOICED } from '../../models/heads/pitch.js';
import { type MelodyScores, scoreMelody } from '../harmony/melody-scores.js';
import { meanOfDefined } from '../means.js';
import type { PitchPredictions } from '../predictions.js';

/** Every measure by its key in `metrics.json`: its name in pages and tables, and mir_eval's score. */
export const pitchMeasures = {
  overall_accuracy: { title: 'overall accuracy', of: 'overall' },
  raw_pitch_accuracy: { title: 'raw pitch accuracy', of: 'rawPitch' },
  raw_chroma_accuracy: { title: 'raw chroma accuracy', of: 'rawChroma' },
  voicing_recall: { title: 'voicing recall', of: 'voicingRecall' },
  voicing_false_alarm: { title: 'voicing false alarm', of: 'voicingFalseAlarm', lowerIsBetter: true },
} as const satisfies Record<string, { title: string; of: keyof MelodyScores; lowerIsBetter?: true }>;

/** Key of a measure. */
export type PitchMeasure = keyof typeof pitchMeasures;

export const PITCH_MEASURES = Object.keys(pitchMeasures) as PitchMeasure[];

/** A value for each measure. */
export type PerPitchMeasure<Value> = Record<PitchMeasure, Value>;

/** Makes a value for each measure. */
export function perPitchMeasure<Value>(make: (measure: PitchMeasure) => Value): PerPitchMeasure<Value> {
  return Object.fromEntries(PITCH_MEASURES.map((measure) => [measure, make(measure)])) as never;
}

/** The frames of one recording. */
export interface RecordingPitch {
  id: string;
  /** What it is drawn together with in the bootstrap. */
  group: string;
  times: Float64Array;
  /** Hz, 0 where unvoiced. */
  truth: Float64Array;
  /** Hz at every frame, voiced or not, and the probability that it is voiced. */
  hertz: Float64Array;
  confidence: Float64Array;
}

/** The recordings of predictions, in their order; the frames of one follow each other. */
export function recordingsOf({ ids, groups, times, targets, scores }: PitchPredictions): RecordingPitch[] {
  const recordings: RecordingPitch[] = [];
  for (let begin = 0; begin < ids.length; ) {
    let end = begin + 1;
    while (end < ids.length && ids[end] === ids[begin]) end++;
    const column = (values: ArrayLike<number>, j: number): Float64Array =>
      Float64Array.from({ length: end - begin }, (_, t) => values[2 * (begin + t) + j]);
    recordings.push({
      ...{ id: ids[begin], group: groups[begin], times: times.slice(begin, end) },
      ...{ truth: column(targets, 0), hertz: column(scores, 0), confidence: column(scores, 1) },
    });
    begin = end;
  }
  return recordings;
}

/** Measures of a recording; null where undefined: those of voiced frames without one, false alarms without an unvoiced one. */
export function scoreRecording({
  times,
  truth,
  hertz,
  confidence,
}: RecordingPitch): PerPitchMeasure<number | null> {
  const said = hertz.map((hz, t) => (confidence[t] >= VOICED ? hz : -hz));
  const scores = scoreMelody({ times, hertz: truth }, { times, hertz: said });
  const voiced = truth.reduce((count, hz) => count + Number(hz > 0), 0);
  return perPitchMeasure((measure) => {
    const isDefined =
      measure === 'overall_accuracy' ||
      (measure === 'voicing_false_alarm' ? voiced < truth.length : voiced > 0);
    return isDefined ? scores[pitchMeasures[measure].of] : null;
  });
}

/** Means over recordings, which may be weighted; null where no recording has a measure. */
export const meanScores = (
  scores: readonly PerPitchMeasure<number | null>[],
  weights?: ArrayLike<number>,
): PerPitchMeasure<number | null> =>
  perPitchMeasure((measure) =>
    meanOfDefined(
      scores.map((own) => own[measure]),
      weights,
    ),
  );

/** The mean overall accuracy, which early stopping follows. */
export const overallAccuracy = (predictions: PitchPredictions): number | null =>
  meanScores(recordingsOf(predictions).map(scoreRecording)).overall_accuracy;
