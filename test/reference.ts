/** Reference data that lies beside a checkout on some machines; tests skip with a message where it is absent. */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..', '..', 'shared');

/** Whether the folder of reference data is there. */
export const hasReference = existsSync(root);

if (!hasReference) process.stderr.write('Tests against reference data are skipped: ../shared is absent.\n');

/** Path of a file of reference data. */
export const referencePath = (...parts: string[]): string => resolve(root, ...parts);

/** Content of a JSON file of reference data. */
export const referenceJson = <T>(...parts: string[]): T =>
  JSON.parse(readFileSync(referencePath(...parts), 'utf8')) as T;
