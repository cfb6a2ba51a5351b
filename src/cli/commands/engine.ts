/** polytag engine: installs and describes the native engine. */
import type { CommandModule } from 'yargs';
import { Failure } from '../../base/errors.js';
import { engineInfo } from '../../install/info.js';
import { installEngine } from '../../install/install.js';
import { setUpKernels } from '../../install/kernels.js';
import { switchOption } from '../arguments.js';
import { printNote, printResult } from '../terminal.js';

const install: CommandModule<object, { gpu: boolean }> = {
  command: 'install',
  describe: 'Install the native engine (TensorFlow) into the cache folder and link it',
  builder: (yargs) =>
    yargs
      .option('gpu', switchOption('With CUDA 12 libraries, for NVIDIA GPUs'))
      .example('$0 engine install', 'For this machine’s processor')
      .example('$0 engine install --gpu', 'For an NVIDIA GPU'),
  handler: async ({ gpu }) => {
    const result = await installEngine({ gpu, log: printNote });
    if (result.status === 'unavailable')
      throw new Failure(`${result.message} Until then the wasm engine is used.`);
    printResult(result.message);
    const kernels = await setUpKernels({ log: printNote });
    printResult(kernels.status === 'unavailable' ? `No kernels: ${kernels.message}` : kernels.message);
  },
};

const info: CommandModule<object, { json: boolean }> = {
  command: 'info',
  describe: 'Show which engine is used',
  builder: (yargs) =>
    yargs
      .option('json', switchOption('Print as JSON'))
      .example('$0 engine info', 'Which engine computes, and where it is')
      .example('$0 engine info --json', 'The same for a program'),
  handler: async ({ json }) => {
    const found = await engineInfo();
    if (json) {
      printResult(JSON.stringify(found, null, 2));
      return;
    }
    if (found.works) {
      printResult(
        `tensorflow  TensorFlow ${found.version}${found.gpuBuild ? `, GPU build, GPU ${found.gpuSeen ? 'seen' : 'not seen'}` : ', CPU build'}`,
      );
      if (found.folder) printResult(`            ${found.folder}`);
      printResult(
        found.kernels === null
          ? 'kernels     compiled for this processor'
          : `kernels     none, so that training and tagging are slower: ${found.kernels}`,
      );
    } else {
      printResult(`tensorflow  not available: ${found.reason}`);
      printResult('            Install it with "polytag engine install".');
    }
    printResult('wasm        always available; POLYTAG_ENGINE=wasm selects it');
  },
};

export const engine: CommandModule = {
  command: 'engine',
  describe: 'The tensor engine: install, info',
  builder: (yargs) =>
    yargs
      .command(install)
      .command(info)
      .example('$0 engine install', 'Install the native engine')
      .example('$0 engine info', 'Which engine is used')
      .demandCommand(1, 'Give a command: install or info.'),
  handler: () => {},
};
