/** What the page of a sweep is about. */

import type { Rung } from '../../../runs/sweep/halving.js';
import type { SweepPlan } from '../../../runs/sweep/plan.js';
import type { SweptResult } from '../../../runs/sweep/results.js';

/** A sweep as its page shows it. */
export interface SweepReport {
  plan: SweepPlan;
  results: readonly SweptResult[];
  /** How settings were chosen, in words. */
  search: string;
  rungs: readonly Rung[];
  /** Runs at once, and threads of each; null where a cluster decides. */
  jobs: { count: number; threads: number } | null;
  dataset: { name: string; protocol: string; synthetic: string | null };
  /** Path of the comparison's page relative to this one; null where there is none. */
  comparison: string | null;
  notes: readonly string[];
}
