/** What a study's module may export, and what is wrong with one that does not. */
import { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import { wrongValue } from '../../config/explain.js';
import { nearestKey } from '../../config/nearest.js';
import { valueAt } from '../../config/tree.js';
import { METRIC_NAMES } from '../../eval/difference/compared-metrics.js';

const name = z.string().regex(/^\w[\w.,=+-]*$/, 'must be letters, digits and _ . , = + -, as in "base"');
const names = z.array(z.string()).readonly();
const overrides = z.array(z.string()).readonly().default([]);
const published = Object.fromEntries(
  Object.keys(METRIC_NAMES).map((metric) => [metric, z.number().optional()]),
) as Record<keyof typeof METRIC_NAMES, z.ZodOptional<z.ZodNumber>>;

/** One number of a study. */
const place = z.strictObject({ panel: z.string(), group: z.string(), measure: z.string() });

/** Fills in `label`, which is the name where it is left out. */
const labelled = <Value extends { name: string; label?: string }>(value: Value) => ({
  ...value,
  label: value.label ?? value.name,
});

export const studySchema = z.strictObject({
  name,
  title: z.string().optional(),
  question: z.string().default(''),
  config: z.string(),
  panels: z
    .array(
      z
        .strictObject({ name, label: z.string().optional(), overrides, optional: z.boolean().optional() })
        .transform(labelled),
    )
    .min(1)
    .readonly(),
  groups: z
    .array(
      z
        .strictObject({
          name,
          label: z.string().optional(),
          overrides,
          panels: names.optional(),
          once: z.boolean().optional(),
        })
        .transform(labelled),
    )
    .min(1)
    .readonly(),
  quick: z
    .strictObject({
      seeds: z.int().positive().default(1),
      panels: names.optional(),
      groups: names.optional(),
      overrides,
    })
    .optional(),
  contrasts: z
    .array(
      z.strictObject({
        group: z.string(),
        minus: z.string(),
        published: z.strictObject({ ...published, source: z.string() }).optional(),
      }),
    )
    .readonly()
    .default([]),
  themes: z
    .array(z.strictObject({ title: z.string(), groups: names }))
    .readonly()
    .default([]),
  published: z
    .strictObject({
      source: z.string(),
      measures: z
        .array(z.strictObject({ name, label: z.string().optional(), paths: names }).transform(labelled))
        .min(1)
        .readonly(),
      rows: z
        .array(
          z.strictObject({ panel: z.string(), group: z.string(), values: z.record(z.string(), z.number()) }),
        )
        .readonly()
        .default([]),
      claims: z
        .array(z.strictObject({ text: z.string(), greater: place, less: place }))
        .readonly()
        .default([]),
    })
    .optional(),
  table: z
    .array(z.strictObject({ label: z.string(), panel: z.string(), group: z.string() }))
    .readonly()
    .optional(),
});

/**
 * A study as its module writes it. Left out: `title` and each `label` are the name, `question` is empty, `overrides`,
 * `contrasts` and `themes` are none.
 */
export type StudyInput = z.input<typeof studySchema>;

/** Checks keys and types; throws a UsageError with the first wrong key. `place`: the module, for the message. */
export function parseStudy(
  written: unknown,
  place: string,
): z.output<typeof studySchema> & { title: string } {
  const parsed = studySchema.safeParse(written);
  if (parsed.success) return { ...parsed.data, title: parsed.data.title ?? parsed.data.name };
  const [issue] = parsed.error.issues;
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const schema = z.toJSONSchema(studySchema, { io: 'input' });
    throw new UsageError(
      `${place}: there is no key "${[...path, issue.keys[0]].join('.')}"; ${nearestKey(path, issue.keys[0], written, schema)}.`,
    );
  }
  throw new UsageError(
    `${place}: ${path.join('.') || 'the study'} ${wrongValue(issue, valueAt(written, path), path)}.`,
  );
}
