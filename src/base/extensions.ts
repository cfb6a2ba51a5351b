/** Modules that add to the registries; worker threads load the same ones as their process. */
import { Failure, messageOf, UsageError } from './errors.js';

const loaded: string[] = [];

/** File URLs of the modules loaded so far, in order. */
export const loadedExtensions = (): readonly string[] => loaded;

/**
 * Imports a module once and passes what its default export gives for `toolkit` to `use`. Throws UsageError when the
 * default export is not a function, Failure when loading fails.
 */
export async function importExtension<Toolkit, Definition>(
  url: string,
  toolkit: Toolkit,
  use: (definition: Definition) => void,
): Promise<void> {
  if (loaded.includes(url)) return;
  const module = (await import(/* @vite-ignore */ url).catch((error: unknown) => {
    throw new Failure(`The extension ${url} cannot be loaded (${messageOf(error)}); correct it.`);
  })) as { default?: (toolkit: Toolkit) => Definition };
  if (typeof module.default !== 'function')
    throw new UsageError(
      `The extension ${url} has no function as its default export; see docs/extending.md for an example.`,
    );
  use(module.default(toolkit));
  loaded.push(url);
}
