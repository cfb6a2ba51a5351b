/** polytag quickstart: a synthetic corpus, a model trained on it, and its report. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { packagePath } from '../../base/package.js';
import { startProgress } from '../../base/progress.js';
import { loadConfig } from '../../config/load.js';
import { generateCorpus } from '../../data/synth/corpus.js';
import { writeReport } from '../../report/pages/run/write.js';
import { runPath } from '../../runs/layout.js';
import { runExperiment } from '../../runs/run.js';
import { corpusOptions, switchOption } from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';
import { summarise } from './run.js';

interface QuickstartArguments {
  clips: number;
  seconds: number;
  seed: number;
  data: string;
  out: string;
  small: boolean;
}

export const quickstart: CommandModule<object, QuickstartArguments> = {
  command: 'quickstart',
  describe: 'Make a small synthetic corpus, train a multimodal tagger on it and write its report',
  builder: (yargs) =>
    yargs
      .options(corpusOptions)
      .option('data', {
        type: 'string',
        requiresArg: true,
        default: join('data', 'quickstart'),
        describe: 'Folder of the corpus',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        default: join('reports', 'quickstart'),
        describe: 'Folder of the run',
      })
      .option('small', switchOption('A few clips and epochs, to test the installation'))
      .example('$0 quickstart', 'A tagger of your own in a few minutes')
      .example('$0 quickstart --small', 'Does the installation work?'),
  handler: async ({ clips, seconds, seed, data, out, small }) => {
    const config = packagePath('configs/quickstart.yaml');
    const count = small ? 64 : clips;
    const root = small ? `${data}-small` : data;
    printNote(`Making ${count} synthetic clips of ${seconds} s in ${root}.`);
    const progress = startProgress('Synthesising', count, 'clips');
    await generateCorpus({ out: root, clips: count, seconds, seed, progress }).finally(() => progress.stop());
    const overrides = [
      `data.root=${root}`,
      ...(small ? ['training.epochs=2', 'evaluation.bootstrap_samples=100'] : []),
    ];
    const resolved = await loadConfig(config, overrides);
    const result = await interruptible((signal) =>
      runExperiment({ config: resolved, out, existing: 'overwrite', signal, log: printNote, writeReport }),
    );
    for (const line of summarise(result.metrics)) printResult(line);
    printResult(`Report: ${runPath(result.out, 'report')} (open it in a browser)`);
  },
};
