/** A study's results, as its page, tables and record say them. */
import type { Study } from '../study.js';
import type { PanelResult } from './summary.js';

/** What came of a study. */
export interface StudyResult {
  study: Study;
  panels: PanelResult[];
  /** Overrides that every run had, as typed. */
  overrides: readonly string[];
  seeds: number;
  /** Runs that failed or are not there, in sentences. */
  missing: string[];
  /** Where the page of each panel's comparison lies, relative to the study's page. */
  comparisonPages: Record<string, string>;
}
