/**
 * koffi, through which native libraries are called. npm installs it where it can: `--omit=optional` leaves it out. Node
 * only.
 */
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Path of koffi's main module; null where npm left the package out. */
export function findKoffi(): string | null {
  try {
    return require.resolve('koffi');
  } catch {
    return null;
  }
}

/** Loads koffi from its path. Throws what it throws where its binary is not for this machine. */
export const loadKoffi = (path: string): typeof import('koffi') => require(path) as typeof import('koffi');
