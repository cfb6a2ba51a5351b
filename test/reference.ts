/**
 * Recordings, tables and published values that are too large or not free enough for the repository. They lie in
 * `shared` beside some checkouts and add to the golden values of `test/golden`, which are always there.
 */
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { TestContext } from 'vitest';

const root = resolve(import.meta.dirname, '..', '..', 'shared');

/** Whether the folder is there. */
export const hasReference = existsSync(root);

/** Skips a test that needs the folder where there is none. */
export function needsShared(ctx: TestContext): void {
  ctx.skip(!hasReference, `${root} is absent: an additional check against real recordings`);
}

/** Path of a file of the folder. */
export const referencePath = (...parts: string[]): string => resolve(root, ...parts);

/** Content of a JSON file of the folder. */
export const referenceJson = <T>(...parts: string[]): T =>
  JSON.parse(readFileSync(referencePath(...parts), 'utf8')) as T;
