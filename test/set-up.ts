/** Done once before the tests: is everything compiled that they start? And a folder for what several of them use. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/** What `npm run setup` makes: the kernels that sources import, and the command that end-to-end tests type. */
const COMPILED = ['src/simd/module.generated.ts', 'dist/cli/main.js'];

export default async function setUp(): Promise<() => Promise<void>> {
  const missing = COMPILED.find((path) => !existsSync(join(root, path)));
  if (missing) throw new Error(`${missing} is not there yet: run "npm run setup" once, then the tests.`);
  const shared = await mkdtemp(join(tmpdir(), 'polytag-shared-'));
  // Test files run in processes that inherit it.
  process.env.POLYTAG_TEST_SHARED = shared;
  return () => rm(shared, { recursive: true, force: true });
}
