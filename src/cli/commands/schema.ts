/** polytag schema: the JSON Schema of configs, for editors. */
import type { CommandModule } from 'yargs';
import { writeWhole } from '../../base/files.js';
import { configJsonSchema } from '../../config/schema.js';
import { textOption } from '../arguments.js';
import { printResult } from '../terminal.js';

export const schema: CommandModule<object, { out?: string }> = {
  command: 'schema',
  describe: 'Print the JSON Schema of configs, for editors',
  builder: (yargs) => yargs.option('out', textOption('Write to a file instead of standard output')),
  handler: async ({ out }) => {
    const text = JSON.stringify(configJsonSchema(), null, 2);
    if (out) await writeWhole(out, `${text}\n`);
    else printResult(text);
  },
};
