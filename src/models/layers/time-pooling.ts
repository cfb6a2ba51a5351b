/** The option of branches that pool over time after each convolution. */
import { z } from 'zod';

/** Absent in models from before there was a choice, as true. */
export const timePooling = z
  .boolean()
  .optional()
  .describe(
    'Whether the poolings are over time too; false keeps a step per frame, as model.pitch needs for one pitch per frame. Default: true.',
  );
