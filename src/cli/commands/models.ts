/** polytag models: published, imported and trained models: list, show, pull. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { modelsFolder } from '../../base/cache.js';
import { type Progress, startProgress } from '../../base/progress.js';
import { modelCard } from '../../catalogue/models/card.js';
import { listModels } from '../../catalogue/models/list.js';
import { PUBLISHED_NAMES, type PublishedName } from '../../catalogue/models/published.js';
import { pullModels } from '../../catalogue/models/pull.js';
import { findModel } from '../../catalogue/models/store.js';
import { MODEL_FILES, readModelDescription } from '../../training/stored-model.js';
import { alignColumns, printNote, printResult } from '../print.js';

const list: CommandModule<object, { reports: string; json: boolean }> = {
  command: 'list',
  describe: 'Models that can be pulled, are here, or came of runs',
  builder: (yargs) =>
    yargs
      .option('reports', {
        type: 'string',
        requiresArg: true,
        default: 'reports',
        describe: 'Folder that holds runs',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }),
  handler: async ({ reports, json }) => {
    const models = await listModels(reports);
    if (json) {
      printResult(JSON.stringify(models, null, 2));
      return;
    }
    const rows = models.map(({ name, state, architecture, labels, trainedOn }) => [
      name,
      state,
      architecture,
      labels === null ? '' : String(labels),
      trainedOn,
    ]);
    printResult(alignColumns([['model', 'state', 'network', 'labels', 'trained on'], ...rows]));
    printNote(`Models that were pulled or imported are in ${modelsFolder()}.`);
  },
};

const show: CommandModule<object, { model: string; json: boolean }> = {
  command: 'show <model>',
  describe: "A model's card: what it hears, its labels, where it comes from",
  builder: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name, or folder of a run' })
      .option('json', { type: 'boolean', default: false, describe: 'Print as JSON' }),
  handler: async ({ model, json }) => {
    const folder = await findModel(model);
    const description = await readModelDescription(folder);
    if (json) printResult((await readFile(join(folder, MODEL_FILES.description), 'utf8')).trimEnd());
    else printResult(`${modelCard(description)}\nFiles: ${folder}`);
  },
};

interface PullArguments {
  names: PublishedName[];
  from?: string;
  force: boolean;
}

const pull: CommandModule<object, PullArguments> = {
  command: 'pull <names..>',
  describe: 'Fetch published models with pip; the licence is shown',
  builder: (yargs) =>
    yargs
      .positional('names', {
        choices: PUBLISHED_NAMES,
        array: true,
        demandOption: true,
        describe: 'Which models',
      })
      .option('from', {
        type: 'string',
        requiresArg: true,
        describe: 'The package that holds the weights, where it is already here',
      })
      .option('force', { type: 'boolean', default: false, describe: 'Fetch also what is here' }),
  handler: async ({ names, from, force }) => {
    let bar: Progress | null = null;
    const onBytes = (done: number, total: number): void => {
      const [part, whole] = [done, total].map((bytes) => Math.round(bytes / 1e6));
      bar ??= startProgress('Downloading', whole, 'MB');
      bar.update(part);
    };
    const folders = await pullModels(names, { from, force, log: printNote, onBytes }).finally(() =>
      bar?.stop(),
    );
    for (const folder of folders) printResult(folder);
  },
};

export const models: CommandModule = {
  command: 'models',
  describe: 'Models: list, show, pull',
  builder: (yargs) =>
    yargs.command(list).command(show).command(pull).demandCommand(1, 'Say what to do: list, show or pull.'),
  handler: () => {},
};
