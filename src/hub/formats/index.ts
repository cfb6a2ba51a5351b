/** Formats of weights that can be imported, by file ending. */
import { readFile } from 'node:fs/promises';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { explainReadError } from '../../base/read-errors.js';
import { readHdf5 } from './hdf5.js';
import { readNpz } from './npz.js';
import type { StoredWeights } from './number-types.js';
import { readSafetensors } from './safetensors.js';
import { readTensorflowCheckpoint } from './tensorflow-checkpoint.js';
import { readTorch } from './torch.js';

/** A format: endings of names, and how a file is read. */
interface WeightFormat {
  endings: string[];
  read(path: string): Promise<StoredWeights>;
}

export const weightFormats = {
  safetensors: { endings: ['.safetensors'], read: readSafetensors },
  npz: { endings: ['.npz'], read: readNpz },
  torch: { endings: ['.pth', '.pt'], read: readTorch },
  hdf5: { endings: ['.h5', '.hdf5'], read: readHdf5 },
  tensorflow: { endings: ['.index'], read: readCheckpointFiles },
} satisfies Record<string, WeightFormat>;

/** A checkpoint is named by its index; the values lie beside it. */
async function readCheckpointFiles(path: string): Promise<StoredWeights> {
  const values = `${path.slice(0, -'.index'.length)}.data-00000-of-00001`;
  return readTensorflowCheckpoint(await readFile(path), await readFile(values));
}

/**
 * Reads a file of weights in the format of its ending. Throws a UsageError when the ending is unknown or the file
 * missing; a Failure when it is damaged.
 */
export async function readWeights(path: string): Promise<StoredWeights> {
  const formats: WeightFormat[] = Object.values(weightFormats);
  const format = formats.find(({ endings }) => endings.some((ending) => path.endsWith(ending)));
  if (!format)
    throw new UsageError(
      `${path} has an unknown ending; it must be one of ${formats.flatMap(({ endings }) => endings).join(', ')}.`,
    );
  try {
    const weights = await format.read(path);
    if (weights.size === 0) throw new Error('it holds no arrays of numbers');
    return weights;
  } catch (error) {
    const unread = explainReadError((error as NodeJS.ErrnoException).path ?? path, error);
    throw unread ?? new Failure(`${path} cannot be read: ${messageOf(error).replace(/\.+$/, '')}.`);
  }
}
