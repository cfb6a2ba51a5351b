/** A hasher as a file: its arrays as safetensors, and what they are in the header. */
import { z } from 'zod';
import { parseJson } from '../../base/json.js';
import { decodeSafetensors, encodeSafetensors, requireFinite } from '../safetensors.js';
import type { Hasher } from './hasher.js';
import { restoreHasher } from './index.js';

const headerSchema = z.object({
  format: z.literal('polytag hasher 1'),
  kind: z.string(),
  width: z.int().positive(),
  bits: z.int().positive(),
});

/** Key of the header's text. */
const KEY = 'hasher';

/** Bytes of a hasher in the safetensors format; the same hasher gives the same bytes. */
export function encodeHasher(hasher: Hasher): Uint8Array {
  const { kind, width, bits, arrays } = hasher.state();
  const header: z.infer<typeof headerSchema> = { format: 'polytag hasher 1', kind, width, bits };
  return encodeSafetensors(arrays, { [KEY]: JSON.stringify(header) });
}

/** Reads what `encodeHasher` wrote. Throws Error in a few words for other bytes. */
export function decodeHasher(bytes: Uint8Array): Hasher {
  const { weights: arrays, metadata } = decodeSafetensors(bytes);
  if (!Object.hasOwn(metadata, KEY)) throw new Error('the file does not describe a hasher');
  const { kind, width, bits } = parseJson(metadata[KEY], headerSchema);
  requireFinite(arrays);
  return restoreHasher({ kind, width, bits, arrays });
}
