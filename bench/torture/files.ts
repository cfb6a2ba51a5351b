/** Damaged models, runs, tables, weights and configs: accepted, refused in a sentence, or a failure. */
import { appendFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { countOf, type Extent, emptyLine, type Line } from './line.js';
import { makeFiles, subjectsIn } from './subjects.js';
import { watched } from './watch.js';

/** Mutants at full size. */
const MUTANTS = 5000;

export async function damagedFiles(extent: Extent): Promise<Line[]> {
  const { folder, remove } = await makeFiles();
  try {
    const lines = (await subjectsIn(folder)).map(({ name }) => emptyLine(`mutants of ${name}`));
    const count = countOf(MUTANTS, extent);
    let done = 0;
    const details = process.env.POLYTAG_TORTURE_DETAILS;
    const module = fileURLToPath(new URL('./files-reader.js', import.meta.url));
    await watched(module, [folder, extent.seed], count, (index, { ended, detail }) => {
      const line = lines[index % lines.length];
      line.done++;
      if (ended === 'accepted') line.right++;
      else if (ended === 'refused') line.refused++;
      else line.failures.push(`number ${index}: ${detail}`);
      if (details !== undefined && ended === 'refused')
        void appendFile(details, `${index} ${line.what}: ${detail}\n`);
      if (++done % 250 === 0) process.stderr.write(`${done} of ${count} mutants\n`);
    });
    return lines.filter((line) => line.done > 0);
  } finally {
    await remove();
  }
}
