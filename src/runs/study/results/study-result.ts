/** A study's results, for its page, tables and record. */
import type { ConstantAnswer } from '../../../eval/difference/compared-metrics.js';
import type { Study } from '../study.js';
import type { GroupResult, PanelResult } from './summary.js';

export interface StudyResult {
  study: Study;
  panels: PanelResult[];
  /** Overrides of every run, as typed. */
  overrides: readonly string[];
  seeds: number;
  /** Sentences on runs that failed or are missing. */
  missing: string[];
}

export interface TableRow {
  label: string;
  task: string;
  result: GroupResult;
  constant: ConstantAnswer;
}

/** The rows whose runs exist, in the study's order; none where the study has no such table. */
export function tableRows({ study, panels }: StudyResult): TableRow[] {
  return (study.table ?? []).flatMap(({ label, panel: name, group }): TableRow[] => {
    const found = panels.find(({ panel }) => panel.name === name);
    const result = found?.groups.find((one) => one.name === group);
    if (!found || !result) return [];
    return [{ label, task: found.panel.label, result, constant: found.comparison.constant }];
  });
}
