/** How mel power is compressed: number by number before it is stored, and what decibels need of their window afterwards. */
import { z } from 'zod';
import { amplitudeToDecibels, DECIBEL_AMIN, logCompress, powerToDecibels } from '../features/compression.js';

/** Options in a config. */
export const compressionOptions = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('log10').describe('log10(1 + factor x).'),
      factor: z.number().positive().default(10_000).describe('Factor of x.'),
    }),
    z.strictObject({
      kind: z.literal('db').describe('10 log10(max(1e-10, x) / ref), as librosa.power_to_db.'),
      of: z
        .enum(['power', 'amplitude'])
        .optional()
        .describe(
          'amplitude: 20 log10(max(1e-5, x) / ref), as librosa.amplitude_to_db: the decibels of x². Default: power.',
        ),
      ref: z
        .union([z.number().positive(), z.literal('max')])
        .default(1)
        .describe('Value of x at 0 dB; max: the largest of each window.'),
      top_db: z
        .number()
        .positive()
        .nullable()
        .default(null)
        .describe('Values lie at most this far below the largest of their window; null for no limit.'),
    }),
    z.strictObject({
      kind: z.literal('log').describe('ln(x + offset).'),
      offset: z.number().positive().default(1e-6).describe('Added to x.'),
    }),
    z.strictObject({ kind: z.literal('none').describe('The mel power itself.') }),
  ])
  .optional()
  .describe('Compression of the mel power x. Default: log10(1 + 10000 x).');

/** How mel power is compressed where each number can be compressed alone; the rest happens window by window. */
export type Compression =
  | { kind: 'log10'; factor: number }
  | { kind: 'db'; of?: 'amplitude' }
  | { kind: 'log'; offset: number }
  | { kind: 'none' };

const USUAL: Compression = { kind: 'log10', factor: 10_000 };

/** What of it is done number by number; undefined for log10(1 + 10000 x), the first version's. */
export function storedCompression(
  compression: NonNullable<z.output<typeof compressionOptions>>,
): Compression | undefined {
  if (compression.kind === 'db')
    return { kind: 'db', ...(compression.of === 'amplitude' && { of: compression.of }) };
  return compression.kind === 'log10' && compression.factor === 10_000 ? undefined : compression;
}

const compressors: {
  [Kind in Compression['kind']]: (
    compression: Compression & { kind: Kind },
  ) => (power: Float32Array) => Float32Array;
} = {
  log10:
    ({ factor }) =>
    (power) =>
      logCompress(power, factor),
  db:
    ({ of }) =>
    (power) =>
      (of === 'amplitude' ? amplitudeToDecibels : powerToDecibels)(power, { topDb: null }),
  log:
    ({ offset }) =>
    (power) =>
      power.map((value) => Math.log(value + offset)),
  none: () => (power) => power,
};

/** Compresses mel power, number by number; absent for log10(1 + 10000 x). */
export function compressorOf(compression: Compression = USUAL): (power: Float32Array) => Float32Array {
  const make = compressors[compression.kind] as (
    compression: Compression,
  ) => (power: Float32Array) => Float32Array;
  return make(compression);
}

/**
 * What is done to the decibels of each window: `shift` is subtracted, or the largest of the window where it is null, and
 * values lie at most `topDb` below the largest; null for nothing.
 */
export function decibelsOfWindow(
  compression: z.output<typeof compressionOptions>,
): { shift: number | null; topDb: number | null } | null {
  if (compression?.kind !== 'db') return null;
  const { of, ref, top_db: topDb } = compression;
  if (ref === 1 && topDb === null) return null;
  const power = (value: number): number => (of === 'amplitude' ? value ** 2 : value);
  const shift = ref === 'max' ? null : 10 * Math.log10(Math.max(DECIBEL_AMIN, power(ref)));
  return { shift, topDb };
}

/** It as a formula. */
export function describeCompression(compression: Compression = USUAL): string {
  if (compression.kind === 'log10') return `log10(1 + ${compression.factor} x)`;
  if (compression.kind === 'log') return `ln(x + ${compression.offset})`;
  if (compression.kind === 'none') return 'x';
  return compression.of === 'amplitude' ? '20 log10(max(1e-5, x))' : '10 log10(max(1e-10, x))';
}
