/** The records of a run as they are read back: a file that another program or a disk changed is refused. */
import { z } from 'zod';
import type { Interval, Metrics, RankMetric } from './metrics.js';
import { PITCH_MEASURES } from './pitch/scores.js';
import { REGRESSION_METRICS } from './regression/scores.js';
import type { AnyMetrics, ConditionResult, EpochRecord } from './run-report.js';

const number = z.number().nullable();
const interval: z.ZodType<Interval | null> = z.tuple([z.number(), z.number()]).nullable();
const counted = z.number().int().nonnegative();

const rank: z.ZodType<RankMetric> = z.looseObject({
  macro: number,
  micro: number,
  weighted: number,
  ci95: interval,
});

const common = {
  protocol: z.string(),
  split: z.string(),
  examples: counted,
  bootstrap: z.looseObject({ samples: counted, unit: z.string(), groups: counted }),
};

const measured = z.looseObject({ value: number, ci95: interval });

const retrieval = z.looseObject({
  database: counted,
  queries: counted,
  without_relevant: counted,
  rankings: z
    .array(
      z.looseObject({
        method: z.string(),
        bits: counted.nullable(),
        bytes: counted,
        query_us: z.number(),
        map: measured,
        precision_at: z.record(z.string(), measured),
        within_radius: z
          .looseObject({ radius: z.number(), precision: measured, recall: measured, empty: number })
          .nullable(),
        by_label: z.array(z.looseObject({ label: z.string(), queries: counted, map: number })),
      }),
    )
    .min(1),
  skipped: z.array(z.looseObject({ method: z.string(), bits: counted, reason: z.string() })),
});

const labelMetrics = z.looseObject({
  ...common,
  task: z.enum(['tagging', 'classification']),
  labels: counted,
  undefined_labels: z.array(z.string()),
  roc_auc: rank,
  pr_auc: rank,
  accuracy: z.number(),
  accuracy_ci95: interval,
  f1: z.looseObject({ macro: z.number(), micro: z.number(), weighted: z.number(), ci95: interval }),
  majority_baseline: z.looseObject({ accuracy: z.number() }),
  confusion: z.array(z.array(z.number())).nullable(),
  per_label: z.array(
    z.looseObject({
      label: z.string(),
      positives: counted,
      roc_auc: number,
      pr_auc: number,
      f1: z.number(),
      threshold: number,
    }) satisfies z.ZodType<Metrics['per_label'][number]>,
  ),
  retrieval: retrieval.optional(),
});

const macroMetric = z.looseObject({ macro: number, ci95: interval });

const numberMetrics = z.looseObject({
  ...common,
  task: z.literal('regression'),
  targets: counted,
  undefined_targets: z.array(z.string()),
  mean_baseline: z.looseObject({ rmse: number }),
  per_target: z.array(z.looseObject({ target: z.string(), values: counted })),
  ...Object.fromEntries(REGRESSION_METRICS.map((name) => [name, macroMetric])),
});

const pitchMetrics = z.looseObject({
  ...common,
  task: z.literal('pitch'),
  frames: counted,
  voiced_frames: counted,
  unvoiced_baseline: z.looseObject({ overall_accuracy: z.number() }),
  per_recording: z.array(z.looseObject({ recording: z.string(), frames: counted, voiced: counted })),
  ...Object.fromEntries(
    PITCH_MEASURES.flatMap((measure): [string, z.ZodType][] => [
      [measure, number],
      [`${measure}_ci95`, interval],
    ]),
  ),
});

/** The content of `metrics.json`; keys that are not known are kept. */
export const metricsSchema = z.discriminatedUnion('task', [
  labelMetrics,
  numberMetrics,
  pitchMetrics,
]) as unknown as z.ZodType<AnyMetrics>;

/** The content of `environment.json`. */
export const environmentSchema = z.record(z.string(), z.unknown());

/** A line of `log.jsonl`. */
export const epochSchema = z.object({
  epoch: z.number(),
  train_loss: z.number(),
  validation_loss: z.number(),
  metric: z.string(),
  validation_metric: z.number().nullable(),
  learning_rate: z.number(),
  phase: z.number().optional(),
  averaged: z.boolean().optional(),
  seconds: z.number(),
}) satisfies z.ZodType<EpochRecord>;

/** The content of `conditions.json`. */
export const conditionsSchema = z.looseObject({
  conditions: z.array(
    z.looseObject({
      name: z.string(),
      condition: z.record(z.string(), z.unknown()),
      metrics: metricsSchema.nullable(),
    }),
  ),
}) as unknown as z.ZodType<{ conditions: ConditionResult<AnyMetrics>[] }>;
