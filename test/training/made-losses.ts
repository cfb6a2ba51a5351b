/** What the conformance suite of the training knows of registries: the names of kinds and how losses are made. */
import { z } from 'zod';
import { categoricalCrossEntropy, type Loss, penalisedBinaryCrossEntropy } from '../../src/training/loss.js';

/** Names that the option `kind` of a schema may have. */
export function kindsOf(schema: z.ZodType): string[] {
  const kind = z.toJSONSchema(schema, { io: 'input' }).properties?.kind as { enum: string[] };
  return kind.enum;
}

/** Every loss with its defaults, and whether its labels exclude each other. */
export const LOSSES: [string, { loss: Loss; exclusive: boolean }][] = [
  ['penalised-bce', { loss: (y, z) => penalisedBinaryCrossEntropy(y, z, 1), exclusive: false }],
  ['penalised-bce, alpha 3', { loss: (y, z) => penalisedBinaryCrossEntropy(y, z, 3), exclusive: false }],
  ['cross-entropy', { loss: categoricalCrossEntropy, exclusive: true }],
];
