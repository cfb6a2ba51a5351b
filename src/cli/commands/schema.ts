/** polytag schema: the JSON Schema of configs, for editors, and their reference. */
import { readFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { writeWhole } from '../../base/files.js';
import { withReference } from '../../config/reference.js';
import { configJsonSchema } from '../../config/schema.js';
import { textOption } from '../arguments.js';
import { printResult } from '../terminal.js';

export const schema: CommandModule<object, { out?: string; reference?: string }> = {
  command: 'schema',
  describe: 'Print the JSON Schema of configs, for editors',
  builder: (yargs) =>
    yargs
      .option('out', textOption('Write to a file instead of standard output'))
      .option('reference', textOption('Write the reference of all keys, as Markdown, into this file too'))
      .example('$0 schema --out schema.json', 'For an editor that completes and checks YAML')
      .example('$0 schema --out schema.json --reference config.md', 'With a page that lists every key'),
  handler: async ({ out, reference }) => {
    const text = JSON.stringify(configJsonSchema(), null, 2);
    if (out) await writeWhole(out, `${text}\n`);
    else printResult(text);
    if (reference) {
      const document = await readFile(reference, 'utf8').catch(() => '# Keys of a config\n');
      await writeWhole(reference, withReference(document));
    }
  },
};
