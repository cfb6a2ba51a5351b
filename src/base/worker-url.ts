/** Where a worker thread's compiled code lies. */

/**
 * The address of a worker's module. A worker thread runs JavaScript: when the caller itself runs from TypeScript
 * sources (under the test runner), the module compiled by the set-up is used.
 *
 * @param caller - `import.meta.url` of the caller
 * @param module - the module beside it, without extension: `./extract-worker`
 * @returns the address of the JavaScript module
 */
export function workerUrl(caller: string, module: string): URL {
  const base = caller.endsWith('.ts') ? caller.replace('/src/', '/dist/') : caller;
  return new URL(`${module}.js`, base);
}
