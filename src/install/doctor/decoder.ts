/** Check of the native audio decoder. */
import { type FoundDecoder, openLibrary } from '../../audio/native/libsndfile.js';
import { libraryPin } from '../../audio/native/pins.js';
import { cacheFolder } from '../../base/package.js';
import type { DoctorRow } from './report.js';

/**
 * Judges the decoder of MP3 and FLAC.
 *
 * @param found - what there is when nothing is asked for
 * @returns the row
 */
export function checkDecoder(
  found: FoundDecoder = openLibrary(libraryPin(process.platform, process.arch), cacheFolder()),
): DoctorRow {
  const name = 'Decoder';
  if (found.decoder === null)
    return {
      name,
      status: 'missing',
      value: `WebAssembly; libsndfile is not used: ${found.reason}`,
      advice: 'Run "polytag setup"; libsndfile decodes MP3 and FLAC about twice as fast.',
    };
  const value = `${found.decoder.name} for MP3 and FLAC`;
  if (process.env.POLYTAG_DECODER !== 'wasm')
    return { name, status: 'ok', value: `${value}, WebAssembly for the others` };
  return {
    name,
    status: 'warning',
    value: `WebAssembly, because of POLYTAG_DECODER; ${value} is there`,
    advice: 'Unset POLYTAG_DECODER to use it; it is about twice as fast.',
  };
}
