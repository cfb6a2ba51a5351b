/** polytag models: published, imported and trained models. */
import type { CommandModule } from 'yargs';
import { type ExportFormat, exportFormats, exportModel } from '../../../hub/export.js';
import { requiredText } from '../../arguments.js';
import { printResult } from '../../terminal.js';
import { importCommand } from './import.js';
import { list } from './list.js';
import { pull } from './pull.js';
import { show } from './show.js';

const exportCommand: CommandModule<object, { model: string; format: ExportFormat; out: string }> = {
  command: 'export <model>',
  describe: 'Export a model for other tools',
  builder: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name, or folder of a run' })
      .option('format', {
        choices: Object.keys(exportFormats) as ExportFormat[],
        default: 'safetensors' as ExportFormat,
        describe: "safetensors; TensorFlow.js's manifest and shards; or the network as an ONNX graph",
      })
      .option('out', requiredText('Folder for the files, empty or new'))
      .example('$0 models export reports/mtat --out exported', 'safetensors, and a description')
      .example('$0 models export reports/mtat --format tfjs --out web', 'For TensorFlow.js')
      .example('$0 models export reports/mtat --format onnx --out onnx', 'For ONNX Runtime'),
  handler: async ({ model, format, out }) => {
    for (const path of await exportModel(model, format, out)) printResult(path);
  },
};

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
