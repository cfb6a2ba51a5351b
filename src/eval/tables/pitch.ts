/** The tables of a run that finds pitch: its headline numbers and its recordings, for a spreadsheet and for a paper. */
import { type Cell, csvTable } from '../../base/text-tables.js';
import { PITCH_MEASURES, pitchMeasures } from '../pitch/scores.js';
import type { PitchReport } from '../run-report.js';
import { headlineTables } from './headline.js';

/** Makes the tables of a run that finds pitch. */
export function pitchTables(report: PitchReport): [string, string][] {
  const { metrics } = report;
  const headline: Cell[][] = [
    ...PITCH_MEASURES.map((measure): Cell[] => [
      pitchMeasures[measure].title,
      metrics[measure],
      ...(metrics[`${measure}_ci95`] ?? [null, null]),
    ]),
    [
      'overall accuracy of calling every frame unvoiced',
      metrics.unvoiced_baseline.overall_accuracy,
      null,
      null,
    ],
  ];
  return [
    ...headlineTables(report, headline),
    [
      'recordings.csv',
      csvTable(
        ['recording', 'frames', 'voiced', ...PITCH_MEASURES],
        metrics.per_recording.map((one) => [
          ...[one.recording, one.frames, one.voiced],
          ...PITCH_MEASURES.map((measure) => one[measure]),
        ]),
      ),
    ],
  ];
}
