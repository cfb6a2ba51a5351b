/** Every data set by the name that `data.set` gives it. */
import type { z } from 'zod';
import { derived, unionOfOptions } from '../../base/registry.js';
import type { DataSet } from '../data-set.js';
import type { Dataset } from '../dataset.js';
import { artist20 } from './artist20.js';
import { folder } from './folder.js';
import { gtzan } from './gtzan.js';
import { hums } from './hums.js';
import { mtat } from './magnatagatune.js';
import { mtgJamendo } from './mtg-jamendo.js';
import { tracks } from './tracks.js';

/** Adding a data set is one file and one line here: the config schema and `polytag data NAME` follow. */
export const dataSets = { mtat, 'mtg-jamendo': mtgJamendo, gtzan, artist20, hums, folder, tracks };

/** Schema of `data` in a config; without `set` it is MagnaTagATune. */
export const dataSchema = derived(() => unionOfOptions('set', dataSets));

/** `data` of a config with every default written out. */
export type DataOptions = z.output<ReturnType<typeof dataSchema>>;

/**
 * Loads the data set of a config without opening audio. Throws a UsageError when a file is missing or nothing is left.
 */
export function loadDataset(options: DataOptions): Promise<Dataset> {
  const set: DataSet = dataSets[options.set];
  return set.load(options);
}
