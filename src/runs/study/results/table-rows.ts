/** The lines of the original's own table, with what came of them here. */
import type { StudyResult } from './study-result.js';
import type { GroupResult } from './summary.js';

/** A line of the table. */
export interface TableRow {
  label: string;
  /** The panel's label. */
  task: string;
  result: GroupResult;
  majorityAccuracy: number;
}

/**
 * The lines whose runs are there.
 *
 * @param result - what came of the study
 * @returns the lines in the study's order; none where the study has no such table
 */
export function tableRows({ study, panels }: StudyResult): TableRow[] {
  return (study.table ?? []).flatMap(({ label, panel: name, group }): TableRow[] => {
    const found = panels.find(({ panel }) => panel.name === name);
    const result = found?.groups.find((one) => one.name === group);
    if (!found || !result) return [];
    return [{ label, task: found.panel.label, result, majorityAccuracy: found.comparison.majorityAccuracy }];
  });
}
