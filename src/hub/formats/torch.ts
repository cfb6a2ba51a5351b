/** PyTorch's files (.pth, .pt): a ZIP archive of a pickle and the raw numbers that it refers to, or the form before it. */
import { open, readFile } from 'node:fs/promises';
import type { StoredWeights } from './number-types.js';
import { readPickle } from './pickle.js';
import { isLegacyTorch, readLegacyTorch } from './torch-legacy.js';
import { collectTensors, storageOf, TORCH_GLOBALS } from './torch-tensors.js';
import { readZip } from './zip.js';

/**
 * Reads the tensors of a `torch.save` file by their keys from the outside in, as in `state_dict.conv1.weight`. Throws an
 * Error in a few words when it is damaged, or calls anything but the rebuilding of tensors.
 */
export async function readTorch(path: string): Promise<StoredWeights> {
  if (!(await isArchive(path))) return readLegacyTorch(await readFile(path));
  const files = await readZip(path, () => true);
  const pickle = [...files.keys()].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  if (pickle === undefined) throw new Error('the archive holds no data.pkl');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') throw new Error('its numbers are big-endian');
  const persistent = (id: unknown) => storageOf(id, (key) => files.get(`${folder}data/${key}`));
  return collectTensors(readPickle(files.get(pickle)!, { globals: TORCH_GLOBALS, persistent }));
}

/** Whether a file is an archive, as PyTorch writes since version 1.6. Throws an Error for what it never wrote. */
async function isArchive(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    if (buffer.toString('latin1', 0, 2) === 'PK') return true;
    if (isLegacyTorch(buffer)) return false;
    throw new Error('it is not a file that torch.save wrote; load it in PyTorch and save it again');
  } finally {
    await file.close();
  }
}
