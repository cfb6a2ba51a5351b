/** The programs beside an export that load it. */
import { readFile } from 'node:fs/promises';
import { packagePath } from '../../base/package.js';

/** A program that comes with polytag, to be copied: `onnx.py`. */
export const loader = (name: string): Promise<string> =>
  readFile(packagePath(`src/hub/loaders/${name}`), 'utf8');
