/** polytag schema: the JSON Schema of configs, for editors, and their reference; and that of the studio's projects. */
import { readFile } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { withReference } from '../../config/reference.js';
import { configJsonSchema } from '../../config/schema.js';
import { projectJsonSchema } from '../../studio/project/schema.js';
import { switchOption, textOption } from '../arguments.js';
import { printResult } from '../terminal.js';

export const schema: CommandModule<object, { out?: string; reference?: string; project: boolean }> = {
  command: 'schema',
  describe: 'Print the JSON Schema of configs, for editors, or of projects',
  builder: (yargs) =>
    yargs
      .option('out', textOption('Write to a file instead of standard output'))
      .option('reference', textOption('Write the reference of all keys, as Markdown, into this file too'))
      .option('project', switchOption("That of the studio's project files, not of configs"))
      .example('$0 schema --out schema.json', 'For an editor that completes and checks YAML')
      .example('$0 schema --out schema.json --reference config.md', 'With a page that lists every key')
      .example('$0 schema --project', 'Of what the studio saves'),
  handler: async ({ out, reference, project }) => {
    if (project && reference !== undefined)
      throw new UsageError('--reference is of configs; leave it out, or --project.');
    const text = JSON.stringify(project ? projectJsonSchema() : configJsonSchema(), null, 2);
    if (out) await writeWhole(out, `${text}\n`);
    else printResult(text);
    if (reference) {
      const document = await readFile(reference, 'utf8').catch(() => '# Keys of a config\n');
      await writeWhole(reference, withReference(document));
    }
  },
};
