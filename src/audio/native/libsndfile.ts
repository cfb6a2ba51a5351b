/** Opens libsndfile from the cache by koffi, which npm installs where it can. Node only. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, systemCode, UsageError } from '../../base/errors.js';
import { findKoffi, loadKoffi } from '../../base/koffi.js';
import { cacheFolder, decoderFolder } from '../../base/package.js';
import type { NativeDecoder } from '../formats/format.js';
import { bindLibrary } from './bind.js';
import { LIBSNDFILE, type LibraryPin, libraryFolder, libraryPin } from './pins.js';

/** Why the library cannot be opened without koffi, as the end of a sentence. */
export const NO_KOFFI = 'the optional package koffi, which opens it, is not installed';

/** What `POLYTAG_DECODER` may be. */
const CHOICES = ['native', 'wasm'] as const;

/** The native decoder, or the reason why there is none, as the end of a sentence. */
export type FoundDecoder = { decoder: NativeDecoder; reason: null } | { decoder: null; reason: string };

/** Where the library lies in a cache. */
export const libraryPath = (pin: LibraryPin, cache: string): string =>
  join(decoderFolder(cache), libraryFolder(pin), pin.library);

/** Why a file is not the library that is pinned, as the end of a sentence; null where it is. */
export function differsFrom({ librarySha256 }: LibraryPin, path: string): string | null {
  try {
    const sha256 = createHash('sha256').update(readFileSync(path)).digest('hex');
    return sha256 === librarySha256
      ? null
      : `${path} is not the file that polytag knows (its SHA-256 differs)`;
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
  const reason = differsFrom(pin, path);
  if (reason !== null) return { decoder: null, reason };
  const koffiPath = findKoffi();
  if (koffiPath === null) return { decoder: null, reason: NO_KOFFI };
  try {
    return { decoder: { name: LIBSNDFILE, decode: bindLibrary(loadKoffi(koffiPath), path) }, reason: null };
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
