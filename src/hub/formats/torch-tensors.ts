/** What PyTorch's files hold, whatever their container: tensors that lie in storages, in nested dictionaries and lists. */
import {
  byteLength,
  type NumberType,
  type StoredWeight,
  type StoredWeights,
  toFloat32,
} from './number-types.js';
import type { PickleGlobal } from './pickle.js';
import { gather } from './transpose.js';

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

/** Numbers that tensors lie in; `bytes` finds them when they are read, undefined where the file lacks them. */
export class Storage {
  constructor(
    readonly name: string,
    readonly type: NumberType,
    readonly bytes: () => Uint8Array | undefined,
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
    const { name, type } = this.storage;
    const bytes = this.storage.bytes();
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

/** torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, hooks), and its first version. */
const rebuildTensor: PickleGlobal = (storage, offset, size, stride) => {
  const whole = storage instanceof Storage && isNumbers([offset]) && isNumbers(size) && isNumbers(stride);
  if (!whole || size.length !== stride.length) throw new Error('a tensor is described in an unknown way');
  return new Tensor(storage, offset as number, size, stride);
};

/** The callables for rebuilding tensors, and nothing else. */
export const TORCH_GLOBALS: ReadonlyMap<string, PickleGlobal> = new Map<string, PickleGlobal>([
  ['collections OrderedDict', (items) => new Map((items as [unknown, unknown][] | undefined) ?? [])],
  ['torch._utils _rebuild_tensor', rebuildTensor],
  ['torch._utils _rebuild_tensor_v2', rebuildTensor],
  ['torch._utils _rebuild_parameter', (tensor) => tensor],
  ['torch Size', (lengths) => lengths],
  ...Object.entries(STORAGES).flatMap(([name, type]): [string, PickleGlobal][] =>
    ['torch', 'torch.cuda'].map((module) => [`${module} ${name}`, () => type]),
  ),
]);

/** A storage that a pickle refers to, as far as all versions describe it alike: ('storage', type, key, …). */
export function storageOf(id: unknown, bytes: (key: string) => Uint8Array | undefined): Storage {
  const [kind, type, key] = Array.isArray(id) ? id : [];
  if (kind !== 'storage' || typeof type !== 'function' || typeof key !== 'string')
    throw new Error('the pickle refers to something that is not a storage');
  return new Storage(key, type() as NumberType, () => bytes(key));
}

/** Greatest depth that is searched. */
const DEEPEST = 20;
/** Most entries that are visited: far more than any model has, and quickly done. */
const MOST_ENTRIES = 10_000_000;

/**
 * Tensors in nested dictionaries and lists by their keys from the outside in, as in `state_dict.conv1.weight`; everything
 * else (an epoch's number, a name) is passed over.
 */
export function collectTensors(root: unknown): StoredWeights {
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
