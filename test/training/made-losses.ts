/** What the conformance suite of the training knows of registries: the names of kinds and how losses are made. */
import { z } from 'zod';
import { type Loss, type LossKind, losses } from '../../src/training/loss.js';

/** Names that the option `kind` of a schema may have. */
export function kindsOf(schema: z.ZodType): string[] {
  const kind = z.toJSONSchema(schema, { io: 'input' }).properties?.kind as { enum: string[] };
  return kind.enum;
}

/** Options that make another loss of a kind, besides its defaults. */
const VARIANTS: Partial<Record<keyof typeof losses, object[]>> = {
  'penalised-bce': [{ alpha: 3 }],
  focal: [{ gamma: 0 }],
};

/** Losses of numbers and of pitch have no label to be sure of: test/training/loss.test.ts. */
const isOfLabels = (name: keyof typeof losses): boolean =>
  losses[name].task !== 'regression' && losses[name].task !== 'pitch';

/** Every loss of labels with its defaults and its variants, and whether its labels exclude each other. */
export const LOSSES = (Object.keys(losses) as (keyof typeof losses)[]).filter(isOfLabels).flatMap((name) =>
  [{}, ...(VARIANTS[name] ?? [])].map((variant): [string, { loss: Loss; exclusive: boolean }] => {
    const { options, task, make } = losses[name] as unknown as LossKind;
    const title = [name, ...Object.entries(variant).map((option) => option.join(' '))].join(', ');
    const loss = make(options.parse({ kind: name, ...variant }), {});
    return [title, { loss, exclusive: task === 'classification' }];
  }),
);
