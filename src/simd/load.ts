/** The SIMD kernels, compiled from `assembly/`. */
import { compileModule } from './compile-module.js';
import { MODULE } from './module.generated.js';

/** The kernels; addresses and lengths of rooms are in bytes. Each is documented in `assembly/`. */
export interface Kernels {
  memory: WebAssembly.Memory;
  allocate(bytes: number): number;
  makeTwiddles(table: number, size: number): void;
  melFrames(
    samples: number,
    frames: number,
    size: number,
    hop: number,
    window: number,
    table: number,
    filters: number,
    bands: number,
    scratch: number,
    mel: number,
  ): void;
  logCompress(input: number, output: number, count: number, factor: number): void;
  filterBlocks(
    samples: number,
    advance: number,
    size: number,
    outSize: number,
    response: number,
    table: number,
    outTable: number,
    first: number,
    keep: number,
    scratch: number,
    output: number,
  ): void;
  interpolate(
    samples: number,
    count: number,
    up: number,
    down: number,
    phase: number,
    phases: number,
    taps: number,
    output: number,
  ): void;
  contourCosts(
    track: number,
    steps: number,
    begins: number,
    notes: number,
    furthest: number,
    hummed: number,
    reach: number,
    query: number,
    points: number,
    worst: number,
    hopeless: number,
    room: number,
    costs: number,
    lasts: number,
  ): void;
}

let compiled: WebAssembly.Module | null = null;

/** Kernels with a memory of their own, which goes when the last reference to them does. */
export class KernelMemory {
  /** The kernels of this memory. */
  readonly kernels: Kernels;

  constructor() {
    compiled ??= compileModule(MODULE);
    this.kernels = new WebAssembly.Instance(compiled, {}).exports as unknown as Kernels;
  }

  /** Room for `count` numbers of 4 bytes. */
  room(count: number): number {
    return this.kernels.allocate(4 * count);
  }

  /** Room filled with numbers, rounded to single precision. */
  place(values: ArrayLike<number>): number {
    const address = this.room(values.length);
    this.floats(address, values.length).set(values);
    return address;
  }

  /** A view of numbers; it is void once more room is asked for. */
  floats(address: number, count: number): Float32Array {
    return new Float32Array(this.kernels.memory.buffer, address, count);
  }

  /** The roots of unity that transforms of `size` samples need. */
  twiddles(size: number): number {
    const table = this.room(2 * size);
    this.kernels.makeTwiddles(table, size);
    return table;
  }
}
