/** The part of a config that names scores of another toolkit in place of a model: `model.predictions`. */
import { z } from 'zod';

export const importedSchema = z.strictObject({
  file: z
    .string()
    .describe(
      'Table of scores, a row per recording and a column per label: .csv or .tsv (also .gz), .parquet, or .npy.',
    ),
  id_column: z
    .string()
    .optional()
    .describe(
      'Column with the id or path of each row’s recording. Default: the first of id, clip_id, track_id, path, mp3_path, file, filename, else the first column.',
    ),
  ids: z
    .string()
    .optional()
    .describe('Text file with the id or path of each row, one a line; for .npy, which has none.'),
  labels: z
    .string()
    .optional()
    .describe(
      'Text file with the label of each column, one a line; for .npy. Default: the data set’s labels in their order.',
    ),
  rename: z
    .record(z.string(), z.string())
    .default({})
    .describe('Labels of columns that are called otherwise, by column: {newage: new age}.'),
  logits: z
    .boolean()
    .default(false)
    .describe(
      'Whether the scores are logits, which become probabilities: by the logistic function for tags, by the softmax for classes.',
    ),
  allow_missing: z
    .boolean()
    .default(false)
    .describe(
      'Whether test examples without a row are left out, with a note, where they are refused otherwise.',
    ),
});

/** `model.predictions` with every option written out. */
export type ImportedOptions = z.output<typeof importedSchema>;

/** The scores in a few words: `scores of musicnn.csv.gz`. */
export const describeImported = ({ file }: ImportedOptions): string =>
  `scores of ${file.split(/[\\/]/).at(-1)}`;
