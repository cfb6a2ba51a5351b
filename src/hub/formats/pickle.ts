/**
 * Python's pickles, read without running anything: a pickle is a program that may call whatever Python can, so only the
 * callables that the reader brings are known, and any other is refused by name.
 */

/** A callable or class that a pickle names. */
export type PickleGlobal = (...args: unknown[]) => unknown;

/** Callables and data outside of a pickle that it may use. */
export interface PickleWorld {
  /** By module and name: `collections OrderedDict`. */
  globals: ReadonlyMap<string, PickleGlobal>;
  /** Finds an object outside of the pickle by its persistent id. */
  persistent: (id: unknown) => unknown;
}

const MARK = Symbol('mark');

/**
 * Reads a pickle of protocol 2 to 5. Dictionaries become maps, lists and tuples arrays, integers numbers. Throws an
 * Error in a few words when it is damaged or calls an unknown callable.
 */
export function readPickle(bytes: Uint8Array, world: PickleWorld): unknown {
  return readPickleAt(bytes, 0, world).value;
}

/** The same of a pickle that begins at byte `begin`, with the byte behind its last. */
export function readPickleAt(
  bytes: Uint8Array,
  begin: number,
  world: PickleWorld,
): { value: unknown; end: number } {
  const machine = new Unpickler(bytes, world, begin);
  const value = machine.run();
  return { value, end: machine.end };
}

class Unpickler {
  private readonly view: DataView;
  private readonly stack: unknown[] = [];
  private readonly memo = new Map<number, unknown>();

  constructor(
    private readonly bytes: Uint8Array,
    private readonly world: PickleWorld,
    private at: number,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** Byte behind the last that was read. */
  get end(): number {
    return this.at;
  }

  run(): unknown {
    for (;;) {
      if (this.at >= this.bytes.length) throw new Error('the pickle was cut');
      const code = this.bytes[this.at++];
      if (code === STOP) return this.pop();
      const operation = OPERATIONS[code];
      if (!operation)
        throw new Error(`the pickle uses the operation 0x${code.toString(16)}, which is not known`);
      operation(this);
    }
  }

  push(value: unknown): void {
    this.stack.push(value);
  }

  pop(): unknown {
    if (this.stack.length === 0) throw new Error('the pickle takes from an empty stack');
    return this.stack.pop();
  }

  /** Top of the stack, without removing it. */
  top(): unknown {
    const value = this.pop();
    this.push(value);
    return value;
  }

  /** Removes and returns everything above the last mark. */
  popToMark(): unknown[] {
    const mark = this.stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error('the pickle refers to a mark that does not exist');
    return this.stack.splice(mark).slice(1);
  }

  popMany(count: number): unknown[] {
    return Array.from({ length: count }, () => this.pop()).reverse();
  }

  mark(): void {
    this.push(MARK);
  }

  /** The next bytes as a number. */
  number(width: 1 | 2 | 4 | 8, signed = false): number {
    const at = this.skip(width);
    if (width === 1) return this.view.getUint8(at);
    if (width === 2) return this.view.getUint16(at, true);
    if (width === 8) return Number(this.view.getBigUint64(at, true));
    return signed ? this.view.getInt32(at, true) : this.view.getUint32(at, true);
  }

  double(): number {
    return this.view.getFloat64(this.skip(8));
  }

  data(length: number): Uint8Array {
    const at = this.skip(length);
    return this.bytes.subarray(at, at + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.data(length));
  }

  line(): string {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0) throw new Error('the pickle was cut');
    const text = this.text(end - this.at);
    this.at++;
    return text;
  }

  private skip(length: number): number {
    const at = this.at;
    this.at += length;
    if (!(this.at <= this.bytes.length)) throw new Error('the pickle was cut');
    return at;
  }

  remember(key: number): void {
    this.memo.set(key, this.top());
  }

  rememberNext(): void {
    this.remember(this.memo.size);
  }

  recall(key: number): void {
    if (!this.memo.has(key)) throw new Error('the pickle recalls what it never stored');
    this.push(this.memo.get(key));
  }

  global(module: string, name: string): void {
    const found = this.world.globals.get(`${module} ${name}`);
    if (!found)
      throw new Error(`it wants to call ${module}.${name}, which weights do not need, and was refused`);
    this.push(found);
  }

  call(args: unknown, callable: unknown): void {
    if (typeof callable !== 'function' || !Array.isArray(args))
      throw new Error('the pickle calls something that is not a callable');
    this.push((callable as PickleGlobal)(...args));
  }

  persistent(): void {
    this.push(this.world.persistent(this.pop()));
  }

  setItems(items: unknown[]): void {
    const map = this.top();
    if (!(map instanceof Map))
      throw new Error('the pickle sets an item of something that is not a dictionary');
    for (let i = 0; i + 1 < items.length; i += 2) map.set(items[i], items[i + 1]);
  }

  append(items: unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list)) throw new Error('the pickle appends to something that is not a list');
    for (const item of items) list.push(item);
  }
}

const STOP = 0x2e;

/** Little-endian two's complement of any length. */
function longOf(bytes: Uint8Array): number {
  let value = 0;
  for (let i = bytes.length - 1; i >= 0; i--) value = value * 256 + bytes[i];
  return bytes.length > 0 && bytes[bytes.length - 1] & 0x80 ? value - 256 ** bytes.length : value;
}

/** Every operation that is known, by its code (Python's pickletools). */
const OPERATIONS: Record<number, (machine: Unpickler) => void> = {
  128: (m) => void m.number(1), // PROTO
  149: (m) => void m.number(8), // FRAME
  40: (m) => m.mark(),
  48: (m) => void m.pop(),
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  74: (m) => m.push(m.number(4, true)), // BININT
  75: (m) => m.push(m.number(1)),
  77: (m) => m.push(m.number(2)),
  138: (m) => m.push(longOf(m.data(m.number(1)))), // LONG1
  71: (m) => m.push(m.double()), // BINFLOAT
  88: (m) => m.push(m.text(m.number(4))), // BINUNICODE
  140: (m) => m.push(m.text(m.number(1))),
  84: (m) => m.push(m.text(m.number(4))), // BINSTRING
  85: (m) => m.push(m.text(m.number(1))),
  66: (m) => m.push(m.data(m.number(4))), // BINBYTES
  67: (m) => m.push(m.data(m.number(1))),
  125: (m) => m.push(new Map()),
  93: (m) => m.push([]),
  41: (m) => m.push([]),
  116: (m) => m.push(m.popToMark()), // TUPLE
  133: (m) => m.push(m.popMany(1)),
  134: (m) => m.push(m.popMany(2)),
  135: (m) => m.push(m.popMany(3)),
  115: (m) => m.setItems(m.popMany(2)), // SETITEM
  117: (m) => m.setItems(m.popToMark()),
  97: (m) => m.append(m.popMany(1)), // APPEND
  101: (m) => m.append(m.popToMark()),
  113: (m) => m.remember(m.number(1)), // BINPUT
  114: (m) => m.remember(m.number(4)),
  148: (m) => m.rememberNext(),
  104: (m) => m.recall(m.number(1)), // BINGET
  106: (m) => m.recall(m.number(4)),
  99: (m) => m.global(m.line(), m.line()),
  147: (m) => {
    const [module, name] = m.popMany(2);
    if (typeof module !== 'string' || typeof name !== 'string')
      throw new Error('the pickle names a callable by something other than text');
    m.global(module, name); // STACK_GLOBAL
  },
  82: (m) => m.call(m.pop(), m.pop()), // REDUCE
  129: (m) => m.call(m.pop(), m.pop()), // NEWOBJ
  // BUILD sets attributes, which containers of weights carry for PyTorch's own use.
  98: (m) => void m.pop(),
  81: (m) => m.persistent(), // BINPERSID
};
