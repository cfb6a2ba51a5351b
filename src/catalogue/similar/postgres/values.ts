/** Values as PostgreSQL and pgvector write and read them. */

/** A text without the one character that PostgreSQL's texts cannot hold. */
export const storable = (text: string): string => text.replaceAll('\0', '');

/** An array of texts. */
export const textArray = (texts: readonly string[]): string =>
  `{${texts.map((text) => `"${storable(text).replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** A single-precision number in so many digits that it is read back as it is. */
const digits = (value: number): string => (Number.isFinite(value) ? value.toPrecision(9) : 'NULL');

/** An array of numbers; what is not a number is NULL. */
export const numberArray = (values: Float32Array): string => `{${Array.from(values, digits).join(',')}}`;

/** A vector of pgvector, or an array. */
export function vectorText(vector: Float32Array, pgvector: boolean): string {
  const array = numberArray(vector);
  return pgvector ? `[${array.slice(1, -1)}]` : array;
}

/** The numbers of a vector or an array. */
export const vectorOf = (text: string): Float32Array =>
  Float32Array.from(text.slice(1, -1).split(','), Number);

/** Zeros and ones: bit j of a code is the jth of them. */
export function bitText(code: Uint8Array | Uint32Array): string {
  const bytes = new Uint8Array(code.buffer, code.byteOffset, code.byteLength);
  return Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0').split('').reverse().join('')).join('');
}

/** The words of a code: bit j is bit j & 31 of word j >> 5. */
export function codeOf(bits: string): Uint32Array {
  const code = new Uint32Array(bits.length / 32);
  for (let j = 0; j < bits.length; j++) if (bits[j] === '1') code[j >> 5] |= 1 << (j & 31);
  return code;
}
