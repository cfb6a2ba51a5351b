/** Packages that polytag names without bringing them: found beside it, or in the cache, where `polytag setup` puts them. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { cacheFolder, packagePath } from './package.js';

const require = createRequire(import.meta.url);

/** The native engine, the Chinese word segmenter and ONNX Runtime: what they run on install would download. */
export type OptionalPackage = '@tensorflow/tfjs-node-gpu' | 'nodejieba' | 'onnxruntime-node';

/** The one version that polytag is tested with, from its package.json. */
export function optionalVersion(name: OptionalPackage): string {
  const { peerDependencies } = require(packagePath('package.json')) as {
    peerDependencies: Record<string, string>;
  };
  return peerDependencies[name];
}

/** The folder in the cache that npm installs the package into: one per version, shared by every project. */
export function optionalPrefix(name: OptionalPackage, cache: string = cacheFolder()): string {
  return join(cache, 'packages', `${name.replace('/', '+')}-${optionalVersion(name)}`);
}

/** Folder of the package beside polytag; where there is none, the one in the cache, which may not exist yet. */
export function optionalFolder(name: OptionalPackage, cache: string = cacheFolder()): string {
  try {
    return dirname(require.resolve(`${name}/package.json`));
  } catch {
    return join(optionalPrefix(name, cache), 'node_modules', name);
  }
}

/** Folder of the package; null where it is neither beside polytag nor in the cache. */
export function findOptional(name: OptionalPackage, cache: string = cacheFolder()): string | null {
  const folder = optionalFolder(name, cache);
  return existsSync(join(folder, 'package.json')) ? folder : null;
}

/**
 * Loads the package.
 *
 * @throws Error when it is not installed, or its native part does not load
 */
export function requireOptional(name: OptionalPackage): unknown {
  const folder = findOptional(name);
  if (folder === null) throw new Error(`the package ${name} is not installed`);
  return require(folder);
}
