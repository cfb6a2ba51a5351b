/** polytag tag: a catalogue's tags, embeddings and taggrams. */
import type { CommandModule } from 'yargs';
import { Failure, WrongUse } from '../../base/errors.js';
import { startProgress } from '../../base/progress.js';
import { findTracks } from '../../catalogue/inputs/tracks.js';
import { CatalogueTagger, requireTable } from '../../catalogue/tag/catalogue-tagger.js';
import { interruptible } from '../interrupt.js';
import { printNote, printResult } from '../print.js';

interface TagArguments {
  paths: string[];
  model: string;
  out: string;
  overwrite: boolean;
  embedding: boolean;
  taggram?: string;
  lyrics?: string;
  threshold?: number;
  outside: boolean;
  'write-tags'?: string;
  'in-place': boolean;
  json: boolean;
}

export const tag: CommandModule<object, TagArguments> = {
  command: 'tag <paths..>',
  describe: 'Tag recordings by a published or a trained model, into one table',
  builder: (yargs) =>
    yargs
      .positional('paths', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Files, folders, M3U playlists, or - for a list on standard input',
      })
      .option('model', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'A name ("polytag models list" shows them), or the folder of a run',
      })
      .option('out', {
        type: 'string',
        requiresArg: true,
        demandOption: true,
        describe: 'The table: .csv, .jsonl, .parquet or .arrow; stopped, the same command goes on with it',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace a table that is there' })
      .option('embedding', {
        type: 'boolean',
        default: false,
        describe: 'Add each track\'s embedding, which "polytag similar" searches',
      })
      .option('taggram', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder for a JSON file a track: its scores over time',
      })
      .option('lyrics', {
        type: 'string',
        requiresArg: true,
        describe: 'Folder with NAME.txt for NAME.mp3, for models that read words',
      })
      .option('threshold', {
        type: 'number',
        requiresArg: true,
        describe: "Score from which a tag is a top tag (default: the model's own, else 0.2)",
      })
      .option('write-tags', {
        type: 'string',
        requiresArg: true,
        describe: "Folder for copies of the tracks with their top tags as metadata (the field 'grouping')",
      })
      .option('in-place', {
        type: 'boolean',
        default: false,
        describe: "Write the top tags into the tracks' own metadata",
      })
      .option('outside', {
        type: 'boolean',
        default: false,
        describe: 'Let playlists name tracks outside their folders',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the counts as JSON' }),
  handler: async (args) => {
    const { threshold } = args;
    if (threshold !== undefined && !(threshold >= 0 && threshold <= 1))
      throw new WrongUse('--threshold must be a number from 0 to 1.');
    if (args['write-tags'] && args['in-place'])
      throw new WrongUse('--write-tags and --in-place exclude each other; give one of them.');
    const writeTags = args['in-place']
      ? 'in-place'
      : args['write-tags']
        ? { copies: args['write-tags'] }
        : null;
    const tracks = await findTracks(args.paths, { allowOutside: args.outside });
    await requireTable(args.out, args.overwrite);
    const tagger = await CatalogueTagger.open({
      model: args.model,
      embedding: args.embedding,
      lyrics: args.lyrics ?? null,
      taggrams: args.taggram ?? null,
      threshold: threshold ?? null,
      log: printNote,
    });
    const { rows, failed, partial, written, tagged } = await interruptible((signal) =>
      tagger.makeTable({
        tracks,
        out: args.out,
        overwrite: args.overwrite,
        writeTags,
        signal,
        progress: (total) => startProgress('Tagging', total, 'tracks'),
      }),
    ).finally(() => tagger.dispose());
    const speed = tagged.seconds > 0 ? tagged.audio / tagged.seconds : 0;
    printResult(
      args.json
        ? JSON.stringify({ out: args.out, rows, failed, partial, written, ...tagged }, null, 2)
        : `${args.out}: ${rows} tracks, ${failed} failed, ${partial} damaged in part; ${(tagged.audio / 60).toFixed(1)} min of audio in ${tagged.seconds.toFixed(1)} s, ${speed.toFixed(0)} times real time`,
    );
    if (failed > 0)
      throw new Failure(
        `${failed} of ${rows} tracks could not be tagged; the column "error" of ${args.out} says why.`,
      );
  },
};
