/** polytag data prepare: computes the features of a data set before training. */
import type { CommandModule } from 'yargs';
import { type ConfigArguments, configArguments, switchOption } from '../arguments.js';
import { printResult } from '../terminal.js';

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
    const { prepareFeatures } = await import('../prepare-features.js');
    const { kinds, ...counts } = await prepareFeatures(path, overrides ?? []);
    if (json) printResult(JSON.stringify({ ...counts, kinds: kinds ?? {} }, null, 2));
    else
      printResult(
        kinds
          ? `${counts.clips} clips are ready (${Object.keys(kinds).join(' and ')}), ${counts.left_out} left out, ${counts.kept_in_part} kept in part; ${counts.seconds} s`
          : 'This config uses no audio features.',
      );
  },
};
