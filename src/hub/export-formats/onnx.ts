/** The network as an ONNX graph, with programs that run it. */
import { ONNX_FILES, onnxFiles } from '../onnx/write/model.js';
import { graphMetadata, type MakeExport, samplesText, withNetwork } from './format.js';
import { loader } from './loaders.js';

export const asOnnx: MakeExport = (model, options) =>
  withNetwork(model, options, async (predictor, frontEnd) => ({
    files: {
      ...(await onnxFiles(predictor, frontEnd, graphMetadata(predictor, frontEnd))),
      'load.py': await loader('onnx.py'),
      'load.ts': await loader('onnx.ts'),
    },
    use: `- In ONNX Runtime: \`InferenceSession("${ONNX_FILES.graph}")\` returns \`scores\` and, where the model has one, \`embedding\` for a batch of windows; the
  labels and the settings of its inputs are in the file's metadata.${frontEnd ? `\n- ${samplesText(frontEnd)}` : ''}
- \`python load.py\` and \`node load.ts\` (Node 22.18 or later) run it, on random numbers or on .npy files.
- \`${ONNX_FILES.description}\` has labels, inputs and outputs in the form of the descriptions that Essentia publishes beside its models.`,
  }));
