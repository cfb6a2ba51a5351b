/** Options that several inputs have. */
import { z } from 'zod';

/** Length of a transform. */
export const powerOfTwo = z
  .int()
  .min(4)
  .refine((n) => (n & (n - 1)) === 0, 'must be a power of two');

/** Standardisation of the model's input; the feature store keeps the numbers as they are. */
export const standardise = z
  .enum(['none', 'per-clip', 'per-band'])
  .optional()
  .describe(
    'per-clip: each window to mean 0 and deviation 1; per-band: each band by its mean and deviation over the training split, which the model keeps. Default: none.',
  );
