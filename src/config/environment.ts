/** References to environment variables in a config's values: `${env:NAME}` and `${env:NAME,default}`. */
import { UsageError } from '../base/errors.js';
import { isTree, type Origins, originOf } from './tree.js';

/** Any reference; only those that begin with `env:` are known. */
const REFERENCE = /\$\{([^{}]*)\}/g;
const VARIABLE = /^env:\s*([A-Za-z_]\w*)\s*(?:,(.*))?$/s;

/** A value with its references replaced. */
export interface Substituted {
  value: unknown;
  /** Dotted keys of the values that held a reference, which are text and may be meant as numbers. */
  keys: string[];
}

/**
 * Replaces the references in every text below `key`. A set variable wins over the default, even an empty one; values
 * are not searched for further references. Throws a UsageError that names the place of an unset variable without a
 * default, or of a reference that is not to a variable.
 */
export function substituteEnvironment(
  value: unknown,
  origins: Origins,
  key = '',
  environment: NodeJS.ProcessEnv = process.env,
): Substituted {
  const keys: string[] = [];
  const walk = (below: unknown, path: string): unknown => {
    if (Array.isArray(below)) return below.map((item, i) => walk(item, `${path}.${i}`));
    if (isTree(below))
      return Object.fromEntries(
        Object.entries(below).map(([name, item]) => [
          name,
          walk(item, path === '' ? name : `${path}.${name}`),
        ]),
      );
    if (typeof below !== 'string' || !below.includes('${')) return below;
    const text = below.replace(REFERENCE, (reference, inside: string) => {
      const place = `${originOf(path, origins)}: ${path}`;
      const match = VARIABLE.exec(inside);
      if (!match)
        throw new UsageError(
          `${place}: "${reference}" is not a reference to an environment variable; write \${env:${/[A-Za-z_]\w*$/.exec(inside)?.[0] ?? 'NAME'}}.`,
        );
      const [, name, fallback] = match;
      const found = environment[name] ?? fallback?.trim();
      if (found === undefined)
        throw new UsageError(
          `${place}: the environment variable ${name} is not set; set it, or give a default, as in \${env:${name},VALUE}.`,
        );
      return found;
    });
    if (text !== below) keys.push(path);
    return text;
  };
  return { value: walk(value, key), keys };
}
