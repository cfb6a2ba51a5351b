/** The toolkit's own package: its version, and where its compiled code is. */
import { readFile } from 'node:fs/promises';

/** The version in package.json. */
export async function polytagVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/**
 * The address of a worker's module (without extension: `./extract-worker`). A worker thread runs JavaScript: a caller
 * in TypeScript sources (the test runner) gets the compiled module.
 */
export function workerUrl(caller: string, module: string): URL {
  const base = caller.endsWith('.ts') ? caller.replace('/src/', '/dist/') : caller;
  return new URL(`${module}.js`, base);
}
