/** polytag data prepare: computes the features of a data set before training. */

import type { CommandModule } from 'yargs';
import { loadConfig } from '../../config/load.js';
import { loadDataset } from '../../data/sets/index.js';
import { frozenModels, withFrozenModels } from '../../hub/frozen-models.js';
import { openConfigStore } from '../../training/features.js';
import { type ConfigArguments, configArguments, switchOption } from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';

interface PrepareArguments extends ConfigArguments {
  json: boolean;
}

export const prepare: CommandModule<object, PrepareArguments> = {
  command: 'prepare <config> [overrides..]',
  describe: 'Compute the features that a config needs; the same command resumes after an interruption',
  builder: (yargs) =>
    configArguments(yargs)
      .option('json', switchOption('Print the counts as JSON'))
      .example('$0 data prepare configs/mtat.yaml', 'Before a sweep, so that its runs find the features')
      .example('$0 data prepare configs/mtat.yaml data.root=PATH', 'Of another folder'),
  handler: async ({ config: path, overrides, json }) => {
    const config = await withFrozenModels(await loadConfig(path, overrides ?? []));
    const dataset = await loadDataset(config.data);
    dataset.notes.forEach(printNote);
    const begin = performance.now();
    const store = await interruptible((signal) =>
      openConfigStore(config, dataset, {
        ...{ signal, onNote: printNote },
        frozen: frozenModels(config.inputs, null),
      }),
    );
    const seconds = (performance.now() - begin) / 1000;
    const counts = {
      clips: dataset.examples.length,
      left_out: store?.damaged.length ?? 0,
      kept_in_part: store?.partial.length ?? 0,
      seconds: Math.round(seconds * 10) / 10,
    };
    store?.close();
    printResult(
      json
        ? JSON.stringify(
            {
              ...counts,
              kinds: Object.fromEntries(
                Object.entries(store?.features ?? {}).map(([name, { settings }]) => [name, settings]),
              ),
            },
            null,
            2,
          )
        : store
          ? `${counts.clips} clips are ready (${Object.keys(store.features).join(' and ')}), ${counts.left_out} left out, ${counts.kept_in_part} kept in part; ${counts.seconds} s`
          : 'This config uses no audio features.',
    );
  },
};
