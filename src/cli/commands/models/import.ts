/** `polytag models import`. */
import type { CommandModule } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { alignColumns } from '../../../base/text-tables.js';
import { readWeights } from '../../../hub/formats/index.js';
import { ACTIVATIONS } from '../../../hub/graph/description.js';
import { FRONT_END_NAMES } from '../../../hub/graph/front-ends.js';
import { importGraph } from '../../../hub/graph/import.js';
import type { GraphImportOptions } from '../../../hub/graph/import-options.js';
import { importModel } from '../../../hub/import.js';
import { LABEL_LISTS } from '../../../hub/labels.js';
import { type ZooName, zoo } from '../../../models/zoo/index.js';
import { switchOption, textOption } from '../../arguments.js';
import { printNote, printResult } from '../../terminal.js';

type GraphArguments = Pick<
  GraphImportOptions,
  'metadata' | 'frontend' | 'extractor' | 'activation' | 'output' | 'embedding'
>;

interface ImportArguments extends GraphArguments {
  file: string;
  mapping?: string;
  architecture?: ZooName;
  labels?: string;
  name?: string;
  force: boolean;
  list: boolean;
}

/** Options that only a graph has. */
const graphOptions = {
  metadata: textOption(
    'Of a graph: its description, JSON as Essentia publishes it (default: the .json file of the same name)',
  ),
  frontend: textOption(
    `Of a graph: how it takes a recording: ${FRONT_END_NAMES.join(', ')}, or a YAML file with "inputs" as in a config (default: that of its description)`,
  ),
  extractor: textOption(
    'Of a graph of embeddings: the installed model that gives them (default: the one that its description names)',
  ),
  activation: {
    choices: ACTIVATIONS,
    describe: 'Of a graph that gives logits: what makes scores of them (default: none)',
  },
  output: textOption('Of a graph: name of the output with the scores'),
  embedding: textOption('Of a graph: name of the output with the embedding'),
} as const;

const GRAPH_OPTIONS = Object.keys(graphOptions) as (keyof GraphArguments)[];

export const importCommand: CommandModule<object, ImportArguments> = {
  command: 'import <file>',
  describe: 'Import weights or a graph as a model: .safetensors, .npz, .pth, .pt, .h5, .hdf5, .index, .onnx',
  builder: (yargs) =>
    yargs
      .positional('file', { type: 'string', demandOption: true, describe: 'The weights, or an ONNX graph' })
      .option(
        'mapping',
        textOption(
          'YAML: labels, and which array of the file is which weight of the network (default: ours, for files of fcn, crnn, musicnn-won, music-tagger-cnn and compact-cnn)',
        ),
      )
      .option('architecture', { choices: Object.keys(zoo) as ZooName[], describe: 'The network' })
      .option(
        'labels',
        textOption(
          `File with a label a line, in the order of the outputs, or ${LABEL_LISTS.join(', ')} for the top 50 tags of Won et al. 2020 (default: the mapping's, or those that the file's path names)`,
        ),
      )
      .option('name', textOption("Name of the model (default: the file's name)"))
      .option('force', switchOption('Replace a model of that name'))
      .options(graphOptions)
      .option('list', switchOption("Only print the file's arrays and shapes, for writing a mapping"))
      .example('$0 models import mine.pth --list', 'What is in the file')
      .example(
        '$0 models import mine.pth --architecture vgg --mapping src/hub/mappings/vgg.yaml',
        'Your own weights',
      )
      .example(
        '$0 models import weights_layer4_theano.hdf5 --architecture compact-cnn --name compact-cnn',
        'A file that Choi et al. published',
      )
      .example(
        '$0 models import mtat/fcn/best_model.pth --architecture fcn --labels mtat --name fcn-mtat',
        'A file that Won et al. published',
      )
      .example(
        '$0 models import discogs-effnet-bsdynamic-1.onnx --name discogs-effnet',
        'A graph of Essentia’s catalogue, its .json file beside it',
      )
      .example(
        '$0 models import mine.onnx --frontend configs/fcn.yaml --labels tags.txt --activation sigmoid',
        'A graph of your own',
      ),
  handler: async (given) => {
    const { file, mapping, architecture, labels, name, force, list: listOnly } = given;
    if (/\.onnx$/i.test(file)) {
      const other = Object.entries({ mapping, architecture, list: listOnly || undefined }).find(
        ([, value]) => value !== undefined,
      );
      if (other)
        throw new UsageError(`--${other[0]}: an ONNX graph has its network in it; remove the option.`);
      const own = Object.fromEntries(GRAPH_OPTIONS.map((option) => [option, given[option]]));
      printResult(await importGraph({ ...own, file, labels, name, force, log: printNote }));
      return;
    }
    const ofGraph = GRAPH_OPTIONS.find((option) => given[option] !== undefined);
    if (ofGraph !== undefined)
      throw new UsageError(`--${ofGraph} is for ONNX graphs, and ${file} is not an .onnx file; remove it.`);
    if (listOnly) {
      const arrays = [...(await readWeights(file))];
      printResult(alignColumns(arrays.map(([array, { shape }]) => [array, `[${shape.join(', ')}]`])));
      return;
    }
    if (architecture === undefined)
      throw new UsageError(
        'Give --architecture, and --mapping unless the file is a published one; --list shows the arrays of the file.',
      );
    printResult(await importModel({ file, mapping, architecture, labels, name, force, log: printNote }));
  },
};
