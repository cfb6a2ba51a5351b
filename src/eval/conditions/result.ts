/** Results under changed test conditions: `conditions.json` of a run. */
import type { Metrics } from '../metrics.js';
import type { TestCondition } from './schema.js';

/** The test split under one changed condition. */
export interface ConditionResult {
  name: string;
  condition: TestCondition;
  /** Null where the condition leaves no clip. */
  metrics: Metrics | null;
}
