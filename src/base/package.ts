/** The toolkit's own package: its version, and where its compiled code is. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Path of a file that comes with polytag: `configs/quickstart.yaml`. */
export function packagePath(file: string): string {
  return join(fileURLToPath(new URL('../../', import.meta.url)), file);
}

/** The version in package.json. */
export async function polytagVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * The address of a worker's module. A worker thread runs JavaScript: when the caller itself runs from TypeScript
 * sources (under the test runner), the module compiled by the set-up is used.
 *
 * @param caller - `import.meta.url` of the caller
 * @param module - the module beside it, without extension: `./extract-worker`
 */
export function workerUrl(caller: string, module: string): URL {
  const base = caller.endsWith('.ts') ? caller.replace('/src/', '/dist/') : caller;
  return new URL(`${module}.js`, base);
}
