/** Opens libsndfile from the cache by koffi, which npm installs where it can. Node only. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { messageOf, systemCode, UsageError } from '../../base/errors.js';
import { cacheFolder, decoderFolder } from '../../base/package.js';
import type { NativeDecoder } from '../formats/format.js';
import { bindLibrary } from './bind.js';
import { LIBSNDFILE, type LibraryPin, libraryFolder, libraryPin } from './pins.js';

/** What `POLYTAG_DECODER` may be. */
const CHOICES = ['native', 'wasm'] as const;

/** The native decoder, or the reason why there is none, as the end of a sentence. */
export type FoundDecoder = { decoder: NativeDecoder; reason: null } | { decoder: null; reason: string };

/** Where the library lies in a cache. */
export const libraryPath = (pin: LibraryPin, cache: string): string =>
  join(decoderFolder(cache), libraryFolder(pin), pin.library);

/** Why the bytes of a file are not the library; null where they are. */
function differs(path: string, { librarySha256 }: LibraryPin): string | null {
  try {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return sha256 === librarySha256 ? null : `${path} is not the file that polytag knows (its SHA-256 differs)`;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return 'it is not installed';
    return `${path} cannot be read (${messageOf(error)})`;
  }
}

/**
 * Opens the library of a cache. Nothing of a file is loaded whose SHA-256 is not the pinned one.
 *
 * @param pin - the library for this machine
 */
export function openLibrary(pin: LibraryPin | undefined, cache: string): FoundDecoder {
  if (!pin) return { decoder: null, reason: `soundfile has none for ${process.platform}-${process.arch}` };
  const path = libraryPath(pin, cache);
  const reason = differs(path, pin);
  if (reason !== null) return { decoder: null, reason };
  let koffi: typeof import('koffi');
  try {
    koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  } catch {
    return { decoder: null, reason: 'the optional package koffi, which opens it, is not installed' };
  }
  try {
    return { decoder: { name: LIBSNDFILE, decode: bindLibrary(koffi, path) }, reason: null };
  } catch (error) {
    return { decoder: null, reason: `${path} cannot be opened (${messageOf(error)})` };
  }
}

const found = new Map<string, FoundDecoder>();

/**
 * The native decoder of this thread, opened once; with `POLYTAG_DECODER=wasm` none.
 *
 * @throws UsageError with `POLYTAG_DECODER=native` where there is none, or for another value
 */
export function findNativeDecoder(environment: NodeJS.ProcessEnv = process.env): FoundDecoder {
  const choice = environment.POLYTAG_DECODER || undefined;
  if (choice !== undefined && !(CHOICES as readonly string[]).includes(choice))
    throw new UsageError(
      `POLYTAG_DECODER: there is no decoder "${choice}"; choose one of ${CHOICES.join(', ')}.`,
    );
  if (choice === 'wasm') return { decoder: null, reason: 'POLYTAG_DECODER is wasm' };
  const cache = cacheFolder(environment);
  const before = found.get(cache);
  const result = before ?? openLibrary(libraryPin(process.platform, process.arch), cache);
  if (!before) found.set(cache, result);
  if (choice === 'native' && result.decoder === null)
    throw new UsageError(
      `POLYTAG_DECODER is native, but libsndfile cannot be used: ${result.reason}; run "polytag setup", or unset it.`,
    );
  return result;
}
