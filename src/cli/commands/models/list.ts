/** `polytag models list`. */
import type { CommandModule } from 'yargs';
import { modelsFolder } from '../../../base/package.js';
import { alignColumns } from '../../../base/text-tables.js';
import { knownSize, listKnown } from '../../../hub/known/list.js';
import { listModels } from '../../../hub/list.js';
import { switchOption, textOr } from '../../arguments.js';
import { printNote, printResult } from '../../terminal.js';

/** Prints the known models, each extractor before its classifiers. */
async function printKnown(json: boolean): Promise<void> {
  const models = await listKnown();
  if (json) {
    printResult(JSON.stringify(models, null, 2));
    return;
  }
  const rows = models.map((known) => [
    known.name,
    known.state,
    known.what,
    known.needs ?? '',
    knownSize(known),
    known.licence.text.split(',')[0],
  ]);
  printResult(alignColumns([['model', 'state', 'what it is', 'needs', 'size', 'licence'], ...rows]));
  printNote('"polytag models show MODEL" has the address of one, its licence and why it is not supported.');
}

export const list: CommandModule<object, { reports: string; known: boolean; json: boolean }> = {
  command: 'list',
  describe: 'List the models that can be pulled, are installed, or were trained',
  builder: (yargs) =>
    yargs
      .option('reports', textOr('reports', 'Folder that holds runs'))
      .option(
        'known',
        switchOption('List the graphs of Essentia’s catalogue instead, of which the address is known'),
      )
      .option('json', switchOption('Print as JSON'))
      .example('$0 models list --known', 'What "models pull" fetches from Essentia’s catalogue')
      .example('$0 models list', 'Published, installed and trained models')
      .example('$0 models list --reports experiments/reports', 'With the runs of another folder'),
  handler: async ({ reports, known, json }) => {
    if (known) return printKnown(json);
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
