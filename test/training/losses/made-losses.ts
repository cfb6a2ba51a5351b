/** What the conformance suite of the training knows of registries: the names of kinds and how losses are made. */
import { z } from 'zod';
import { isFor, type Loss, type LossKind, losses } from '../../../src/training/losses/index.js';

/** Names that the option `kind` of a schema may have. */
export function kindsOf(schema: z.ZodType): string[] {
  const kind = z.toJSONSchema(schema, { io: 'input' }).properties?.kind as { enum: string[] };
  return kind.enum;
}

/** Options that make another loss of a kind, besides its defaults. */
const VARIANTS: Partial<Record<keyof typeof losses, object[]>> = {
  'penalised-bce': [{ alpha: 3 }],
  focal: [{ gamma: 0 }],
  asymmetric: [{ margin: 0 }, { gamma_negative: 0 }],
  'class-balanced': [{ beta: 1 }],
};

/** Losses of numbers and of pitch have no label to be sure of: test/training/losses/losses.test.ts. */
const LABEL_TASKS = ['tagging', 'classification'] as const;

/** Every loss of labels with its defaults and its variants, for each of its tasks, and whether its labels exclude each other. */
export const LOSSES = (Object.keys(losses) as (keyof typeof losses)[]).flatMap((name) =>
  LABEL_TASKS.filter((task) => isFor(losses[name], task)).flatMap((task) =>
    [{}, ...(VARIANTS[name] ?? [])].map((variant): [string, { loss: Loss; exclusive: boolean }] => {
      const { options, make } = losses[name] as unknown as LossKind;
      const title = [`${name} of ${task}`, ...Object.entries(variant).map((option) => option.join(' '))];
      const counts = { positives: Float64Array.of(2, 5, 9), examples: 16 };
      const loss = make(options.parse({ kind: name, ...variant }), { task, counts });
      return [title.join(', '), { loss, exclusive: task === 'classification' }];
    }),
  ),
);
