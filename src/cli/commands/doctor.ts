/** polytag doctor and polytag setup: what this machine has, and what makes polytag fast on it. */
import type { CommandModule } from 'yargs';
import { diagnose } from '../../install/doctor/diagnose.js';
import { formatDoctor } from '../../install/doctor/report.js';
import { setUpOnnx } from '../../install/onnx.js';
import { setUp } from '../../install/set-up.js';
import { switchOption } from '../arguments.js';
import { printNote, printResult } from '../terminal.js';

export const doctor: CommandModule<object, { json: boolean }> = {
  command: 'doctor',
  describe: "Check this machine's set-up",
  builder: (yargs) =>
    yargs
      .option('json', switchOption('Print as JSON'))
      .example('$0 doctor', 'What is there, and what to do about what is missing')
      .example('$0 doctor --json', 'The same for a program'),
  handler: async ({ json }) => {
    const report = await diagnose();
    printResult(json ? JSON.stringify(report, null, 2) : formatDoctor(report).trimEnd());
  },
};

export const setup: CommandModule<object, { onnx: boolean }> = {
  command: 'setup',
  describe:
    'Fetch and compile what makes polytag fast: the native engine, the audio decoder and Chinese segmentation',
  builder: (yargs) =>
    yargs
      .option('onnx', switchOption('Only ONNX Runtime, which runs imported graphs fast (114 MB)'))
      .example('$0 setup', 'Once per machine; what cannot be built is named, and done without')
      .example('$0 setup --onnx', 'For graphs of "models import graph.onnx"')
      .example('$0 doctor', 'What is set up'),
  handler: async ({ onnx }) => {
    if (!onnx) return setUp(printNote);
    const { message, seconds } = await setUpOnnx({ log: printNote });
    printNote(`onnx: ${message} (${seconds.toFixed(1)} s)`);
  },
};
