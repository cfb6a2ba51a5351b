/** The true and the found pitch of recordings, over time. */
import { type RecordingPitch, recordingsOf } from '../../../../eval/pitch/scores.js';
import type { PitchReport } from '../../../../eval/run-report.js';
import { VOICED } from '../../../../models/heads/pitch.js';
import { midiOf } from '../../../../transcription/segment.js';
import type { Chart } from '../../../charts/chart.js';

/** Most points of a curve in a page; of more, every n-th frame is drawn. */
const MOST_POINTS = 1500;

const short = (value: number, digits: number): number => Number(value.toFixed(digits));

/** A chart of one recording: the pitch in semitones, with gaps where a curve is unvoiced. */
export function curveChart({ id, times, truth, hertz, confidence }: RecordingPitch): Chart {
  const step = Math.max(1, Math.ceil(times.length / MOST_POINTS));
  const frames = Array.from(times.keys()).filter((t) => t % step === 0);
  const semitone = (hz: number, isVoiced: boolean): number | null => (isVoiced ? short(midiOf(hz), 2) : null);
  const line = (tone: number, name: string, width: number, y: (number | null)[]) => ({
    ...({ kind: 'line', tone, name, width } as const),
    ...{ x: frames.map((t) => short(times[t], 3)), y },
  });
  return {
    title: `Pitch of ${id}`,
    x: { title: 'seconds' },
    y: { title: 'MIDI number' },
    marks: [
      line(
        1,
        'truth',
        5,
        frames.map((t) => semitone(truth[t], truth[t] > 0)),
      ),
      line(
        0,
        'found',
        2,
        frames.map((t) => semitone(hertz[t], confidence[t] >= VOICED)),
      ),
    ].map((mark, i) => (i === 0 ? { ...mark, opacity: 0.45 } : mark)),
    height: 300,
  };
}

/** The recordings of the report's examples, from the best to the worst. */
export function shownRecordings({ examples, predictions }: PitchReport): RecordingPitch[] {
  const recordingOf = new Map(recordingsOf(predictions).map((recording) => [recording.id, recording]));
  return examples.flatMap(({ id }) => recordingOf.get(id) ?? []);
}

/** Charts of the examples, for a paper. */
export const curveCharts = (report: PitchReport): Chart[] =>
  shownRecordings(report).slice(0, 3).map(curveChart);
