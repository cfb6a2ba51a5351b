/** polytag models: published, imported and trained models. */
import type { CommandModule } from 'yargs';
import { exportCommand } from './export.js';
import { importCommand } from './import.js';
import { list } from './list.js';
import { pull } from './pull.js';
import { show } from './show.js';

export const models: CommandModule = {
  command: 'models',
  describe: 'Models: list, show, pull, import, export',
  builder: (yargs) =>
    yargs
      .command(list)
      .command(show)
      .command(pull)
      .command(importCommand)
      .command(exportCommand)
      .example('$0 models list', 'What there is')
      .example('$0 models pull musicnn-mtt', 'Fetch a published model')
      .demandCommand(1, 'Give a command: list, show, pull, import or export.'),
  handler: () => {},
};
