/** Modules that add to the registries; worker threads load the same ones as their process. */
import { Failure, messageOf, UsageError } from './errors.js';

const loaded: string[] = [];

/** File URLs of the modules loaded so far, in order. */
export const loadedExtensions = (): readonly string[] => loaded;

/**
 * Imports a module once and hands what it defines to `use`; what is loaded already is left alone.
 *
 * @param url - file URL
 * @param toolkit - what the module's default export is called with
 * @throws UsageError when the module has no function as its default export; Failure when it throws
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
