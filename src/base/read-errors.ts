/** Why the system does not let a file be read, in a sentence. */
import { readlinkSync } from 'node:fs';
import { Failure, systemCode, UsageError } from './errors.js';
import { systemPath } from './raw-names.js';

/**
 * A system error met while reading as a Failure with a sentence; null for any other error.
 *
 * @param wanted - what to give where the path is a folder, as in "a table". Default: "a file".
 */
export function explainReadError(path: string, error: unknown, wanted = 'a file'): Failure | null {
  switch (systemCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR': {
      const target = targetOf(path);
      return new UsageError(
        target === null
          ? `There is no file ${path}; check the path.`
          : `${path} is a link to ${target}, which does not exist; mend or remove the link.`,
      );
    }
    case 'ELOOP':
      return new UsageError(`${path} is a link that leads back to itself; remove it.`);
    case 'EISDIR':
      return new UsageError(`${path} is a folder; give ${wanted}.`);
    case 'EACCES':
    case 'EPERM':
      return new Failure(`${path} may not be read by this user; change its permissions.`);
    case 'EIO':
    case 'ESTALE':
    case 'ENXIO':
      return new Failure(`${path} cannot be read from its disk (${systemCode(error)}); check the disk.`);
    default:
      return null;
  }
}

/** Where a link leads; null where the path is no link. */
function targetOf(path: string): string | null {
  try {
    return readlinkSync(systemPath(path));
  } catch {
    return null;
  }
}
