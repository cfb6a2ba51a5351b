/** Asked once before the tests: is everything compiled that they start? */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What `npm run setup` makes: the kernels that sources import, and the command that end-to-end tests type. */
const COMPILED = ['src/simd/module.generated.ts', 'dist/cli/main.js'];

export default function setUp(): void {
  const missing = COMPILED.find((path) => !existsSync(join(root, path)));
  if (missing) throw new Error(`${missing} is not there yet: run "npm run setup" once, then the tests.`);
}
