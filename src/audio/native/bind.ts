/** The functions of libsndfile that are used, bound by koffi: a file in memory in, samples out. */
import type { DecodeFile, ExpectedForm } from '../formats/format.js';
import { LARGEST_SAMPLE } from '../possible-samples.js';
import { quietOn } from './quiet.js';

/** Opens for reading (`SFM_READ`). */
const READ = 0x10;

/** Where `seek` counts from: the beginning, the present place, the end. */
const FROM = { current: 1, end: 2 };

/** Samples per channel that are read at a time: what is read stays in the processor's cache until it is sorted. */
const PIECE = 1 << 14;

/** A sound file that the library has open. */
type Handle = object | null;

/** `SF_INFO`; the library's 64-bit integers are numbers where they fit. */
interface Info {
  frames: number | bigint;
  samplerate: number;
  channels: number;
  format: number;
  sections: number;
  seekable: number;
}

/** The library's functions by koffi's signatures. */
interface Functions {
  open(io: object, mode: number, info: Info, user: null): Handle;
  read(handle: Handle, samples: Float32Array, frames: number): number | bigint;
  close(handle: Handle): number;
}

/** The file that the library reads; it calls back while a function of it runs, and never otherwise. */
class MemoryFile {
  private bytes = new Uint8Array(0);
  private at = 0;

  /** Puts another file in its place. */
  set(bytes: Uint8Array): void {
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    this.at = 0;
  }

  get length(): number {
    return this.bytes.length;
  }

  get position(): number {
    return this.at;
  }

  seek(offset: number, whence: number): number {
    const base = whence === FROM.current ? this.at : whence === FROM.end ? this.bytes.length : 0;
    this.at = Math.max(0, base + offset);
    return this.at;
  }

  read(count: number): Uint8Array {
    const part = this.bytes.subarray(this.at, this.at + count);
    this.at += part.length;
    return part;
  }
}

/** Sorts interleaved samples by channel. */
function deinterleave(samples: Float32Array, count: number, channels: Float32Array[], at: number): void {
  const width = channels.length;
  if (width === 2) {
    const [left, right] = channels;
    for (let n = 0; n < count; n++) {
      left[at + n] = samples[2 * n];
      right[at + n] = samples[2 * n + 1];
    }
    return;
  }
  for (const [i, channel] of channels.entries())
    for (let n = 0, from = i; n < count; n++, from += width) channel[at + n] = samples[from];
}

/** The mean of each instant's samples, as `toMono`; false at the first that no recording has. */
function mix(samples: Float32Array, count: number, width: number, mono: Float32Array, at: number): boolean {
  const { abs } = Math;
  const share = 1 / width;
  if (width === 2) {
    for (let n = 0; n < count; n++) {
      const left = samples[2 * n];
      const right = samples[2 * n + 1];
      if (!(abs(left) <= LARGEST_SAMPLE && abs(right) <= LARGEST_SAMPLE)) return false;
      mono[at + n] = (left + right) * share;
    }
    return true;
  }
  for (let n = 0, from = 0; n < count; n++) {
    let sum = 0;
    for (const end = from + width; from < end; from++) {
      if (!(abs(samples[from]) <= LARGEST_SAMPLE)) return false;
      sum += samples[from];
    }
    mono[at + n] = sum * share;
  }
  return true;
}

/**
 * Binds the library at a path.
 *
 * @throws Error when the path is not a library, or lacks a function
 */
export function bindLibrary(koffi: typeof import('koffi'), path: string): DecodeFile {
  const library = koffi.load(path);
  const file = new MemoryFile();
  // Types without names: a second thread or a second binding may define them again.
  const callback = (result: string, args: string[], run: (...values: never[]) => number | bigint) =>
    [koffi.pointer(koffi.proto(result, args)), run] as const;
  const callbacks = {
    get_filelen: callback('int64_t', ['void *'], () => file.length),
    seek: callback('int64_t', ['int64_t', 'int', 'void *'], (offset: number | bigint, whence: number) =>
      file.seek(Number(offset), whence),
    ),
    read: callback('int64_t', ['void *', 'int64_t', 'void *'], (target: unknown, count: number | bigint) => {
      const part = file.read(Number(count));
      if (part.length > 0) koffi.encode(target, 'uint8_t', part, part.length);
      return part.length;
    }),
    write: callback('int64_t', ['void *', 'int64_t', 'void *'], () => 0),
    tell: callback('int64_t', ['void *'], () => file.position),
  };
  const ioType = koffi.struct(
    Object.fromEntries(Object.entries(callbacks).map(([name, [type]]) => [name, type])),
  );
  const io = Object.fromEntries(
    Object.entries(callbacks).map(([name, [type, run]]) => [name, koffi.register(run, type)]),
  );
  const infoType = koffi.struct({
    frames: 'int64_t',
    samplerate: 'int',
    channels: 'int',
    format: 'int',
    sections: 'int',
    seekable: 'int',
  });
  const handleType = koffi.pointer(koffi.opaque());
  const functions: Functions = {
    open: library.func('sf_open_virtual', handleType, [
      koffi.pointer(ioType),
      'int',
      koffi.inout(koffi.pointer(infoType)),
      'void *',
    ]),
    read: library.func('sf_readf_float', 'int64_t', [handleType, 'float *', 'int64_t']),
    close: library.func('sf_close', 'int', [handleType]),
  };
  let piece = new Float32Array(2 * PIECE);

  const decode = (form: ExpectedForm): Float32Array[] | null => {
    const info: Info = { frames: 0, samplerate: 0, channels: 0, format: 0, sections: 0, seekable: 0 };
    const handle = functions.open(io, READ, info, null);
    if (!handle) return null;
    try {
      if (info.channels !== form.channels || info.samplerate !== form.sampleRate) return null;
      if (form.channels > 1 && piece.length < PIECE * form.channels)
        piece = new Float32Array(PIECE * form.channels);
      const isMixed = form.mono === true && form.channels > 1;
      const channels = Array.from(
        { length: isMixed ? 1 : form.channels },
        () => new Float32Array(form.samples),
      );
      // One channel needs no sorting.
      const target = form.channels === 1 ? channels[0] : null;
      for (let at = 0; at < form.samples; ) {
        const most = Math.min(PIECE, form.samples - at);
        const count = Number(functions.read(handle, target?.subarray(at, at + most) ?? piece, most));
        if (count <= 0) return null;
        if (isMixed && !mix(piece, count, form.channels, channels[0], at)) return null;
        if (!isMixed && !target) deinterleave(piece, count, channels, at);
        at += count;
      }
      return channels;
    } finally {
      functions.close(handle);
    }
  };
  const quietly = quietOn(koffi);
  return (bytes, form) => {
    file.set(bytes);
    try {
      return quietly(() => decode(form));
    } finally {
      file.set(new Uint8Array(0));
    }
  };
}
