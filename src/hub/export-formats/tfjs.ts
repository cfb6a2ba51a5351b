/** TensorFlow.js's manifest and shards of the weights, and the network as a graph model of its own. */
import { Failure, messageOf } from '../../base/errors.js';
import { polytagVersion } from '../../base/package.js';
import { MODEL_FILES } from '../../models/description.js';
import { graphModelFiles } from '../tfjs/graph-model.js';
import { WEIGHTS_MANIFEST } from '../tfjs/read-weights.js';
import { weightFiles } from '../tfjs/weights.js';
import { traceModel } from '../traced/model.js';
import { type Files, graphMetadata, type MakeExport, samplesText, withNetwork } from './format.js';
import { loader } from './loaders.js';

/** The folder of the graph model. */
const GRAPH = 'graph';

const WEIGHTS_USE = `- In a page, polytag's own \`loadModel\` of \`polytag/browser\` takes the address of this folder.
- \`tf.io.loadWeights(manifest, folder)\`, with the parsed \`${WEIGHTS_MANIFEST}\`, gives the weights by their names; \`${MODEL_FILES.description}\` says under
  \`spec\` how the network is put together.`;

/** The weights are written in any case; a graph with an operation that TensorFlow.js's graphs do not have is left out. */
export const asTensorflowJs: MakeExport = (model, options) =>
  withNetwork(model, options, async (predictor, frontEnd) => {
    const weights = weightFiles(model.weights);
    let graph: Files;
    try {
      const metadata = graphMetadata(predictor, frontEnd);
      graph = graphModelFiles(traceModel(predictor, frontEnd), metadata, await polytagVersion());
    } catch (error) {
      const why = `The model ${predictor.name} cannot be written as a graph model of TensorFlow.js: ${messageOf(error)}`;
      // Samples are asked for, and nothing but the graph takes them.
      if (frontEnd) throw new Failure(`${why}; export it without --with-frontend, or as safetensors.`);
      options.log(`${why}; the export has its weights, and no ${GRAPH}/.`);
      return { files: weights, use: `- ${why}, so there is no ${GRAPH}/.\n${WEIGHTS_USE}` };
    }
    return {
      files: {
        ...weights,
        ...Object.fromEntries(Object.entries(graph).map(([name, content]) => [`${GRAPH}/${name}`, content])),
        'load.ts': await loader('tfjs.ts'),
      },
      use: `- In TensorFlow.js: \`tf.loadGraphModel('${GRAPH}/model.json')\` gives a model whose \`execute(inputs, 'scores')\` takes windows by the names of
  its inputs; \`userDefinedMetadata\` has the labels and the settings of its inputs.${frontEnd ? `\n- ${samplesText(frontEnd)}` : ''}
- \`node load.ts\` (Node 22.18 or later) runs it, on random numbers or on .npy files.
${WEIGHTS_USE}`,
    };
  });
