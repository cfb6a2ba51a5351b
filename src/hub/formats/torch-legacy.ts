/**
 * PyTorch's files from before version 1.6: four pickles one after the other (a magic number, the protocol, the machine,
 * and what was saved), the list of storages, and their numbers in its order.
 */
import type { StoredWeights } from './number-types.js';
import { byteLength } from './number-types.js';
import { type PickleWorld, readPickleAt } from './pickle.js';
import { collectTensors, type Storage, storageOf, TORCH_GLOBALS } from './torch-tensors.js';

/** The first pickle of such a file, of which the magic number's bytes are the end: 0x1950a86a20f9469cfc6c. */
const BEGINNING = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e];

/** Version of the form that is read, the only one that PyTorch ever wrote. */
const PROTOCOL = 1001;

/** Bytes of the number of elements before each storage's numbers. */
const COUNT_BYTES = 8;

/** Whether a file is of this form, by its first bytes. */
export const isLegacyTorch = (bytes: Uint8Array): boolean => BEGINNING.every((byte, i) => bytes[i] === byte);

const NOTHING: PickleWorld = {
  globals: new Map(),
  persistent: () => {
    throw new Error('its head refers to a storage');
  },
};

/** Reads the tensors of such a file, as `readTorch` does. Throws an Error in a few words when it is damaged. */
export function readLegacyTorch(bytes: Uint8Array): StoredWeights {
  const numbers = new Map<string, Uint8Array>();
  const storages = new Map<string, Storage>();
  const persistent = (id: unknown): Storage => {
    const views = Array.isArray(id) ? id[5] : undefined;
    if (views !== undefined && views !== null) throw new Error('it holds a view of a storage');
    const storage = storageOf(id, (key) => numbers.get(key));
    storages.set(storage.name, storage);
    return storage;
  };
  let at = BEGINNING.length;
  const next = (world: PickleWorld): unknown => {
    const { value, end } = readPickleAt(bytes, at, world);
    at = end;
    return value;
  };
  const protocol = next(NOTHING);
  if (protocol !== PROTOCOL) throw new Error(`its protocol is ${protocol}, and ${PROTOCOL} is known`);
  const machine = next(NOTHING);
  if (machine instanceof Map && machine.get('little_endian') === false)
    throw new Error('its numbers are big-endian');
  const saved = next({ globals: TORCH_GLOBALS, persistent });
  const keys = next(NOTHING);
  if (!Array.isArray(keys)) throw new Error('it has no list of storages');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of keys) {
    const storage = storages.get(String(key));
    if (!storage) throw new Error(`it holds numbers ${key} that no tensor lies in`);
    if (at + COUNT_BYTES > bytes.length) throw new Error('the file was cut');
    const length = byteLength(storage.type, [Number(view.getBigUint64(at, true))]);
    at += COUNT_BYTES;
    if (at + length > bytes.length) throw new Error('the file was cut');
    numbers.set(storage.name, bytes.subarray(at, at + length));
    at += length;
  }
  return collectTensors(saved);
}
