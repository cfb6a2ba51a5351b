/** How the codes of a query are made and joined. */
import { type Hasher, wordsOf } from '../../../models/hashing/index.js';
import { NETWORK } from '../../../models/hashing/network.js';

/** The code of several tracks: the bit of most of them, the first one's where as many have it as have not. */
export function majorityCode(codes: readonly Uint32Array[], bits: number): Uint32Array {
  const joint = new Uint32Array(wordsOf(bits));
  const has = (code: Uint32Array, bit: number): number => (code[bit >>> 5] >>> (bit & 31)) & 1;
  for (let bit = 0; bit < bits; bit++) {
    const count = codes.reduce((sum, code) => sum + has(code, bit), 0);
    const isSet = 2 * count === codes.length ? has(codes[0], bit) === 1 : 2 * count > codes.length;
    if (isSet) joint[bit >>> 5] |= 1 << (bit & 31);
  }
  return joint;
}

/** Whether a hasher takes embeddings as the model gives them; those of hash learners take unit vectors. */
export const takesWhole = ({ kind }: Pick<Hasher, 'kind'>): boolean => kind === NETWORK;
