/** PyTorch's files (.pth, .pt): a ZIP archive of a pickle and the raw numbers that it refers to. */
import { open } from 'node:fs/promises';
import type { StoredWeight, StoredWeights } from './number-types.js';
import { byteLength, type NumberType, toFloat32 } from './number-types.js';
import { type PickleGlobal, readPickle } from './pickle.js';
import { gather } from './transpose.js';
import { readZip } from './zip.js';

/** PyTorch's names of storages. */
const STORAGES: Record<string, NumberType> = {
  DoubleStorage: 'float64',
  FloatStorage: 'float32',
  HalfStorage: 'float16',
  BFloat16Storage: 'bfloat16',
  LongStorage: 'int64',
  IntStorage: 'int32',
  ShortStorage: 'int16',
  CharStorage: 'int8',
  ByteStorage: 'uint8',
  BoolStorage: 'bool',
};

/** Numbers that tensors lie in. */
class Storage {
  constructor(
    readonly name: string,
    readonly type: NumberType,
    readonly bytes: Uint8Array | undefined,
  ) {}
}

class Tensor implements StoredWeight {
  constructor(
    private readonly storage: Storage,
    private readonly offset: number,
    readonly shape: number[],
    private readonly strides: number[],
  ) {}

  read(): Float32Array {
    const { name, type, bytes } = this.storage;
    if (!bytes) throw new Error(`the archive has no numbers ${name}`);
    const width = byteLength(type, []);
    const last = this.shape.reduce(
      (sum, length, axis) => sum + (length - 1) * this.strides[axis],
      this.offset,
    );
    if (!this.shape.includes(0) && !(this.offset >= 0 && (last + 1) * width <= bytes.length))
      throw new Error(`a tensor reaches beyond the numbers ${name}, which were cut`);
    const whole = bytes.subarray(0, bytes.length - (bytes.length % width));
    return gather(toFloat32(whole, type), { shape: this.shape, strides: this.strides, offset: this.offset });
  }
}

const isNumbers = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks) */
const rebuildTensor: PickleGlobal = (storage, offset, size, stride) => {
  const whole = storage instanceof Storage && isNumbers([offset]) && isNumbers(size) && isNumbers(stride);
  if (!whole || size.length !== stride.length) throw new Error('a tensor is described in an unknown way');
  return new Tensor(storage, offset as number, size, stride);
};

/** The callables for rebuilding tensors, and nothing else. */
const GLOBALS = new Map<string, PickleGlobal>([
  ['collections OrderedDict', (items) => new Map((items as [unknown, unknown][] | undefined) ?? [])],
  ['torch._utils _rebuild_tensor_v2', rebuildTensor],
  ['torch._utils _rebuild_parameter', (tensor) => tensor],
  ['torch Size', (lengths) => lengths],
  ...Object.entries(STORAGES).map(([name, type]): [string, PickleGlobal] => [`torch ${name}`, () => type]),
]);

/**
 * Reads the tensors of a `torch.save` file (PyTorch 1.6 or later) by their keys from the outside in, as in
 * `state_dict.conv1.weight`. Throws an Error in a few words when it is damaged, older, or calls anything but the
 * rebuilding of tensors.
 */
export async function readTorch(path: string): Promise<StoredWeights> {
  await requireArchive(path);
  const files = await readZip(path, () => true);
  const pickle = [...files.keys()].find((name) => name === 'data.pkl' || name.endsWith('/data.pkl'));
  if (pickle === undefined) throw new Error('the archive holds no data.pkl');
  const folder = pickle.slice(0, -'data.pkl'.length);
  const order = files.get(`${folder}byteorder`);
  if (order && new TextDecoder().decode(order) !== 'little') throw new Error('its numbers are big-endian');
  const persistent = (id: unknown): Storage => {
    const [kind, type, key] = Array.isArray(id) ? id : [];
    if (kind !== 'storage' || typeof type !== 'function' || typeof key !== 'string')
      throw new Error('the pickle refers to something that is not a storage');
    return new Storage(key, type() as NumberType, files.get(`${folder}data/${key}`));
  };
  return collect(readPickle(files.get(pickle)!, { globals: GLOBALS, persistent }));
}

async function requireArchive(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer.toString('latin1') === 'PK') return;
    throw new Error(
      'it is not an archive as PyTorch writes since version 1.6; load it there and save it again with torch.save',
    );
  } finally {
    await file.close();
  }
}

/** Greatest depth that is searched. */
const DEEPEST = 20;
/** Most entries that are visited: far more than any model has, and quickly done. */
const MOST_ENTRIES = 10_000_000;

/** Tensors in nested dictionaries and lists; everything else (an epoch's number, a name) is passed over. */
function collect(root: unknown): StoredWeights {
  const weights: StoredWeights = new Map();
  // A pickle can make containers hold themselves and each other.
  const above = new Set<unknown>();
  let entries = 0;
  const walk = (value: unknown, path: string): void => {
    if (value instanceof Tensor) weights.set(path, value);
    const items = value instanceof Map ? value : Array.isArray(value) ? value.entries() : null;
    if (items === null || above.size > DEEPEST || above.has(value)) return;
    above.add(value);
    for (const [key, inner] of items) {
      if (++entries > MOST_ENTRIES) throw new Error('its containers refer to each other too often');
      if (typeof inner !== 'object' || inner === null) continue;
      // The text of a key that is a container has no bound.
      if (typeof key === 'string' || typeof key === 'number') walk(inner, path ? `${path}.${key}` : `${key}`);
    }
    above.delete(value);
  };
  walk(root, '');
  return weights;
}
