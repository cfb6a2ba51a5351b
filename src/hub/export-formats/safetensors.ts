/** The weights as they are stored: what polytag itself reads. */
import { MODEL_FILES } from '../../models/description.js';
import type { MakeExport } from './format.js';
import { loader } from './loaders.js';

export const asSafetensors: MakeExport = async ({ bytes, description }) => {
  // A model that finds pitch has no tags, and is opened by another name.
  const tags = description.task !== 'pitch';
  return {
    files: { [MODEL_FILES.weights]: bytes, ...(tags && { 'load.ts': await loader('safetensors.ts') }) },
    use: `- In a page: \`loadModel\` of \`polytag/browser\`, which takes the address of this folder.${tags ? '\n- In Node: `node load.ts song.mp3` (Node 22.18 or later) tags a recording.' : ''}
- In Python: \`safetensors.numpy.load_file("${MODEL_FILES.weights}")\` gives the weights by their names; \`${MODEL_FILES.description}\` says
  under \`spec\` how the network is put together, and under \`inputs\` what it takes. The file holds no graph.`,
  };
};
