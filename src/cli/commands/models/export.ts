/** `polytag models export`. */
import type { CommandModule } from 'yargs';
import { exportModel } from '../../../hub/export.js';
import { type ExportFormat, exportFormats } from '../../../hub/export-formats/index.js';
import { requiredText, switchOption } from '../../arguments.js';
import { printNote, printResult } from '../../terminal.js';

interface ExportArguments {
  model: string;
  format: ExportFormat;
  'with-frontend': boolean;
  out: string;
}

export const exportCommand: CommandModule<object, ExportArguments> = {
  command: 'export <model>',
  describe: 'Export a model for other tools',
  builder: (yargs) =>
    yargs
      .positional('model', { type: 'string', demandOption: true, describe: 'Name, or folder of a run' })
      .option('format', {
        choices: Object.keys(exportFormats) as ExportFormat[],
        default: 'safetensors' as ExportFormat,
        describe: "safetensors; TensorFlow.js's weights and graph model; or the network as an ONNX graph",
      })
      .option(
        'with-frontend',
        switchOption('Of a graph: it takes samples; the mel spectrogram is a part of it (onnx, tfjs)'),
      )
      .option('out', requiredText('Folder for the files, empty or new'))
      .example('$0 models export reports/mtat --out exported', 'safetensors, and a description')
      .example('$0 models export reports/mtat --format tfjs --out web', 'For TensorFlow.js')
      .example('$0 models export reports/mtat --format onnx --out onnx', 'For ONNX Runtime')
      .example(
        '$0 models export reports/mtat --format onnx --with-frontend --out onnx',
        'A graph that takes samples',
      ),
  handler: async ({ model, format, 'with-frontend': withFrontend, out }) => {
    for (const path of await exportModel(model, format, out, { withFrontend, log: printNote }))
      printResult(path);
  },
};
