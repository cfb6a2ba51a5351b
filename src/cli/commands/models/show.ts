/** `polytag models show`. */
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { loadConfig, shippedConfigOf } from '../../../config/load.js';
import { modelCard, networkSection, publishedCard } from '../../../hub/card.js';
import { withFrozenModels } from '../../../hub/frozen-models.js';
import { graphCard } from '../../../hub/graph/card.js';
import { isKnown, knownModels } from '../../../hub/known/index.js';
import { knownCard } from '../../../hub/known/list.js';
import { readGraphDescription, readModelDescription } from '../../../hub/model-folder.js';
import { networkOfConfig, networkOfModel } from '../../../hub/network.js';
import { drawNetwork } from '../../../hub/network-drawing.js';
import { isGraph, isPullable, pullable } from '../../../hub/published/index.js';
import { cachedModels, findModel } from '../../../hub/store.js';
import { MODEL_FILES } from '../../../models/description.js';
import { describeSpec } from '../../../models/spec-parts.js';
import type { NetworkSummary } from '../../../models/summary/summary.js';
import { zoo } from '../../../models/zoo/index.js';
import { dataSizesOf } from '../../../runs/data-sizes.js';
import { switchOption, textOption } from '../../arguments.js';
import { printNote, printResult } from '../../terminal.js';

/** What is wrong with a drawing of a model that is a graph. */
const notDrawn = (model: string): string =>
  `--drawing: the network of ${model} is a graph of its authors', which is not drawn; remove it.`;

interface ShowArguments {
  model: string;
  overrides?: string[];
  drawing?: string;
  json: boolean;
}

export const show: CommandModule<object, ShowArguments> = {
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
      const config = await withFrozenModels(
        await loadConfig(isOfZoo ? await shippedConfigOf(model) : model, overrides),
      );
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
    if (isGraph(model) || (!json && isPullable(model) && !cached.includes(model))) {
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
    if (isKnown(model) && !cached.includes(model)) {
      if (drawing !== undefined) throw new UsageError(notDrawn(model));
      printResult(json ? JSON.stringify({ name: model, ...knownModels[model] }, null, 2) : knownCard(model));
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
