/** What an index consists of, and what its `index.json` holds. */
import { z } from 'zod';
import { rowsPerBlock } from './block-file.js';

/** Files of an index. `tagged` is the table of an index that is being built from recordings. */
export const INDEX_FILES = {
  description: 'index.json',
  vectors: 'vectors.f32',
  codes: 'codes.bin',
  hasher: 'hasher.safetensors',
  graph: 'graph.usearch',
  tracks: 'tracks.arrow',
  tagged: 'tagged.arrow',
} as const;

/** Bytes of the vectors that shared a checksum in version 1. */
const FIRST_BLOCK_BYTES = 2 ** 22;

const blocksSchema = z.object({
  /** Rows that share a checksum. */
  rows_per_block: z.int().positive(),
  /** CRC-32 of each block. */
  sums: z.array(z.int().nonnegative()),
});

const baseSchema = z.object({
  format: z.literal('polytag index'),
  model: z.string(),
  /** Hash of the model's weights. */
  weights: z.string().nullable(),
  /** Of a vector. */
  length: z.int().positive(),
  tracks: z.int().nonnegative(),
  /** Tracks of the table that have no vector, with the reason. */
  without: z.array(z.tuple([z.string(), z.string()])),
});

const secondSchema = baseSchema.extend({
  version: z.literal(2),
  /** Null where the index holds codes alone. */
  vectors: blocksSchema.nullable(),
  codes: blocksSchema
    .extend({
      /** SHA-256 of the file of the hasher that made the codes. */
      hasher: z.string(),
      /** The hasher's options, and what it was fitted to. */
      parameters: z.looseObject({ kind: z.string(), bits: z.int().positive() }),
    })
    .nullable(),
  /** Null where every track is compared, as in indexes from before graphs. */
  graph: z
    .object({
      package: z.literal('usearch'),
      version: z.string(),
      sha256: z.string(),
      options: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    })
    .nullable()
    .default(null),
});

const firstSchema = baseSchema.extend({ version: z.literal(1), sums: blocksSchema.shape.sums }).transform(
  ({ sums, ...rest }): IndexDescription => ({
    ...{ ...rest, version: 2, codes: null, graph: null },
    vectors: { rows_per_block: rowsPerBlock(FIRST_BLOCK_BYTES, 4 * rest.length), sums },
  }),
);

/** What `index.json` holds. */
export type IndexDescription = z.infer<typeof secondSchema>;

/** Of versions 1 and 2. */
export const descriptionSchema: z.ZodType<IndexDescription> = z.union([secondSchema, firstSchema]);
