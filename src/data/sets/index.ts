/** Every data set by the name that `data.set` gives it. */
import { z } from 'zod';
import type { Dataset } from '../dataset.js';
import { loadMtat, mtatOptions } from './mtat/dataset.js';
import { loadTracks } from './tracks/dataset.js';
import { tracksOptions } from './tracks/options.js';

/** A data set: its options and how it is loaded. */
interface DataSetKind<Schema extends z.ZodType> {
  options: Schema;
  load(options: z.output<Schema>): Promise<Dataset>;
}

const dataSets = {
  mtat: { options: mtatOptions, load: loadMtat } satisfies DataSetKind<typeof mtatOptions>,
  tracks: { options: tracksOptions, load: loadTracks } satisfies DataSetKind<typeof tracksOptions>,
};

/** What a config may say under `data`; without `set` it is MagnaTagATune. */
export const dataSchema = z.discriminatedUnion('set', [dataSets.mtat.options, dataSets.tracks.options]);

/** What a config says under `data`, with every default written out. */
export type DataOptions = z.output<typeof dataSchema>;

/**
 * Loads the data set that a config describes. Audio files are not opened.
 *
 * @param options - the config's `data`
 * @returns the examples with their targets
 * @throws UsageError when a file is missing or nothing is left
 */
export function loadDataset(options: DataOptions): Promise<Dataset> {
  const kind = dataSets[options.set] as DataSetKind<z.ZodType<DataOptions>>;
  return kind.load(options);
}
