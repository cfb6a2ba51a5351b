/** polytag doctor: this machine's set-up. */
import type { CommandModule } from 'yargs';
import { diagnose } from '../../install/doctor/diagnose.js';
import { formatDoctor } from '../../install/doctor/report.js';
import { switchOption } from '../arguments.js';
import { printResult } from '../terminal.js';

export const doctor: CommandModule<object, { json: boolean }> = {
  command: 'doctor',
  describe: "Check this machine's set-up",
  builder: (yargs) => yargs.option('json', switchOption('Print as JSON')),
  handler: async ({ json }) => {
    const report = await diagnose();
    printResult(json ? JSON.stringify(report, null, 2) : formatDoctor(report).trimEnd());
  },
};
