/** What a model reaches when its inputs are changed: `conditions.json` of a run. */
import type { Metrics } from '../metrics.js';
import type { TestCondition } from './schema.js';

/** The test part under one changed condition. */
export interface ConditionResult {
  name: string;
  condition: TestCondition;
  /** Null where the condition leaves no clip. */
  metrics: Metrics | null;
}
