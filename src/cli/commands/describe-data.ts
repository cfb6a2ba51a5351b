/** polytag data describe: what a config's data set holds, before training. */
import type { CommandModule } from 'yargs';
import { summarise } from '../../data/import-summary.js';
import { loadDataset } from '../../data/sets/index.js';
import { type ConfigArguments, configArguments, switchOption } from '../arguments.js';
import { printNote, printResult } from '../terminal.js';

interface DescribeArguments extends ConfigArguments {
  json: boolean;
}

export const describeData: CommandModule<object, DescribeArguments> = {
  command: 'describe <config> [overrides..]',
  describe: 'Count the examples of each split and label of a config, and say what is left out',
  builder: (yargs) =>
    configArguments(yargs)
      .option('json', switchOption('Print the counts as JSON'))
      .example('$0 data describe configs/crnn-artist.yaml data.root=PATH', 'Songs of each artist')
      .example('$0 data describe configs/crnn-artist.yaml data.split.kind=album', 'Of another split'),
  handler: async ({ config: path, overrides, json }) => {
    const { loadConfig } = await import('../../config/load.js');
    const config = await loadConfig(path, overrides ?? []);
    const { report, lines, warnings } = await summarise(await loadDataset(config.data));
    for (const line of json ? [JSON.stringify(report, null, 2)] : lines) printResult(line);
    for (const warning of warnings) printNote(`Warning: ${warning}.`);
  },
};
