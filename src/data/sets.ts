/** Every data set by the name that `data.set` gives it. */
import type { z } from 'zod';
import type { Dataset } from './dataset.js';
import { loadMtat, mtatOptions } from './mtat/dataset.js';

/** A data set: its options and how it is loaded. */
interface DataSetKind<Schema extends z.ZodType> {
  options: Schema;
  load(options: z.output<Schema>): Promise<Dataset>;
}

export const dataSets = {
  mtat: { options: mtatOptions, load: loadMtat } satisfies DataSetKind<typeof mtatOptions>,
};

/** Name of a data set. */
export type DataSetName = keyof typeof dataSets;
