import { describe, expect, it } from 'vitest';
import { flatMetrics } from '../../../src/eval/flat-metrics.js';
import { metricNotes } from '../../../src/eval/format.js';
import { scoreMelody } from '../../../src/eval/harmony/melody-scores.js';
import { evaluatePitch } from '../../../src/eval/pitch/evaluate.js';
import { overallAccuracy, recordingsOf, scoreRecording } from '../../../src/eval/pitch/scores.js';
import type { PitchPredictions } from '../../../src/eval/predictions.js';
import { metricsSchema } from '../../../src/eval/stored.js';

const options = { protocol: 'made', split: 'test', seed: 1, bootstrapSamples: 200 };

/** Frames of recordings: [truth, Hz, confidence] each. */
function made(recordings: Record<string, [number, number, number][]>): PitchPredictions {
  const rows = Object.entries(recordings).flatMap(([id, frames]) =>
    frames.map((frame, t) => ({ id, frame, t })),
  );
  return {
    ...{ task: 'pitch', labels: ['hz', 'confidence'], ids: rows.map(({ id }) => id) },
    ...{ groups: rows.map(({ id }) => id), groupKind: 'clip' },
    times: Float64Array.from(rows, ({ t }) => 0.016 * t),
    scores: Float32Array.from(rows.flatMap(({ frame }) => frame.slice(1))),
    targets: Float64Array.from(rows.flatMap(({ frame: [truth] }) => [truth, truth > 0 ? 1 : 0])),
  };
}

const predictions = made({
  // Right, an octave off, right but called unvoiced, silence, a false alarm.
  one: [
    [220, 222, 0.9],
    [220, 440, 0.8],
    [220, 220, 0.2],
    [0, 220, 0.1],
    [0, 300, 0.7],
  ],
  two: [
    [330, 331, 0.9],
    [0, 100, 0.2],
  ],
});

describe('the metrics of pitch', () => {
  it('are counted by hand, recording by recording, and averaged', () => {
    const metrics = evaluatePitch(predictions, options);
    expect(metrics.per_recording[0]).toMatchObject({
      ...{ recording: 'one', frames: 5, voiced: 3, voicing_recall: 2 / 3, voicing_false_alarm: 1 / 2 },
      ...{ raw_pitch_accuracy: 2 / 3, raw_chroma_accuracy: 1, overall_accuracy: 2 / 5 },
    });
    expect(metrics).toMatchObject({ task: 'pitch', examples: 2, frames: 7, voiced_frames: 4 });
    expect(metrics.overall_accuracy).toBeCloseTo(0.7, 12);
    expect(metrics.unvoiced_baseline.overall_accuracy).toBeCloseTo((2 / 5 + 1 / 2) / 2, 12);
    expect(overallAccuracy(predictions)).toBe(metrics.overall_accuracy);
    const [low, high] = metrics.overall_accuracy_ci95!;
    expect([low, high]).toEqual([expect.closeTo(0.4, 9), 1]);
    expect(metrics.bootstrap).toEqual({ samples: 200, unit: 'clip', groups: 2 });
  });

  it('are those of mir_eval’s melody measures', () => {
    const [recording] = recordingsOf(predictions);
    const said = recording.hertz.map((hz, t) => (recording.confidence[t] >= 0.5 ? hz : -hz));
    const scores = scoreMelody(
      { times: recording.times, hertz: recording.truth },
      { times: recording.times, hertz: said },
    );
    expect(scoreRecording(recording)).toMatchObject({
      overall_accuracy: scores.overall,
      raw_pitch_accuracy: scores.rawPitch,
      voicing_false_alarm: scores.voicingFalseAlarm,
    });
  });

  it('leave recordings without a voiced frame out of what they do not define, and say so', () => {
    const silent = evaluatePitch(made({ one: [[220, 221, 0.9]], hush: [[0, 100, 0.1]] }), options);
    expect([silent.voicing_recall, silent.raw_pitch_accuracy, silent.voicing_false_alarm]).toEqual([1, 1, 0]);
    expect(metricNotes(silent)).toContain(
      '1 of 2 recordings of the test split have no voiced frame and are left out of voicing recall, raw pitch and raw chroma accuracy; the first is hush.',
    );
  });

  it('are read back, and have flat names', () => {
    const metrics = evaluatePitch(predictions, options);
    expect(metricsSchema.parse(JSON.parse(JSON.stringify(metrics)))).toEqual(metrics);
    expect(flatMetrics(metrics)).toMatchObject({ overall_accuracy: expect.closeTo(0.7, 12), frames: 7 });
    expect(() => metricsSchema.parse({ ...metrics, voiced_frames: 'many' })).toThrow();
  });

  it('refuse a pitch that is not a number', () => {
    const wrong = { ...predictions, scores: predictions.scores.map(() => Number.NaN) };
    expect(() => evaluatePitch(wrong, options)).toThrow('the model has diverged');
  });
});
