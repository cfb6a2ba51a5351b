/** polytag models: published, imported and trained models. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { modelsFolder } from '../../base/package.js';
import { type Progress, startProgress } from '../../base/progress.js';
import { alignColumns } from '../../base/text-tables.js';
import { loadConfig, shippedConfigOf } from '../../config/load.js';
import { nearestName } from '../../config/nearest.js';
import { modelCard, networkSection, publishedCard } from '../../hub/card.js';
import { type ExportFormat, exportFormats, exportModel } from '../../hub/export.js';
import { readWeights } from '../../hub/formats/index.js';
import { graphCard } from '../../hub/graph/card.js';
import { ACTIVATIONS } from '../../hub/graph/description.js';
import { FRONT_END_NAMES } from '../../hub/graph/front-ends.js';
import { importGraph } from '../../hub/graph/import.js';
import type { GraphImportOptions } from '../../hub/graph/import-options.js';
import { importModel } from '../../hub/import.js';
import { LABEL_LISTS } from '../../hub/labels.js';
import { listModels } from '../../hub/list.js';
import { readGraphDescription, readModelDescription } from '../../hub/model-folder.js';
import { networkOfConfig, networkOfModel } from '../../hub/network.js';
import { drawNetwork } from '../../hub/network-drawing.js';
import { isGraph, PULLABLE_NAMES, type PullableName, pullable } from '../../hub/published/index.js';
import { pullModels } from '../../hub/pull.js';
import { cachedModels, findModel } from '../../hub/store.js';
import { MODEL_FILES } from '../../models/description.js';
import { describeSpec } from '../../models/spec-parts.js';
import type { NetworkSummary } from '../../models/summary/summary.js';
import { type ZooName, zoo } from '../../models/zoo/index.js';
import { dataSizesOf } from '../../runs/data-sizes.js';
import { requiredText, switchOption, textOption, textOr } from '../arguments.js';
import { printNote, printResult } from '../terminal.js';

const list: CommandModule<object, { reports: string; json: boolean }> = {
  command: 'list',
  describe: 'List the models that can be pulled, are installed, or were trained',
  builder: (yargs) =>
    yargs
      .option('reports', textOr('reports', 'Folder that holds runs'))
      .option('json', switchOption('Print as JSON'))
      .example('$0 models list', 'Published, installed and trained models')
      .example('$0 models list --reports experiments/reports', 'With the runs of another folder'),
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

const isPublished = (name: string): name is PullableName => Object.hasOwn(pullable, name);

/** What is wrong with a drawing of a model that is a graph. */
const notDrawn = (model: string): string =>
  `--drawing: the network of ${model} is a graph of its authors', which is not drawn; remove it.`;

interface ShowArguments {
  model: string;
  overrides?: string[];
  drawing?: string;
  json: boolean;
}

const show: CommandModule<object, ShowArguments> = {
  command: 'show <model> [overrides..]',
  describe: "Show a model's card: its inputs, labels, source and layers",
  builder: (yargs) =>
    yargs
      .positional('model', {
        type: 'string',
        demandOption: true,
        describe: 'Name, folder of a run, a config, or a network of model.zoo',
      })
      .positional('overrides', {
        type: 'string',
        array: true,
        describe: 'Of a config: key=value, such as model.zoo.channels=64',
      })
      .option('drawing', textOption('Also write a drawing of the network, an .svg file'))
      .option('json', switchOption('Print as JSON'))
      .example('$0 models show musicnn-mtt', 'Inputs, labels, licence, citation and layers')
      .example('$0 models show configs/mtat.yaml', 'Shapes, weights and multiply-adds before training')
      .example('$0 models show fcn --drawing fcn.svg', 'A published network, and a drawing of it')
      .example('$0 models show reports/mtat --json', 'The description of a run’s model'),
  handler: async ({ model, overrides = [], drawing, json }) => {
    if (drawing !== undefined && extname(drawing) !== '.svg')
      throw new UsageError(`--drawing: ${drawing} does not end in .svg; give a name that does.`);
    const cached = await cachedModels();
    const draw = async (name: string, network: NetworkSummary): Promise<void> => {
      if (drawing !== undefined) await writeWhole(drawing, drawNetwork(name, network));
    };
    const isOfZoo = Object.hasOwn(zoo, model) && !cached.includes(model);
    if (isOfZoo || /\.ya?ml$/.test(model)) {
      const config = await loadConfig(isOfZoo ? await shippedConfigOf(model) : model, overrides);
      const sizes = await dataSizesOf(config, printNote);
      const network = await networkOfConfig(config, sizes);
      await draw(config.name, network);
      const { name, model: spec, inputs } = config;
      const shown = { name, labels: sizes.labels, spec, inputs, network };
      const card = `# ${name}\n\nA config of ${describeSpec(spec)} with ${sizes.labels} outputs.\n\n${networkSection(network).join('\n')}`;
      printResult(json ? JSON.stringify(shown, null, 2) : card);
      return;
    }
    if (overrides.length > 0)
      throw new UsageError(
        `${overrides[0]}: only a config takes overrides, and ${model} is a model; remove it.`,
      );
    if (isGraph(model) || (!json && isPublished(model) && !cached.includes(model))) {
      if (drawing !== undefined)
        throw new UsageError(
          isGraph(model)
            ? notDrawn(model)
            : `The model ${model} is not installed; run "polytag models pull ${model}".`,
        );
      const card = publishedCard(model, pullable[model]);
      printResult(json ? JSON.stringify({ name: model, ...pullable[model] }, null, 2) : card);
      if (!json && !cached.includes(model))
        printNote(`It is not installed; run "polytag models pull ${model}".`);
      return;
    }
    const folder = await findModel(model);
    const graph = await readGraphDescription(folder);
    if (graph) {
      if (drawing !== undefined) throw new UsageError(notDrawn(model));
      printResult(json ? JSON.stringify(graph, null, 2) : `${graphCard(graph)}\nFiles: ${folder}`);
      return;
    }
    const description = await readModelDescription(folder);
    const network = await networkOfModel(description);
    await draw(description.name, network);
    if (!json) printResult(`${modelCard(description, network)}\nFiles: ${folder}`);
    else {
      const stored = JSON.parse(await readFile(join(folder, MODEL_FILES.description), 'utf8')) as object;
      printResult(JSON.stringify({ ...stored, network }, null, 2));
    }
  },
};

interface PullArguments {
  names: string[];
  from?: string;
  force: boolean;
}

const pull: CommandModule<object, PullArguments> = {
  command: 'pull <names..>',
  describe: 'Fetch published models with pip and show their licence',
  builder: (yargs) =>
    yargs
      .positional('names', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: `Which models: ${PULLABLE_NAMES.join(', ')}`,
      })
      .option('from', textOption('The package with the weights, if already downloaded'))
      .option('force', switchOption('Fetch models again that are installed'))
      .example('$0 models pull musicnn-mtt', 'One model')
      .example(
        '$0 models pull musicnn-mtt vgg-msd --from musicnn-0.1.0.tar.gz',
        'From a package that you have',
      ),
  handler: async ({ names: written, from, force }) => {
    const names = written.map((name) => {
      if (isPublished(name)) return name;
      throw new UsageError(
        `There is no published model "${name}"; did you mean ${nearestName(name, PULLABLE_NAMES)}? There are ${PULLABLE_NAMES.join(', ')}.`,
      );
    });
    let bar: Progress | null = null;
    const onBytes = (done: number, total: number): void => {
      // What takes no time needs no bar.
      if (total < 1e6) return;
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

const importCommand: CommandModule<object, ImportArguments> = {
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
        '$0 models import discogs-effnet-bs64-1.onnx --name discogs-effnet',
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
