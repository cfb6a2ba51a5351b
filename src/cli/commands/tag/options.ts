/** Options of all modes of tagging. */
import type { InferredOptionTypes, Options } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import type { TaggingOptions } from '../../../catalogue/tag/catalogue-tagger.js';
import {
  encodingOption,
  numberOption,
  numberText,
  readEncoding,
  switchOption,
  textOption,
  wholeOption,
} from '../../arguments.js';
import { printNote } from '../../terminal.js';

export const taggingOptions = {
  model: textOption('A name ("polytag models list" shows them), or the folder of a run'),
  embedding: switchOption('Add each track\'s embedding, which "polytag similar" searches'),
  taggram: textOption('Folder for one JSON file per track with its scores over time'),
  lyrics: textOption('Folder with NAME.txt or NAME.lrc for NAME.mp3, for models that take lyrics'),
  encoding: encodingOption('lyrics and playlists'),
  threshold: numberOption(
    "Score from which a tag is a top tag (default: the model's own, else 0.2; the best tag where none reaches it)",
  ),
  top: numberText('Number of top tags of every track, whatever their scores'),
} as const satisfies Record<string, Options>;

/** Checks the options. Throws a UsageError for a missing model or a threshold outside 0 to 1. */
export function readTaggingOptions({
  model,
  embedding,
  taggram,
  lyrics,
  encoding,
  threshold,
  top,
}: InferredOptionTypes<typeof taggingOptions>): TaggingOptions {
  if (model === undefined) throw new UsageError('Give --model: a name, or the folder of a run.');
  if (threshold !== undefined && !(threshold >= 0 && threshold <= 1))
    throw new UsageError('--threshold must be a number from 0 to 1.');
  if (threshold !== undefined && top !== undefined)
    throw new UsageError('--threshold and --top exclude each other; give one of them.');
  return {
    model,
    embedding,
    lyrics: lyrics ?? null,
    encoding: readEncoding(encoding),
    taggrams: taggram ?? null,
    threshold: threshold ?? null,
    top: top === undefined ? null : wholeOption('top', top, { least: 1 }),
    log: printNote,
  };
}
