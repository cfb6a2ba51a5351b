/** The toolkit's own version. */
import { readFile } from 'node:fs/promises';

/**
 * The toolkit's own version.
 *
 * @returns the version in package.json
 */
export async function polytagVersion(): Promise<string> {
  const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
