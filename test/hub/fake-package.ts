/** A package in the form of musicnn 0.1.0 with weights of our own, and a pip that hands it out. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomGenerator } from '../../src/base/random.js';
import { type PublishedName, publishedModels } from '../../src/hub/published/index.js';
import { musicnnModels, musicnnWeightMap } from '../../src/hub/published/musicnn.js';
import type { RunCommand } from '../../src/install/command.js';
import { buildModel } from '../../src/models/model.js';
import type { WeightValues } from '../../src/models/parameters.js';
import { modelSchema } from '../../src/models/spec.js';
import { type TestEntry, zipOf } from '../data/download/archive.js';
import { checkpointOf } from './checkpoint.js';

/** 50 labels, some with what Python lets stand in a string. */
export const LABELS = Array.from({ length: 50 }, (_, i) => (i === 3 ? 'rock & roll, 60s' : `label ${i}`));

const CONFIGURATION = `# Machine learning setup
BATCH_SIZE = 1 # (size of the batch during prediction)
MTT_LABELS = [${LABELS.map((label, i) => (i % 2 ? `'${label}'` : `"${label}"`)).join(', ')}]

MSD_LABELS = ['a','b']
`;

/** The network's weights, every one of its own. An engine must be running. */
export function weightsOf(name: PublishedName): Map<string, WeightValues> {
  const spec = modelSchema().parse({ zoo: { kind: publishedModels[name].architecture } });
  const shape = {
    inputs: { mel: { length: 187, width: 96 } },
    labels: LABELS.length,
    head: 'sigmoid' as const,
  };
  const model = buildModel(spec, shape, 5);
  const weights = model.parameters.read();
  model.dispose();
  const random = randomGenerator(3, 'running averages');
  for (const [weight, { values }] of weights)
    if (/(mean|variance|gamma)$/.test(weight))
      for (const i of values.keys()) values[i] = random.between(0.5, 2);
  return weights;
}

/** The package's files, with one model in it. */
export function packageEntries(name: PublishedName, weights: Map<string, WeightValues>): TestEntry[] {
  const { architecture, origin: checkpoint } = musicnnModels[name];
  const { weights: sources } = musicnnWeightMap(architecture);
  const variables = new Map<string, WeightValues>();
  for (const [ours, values] of weights) {
    variables.set(sources[ours].from, values);
    variables.set(`${sources[ours].from}/Adam`, { shape: [2], values: Float32Array.of(1, 2) });
  }
  variables.set('beta1_power', { shape: [], values: Float32Array.of(0.9) });
  const { index, data } = checkpointOf(variables, { blockEntries: 16 });
  return [
    { name: 'musicnn/configuration.py', content: Buffer.from(CONFIGURATION) },
    { name: 'musicnn/extractor.py', content: Buffer.from('raise SystemExit') },
    { name: `${checkpoint}/.index`, content: Buffer.from(index) },
    { name: `${checkpoint}/.data-00000-of-00001`, content: Buffer.from(data) },
    { name: 'musicnn-0.1.0.dist-info/LICENSE.md', content: Buffer.from('You may.\n') },
  ];
}

/** A pip that writes the package where it is told to, and counts its downloads. */
export function fakePip(entries: () => TestEntry[]): { run: RunCommand; downloads: string[] } {
  const downloads: string[] = [];
  const answer = (stdout: string) => ({ code: 0, stdout, output: stdout, absent: false });
  const run: RunCommand = async (_program, args) => {
    if (!args.includes('download'))
      return answer(args.includes('pip') ? 'pip 24.0 from /x (python 3.12)' : 'Python 3.12.1\n');
    const folder = args[args.indexOf('--dest') + 1];
    downloads.push(folder);
    await writeFile(join(folder, publishedModels['vgg-mtt'].source.file), await zipOf(entries()));
    return answer('');
  };
  return { run, downloads };
}
