/** polytag tag: a catalogue's tags, embeddings and taggrams. */
import type { Argv, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { bomOption, numberOption, switchOption, textOption } from '../../arguments.js';
import { launcherOptions, launchShards } from './launch.js';
import { readTaggingOptions, taggingOptions } from './options.js';
import { manifest, merge, partBytesOption, verify } from './parts.js';
import { printTags } from './print.js';
import { tagShard } from './shard.js';
import { tagStandardInput } from './stdin.js';
import { makeOneTable } from './table.js';

/** Options of one table; without --out nothing is written, and those of `TABLE_ONLY` make no sense. */
const tableOptions = {
  out: textOption(
    'Table to write: .csv, .jsonl, .parquet or .arrow (the same command resumes it after an interruption); with --manifest, the folder of the parts',
  ),
  overwrite: switchOption('Replace an existing table'),
  update: switchOption(
    'Bring an existing table up to date: tag new and changed tracks, drop those that are gone',
  ),
  bom: bomOption,
  report: textOption(
    'Write a page about the catalogue to this .html file: tags, a map of the tracks, taggrams',
  ),
  'write-tags': textOption(
    "Folder for copies of the tracks with their top tags as metadata (the field 'grouping')",
  ),
  'in-place': switchOption("Write the top tags into the tracks' own metadata"),
  outside: switchOption('Allow playlists to name tracks outside their folders'),
  'relative-to': textOption(
    'Folder that the paths in the table are relative to (default: as they are named)',
  ),
  strict: switchOption('Exit with 1 when a track could not be tagged, or only in part'),
  json: switchOption('Print the counts, or without --out the tags, as JSON'),
} as const satisfies Record<string, Options>;

const TABLE_ONLY = [
  'overwrite',
  'update',
  'bom',
  'report',
  'write-tags',
  'in-place',
  'embedding',
  'relative-to',
] as const;

const shardOptions = {
  manifest: textOption('Work on a shard of these tracks ("polytag tag manifest" writes it)'),
  shard: textOption('I/N, I from 1 (default: from the environment of Slurm or Kubernetes, else 1/1)'),
  shards: numberOption('N, where the scheduler gives only I'),
  'part-bytes': partBytesOption,
} as const satisfies Record<string, Options>;

const requestOptions = {
  'stdin-jsonl': switchOption(
    'Read one {"path": …} per line and write one result per line, for Spark and Hadoop',
  ),
} as const satisfies Record<string, Options>;

/** The options in their groups of the help. */
const groups = [
  { title: 'Model and results, in every mode:', options: taggingOptions },
  { title: 'One table (polytag tag PATH… --out TABLE):', options: tableOptions },
  { title: 'One shard of a manifest (polytag tag --manifest FILE --out FOLDER):', options: shardOptions },
  { title: 'All shards on Slurm (with --manifest and --shards):', options: launcherOptions },
  { title: 'Requests on standard input:', options: requestOptions },
];

type TagArguments = { paths?: string[] } & InferredOptionTypes<
  typeof taggingOptions &
    typeof tableOptions &
    typeof shardOptions &
    typeof launcherOptions &
    typeof requestOptions
>;

/** Adds the options in their groups, not for the subcommands, which would take and ignore them. */
function withOptions(yargs: Argv<object>): Argv<TagArguments> {
  for (const { title, options } of groups) {
    yargs.options(options).group(Object.keys(options), title);
    // The types lack the second parameter, without which options are those of the subcommands too.
    const parser = yargs as unknown as { global(names: readonly string[], isGlobal: boolean): Argv };
    parser.global(Object.keys(options), false);
  }
  return yargs as Argv<TagArguments>;
}

export const tag: CommandModule<object, TagArguments> = {
  command: 'tag [paths..]',
  describe: 'Tag recordings with a published or trained model: printed, or into one table',
  builder: (yargs) =>
    withOptions(
      yargs.command(manifest).command(verify).command(merge).positional('paths', {
        type: 'string',
        array: true,
        describe: 'Files, folders, M3U playlists, or - for a list on standard input',
      }),
    )
      .example('$0 tag song.mp3 --model musicnn-mtt', 'Print the tags of a song')
      .example('$0 tag music --model musicnn-mtt --out tags.csv --bom', 'A table of a folder, for Excel')
      .example('$0 tag music --model musicnn-mtt --out tags.parquet --update', 'What is new in the folder'),
  handler: async (args) => {
    const tagging = readTaggingOptions(args);
    const mode = args['stdin-jsonl'] ? '--stdin-jsonl' : args.manifest === undefined ? null : '--manifest';
    if (args.strict && mode !== null)
      throw new UsageError(`--strict has no effect with ${mode}, whose rows say what failed; remove it.`);
    if (args['stdin-jsonl']) return tagStandardInput(tagging);
    const { out, paths = [] } = args;
    if (args.manifest !== undefined) {
      if (out === undefined) throw new UsageError('Give --out: the folder of the parts.');
      if (paths.length > 0) throw new UsageError('--manifest names the tracks; remove the paths.');
      if (args.launcher !== undefined) {
        if (args.shard !== undefined)
          throw new UsageError('--launcher starts all shards; give --shards N instead of --shard.');
        const { manifest, shards, overwrite, 'part-bytes': partBytes } = args;
        return launchShards(args, { ...args, manifest, shards, overwrite, partBytes, folder: out });
      }
      return tagShard(tagging, {
        manifest: args.manifest,
        folder: out,
        shard: args.shard,
        shards: args.shards,
        partBytes: args['part-bytes'],
      });
    }
    if (args.launcher !== undefined)
      throw new UsageError('--launcher needs --manifest FILE; "polytag tag manifest" writes it.');
    if (paths.length === 0)
      throw new UsageError('Give files, folders or playlists to tag, or - for a list on standard input.');
    const named = { paths, outside: args.outside, strict: args.strict };
    if (out === undefined) {
      const given = TABLE_ONLY.find((name) => args[name]);
      if (given !== undefined) throw new UsageError(`--${given} needs a table; give --out.`);
      return printTags(tagging, { ...named, json: args.json });
    }
    return makeOneTable(tagging, {
      ...named,
      relativeTo: args['relative-to'],
      out,
      overwrite: args.overwrite,
      update: args.update,
      bom: args.bom,
      writeTags: args['write-tags'],
      inPlace: args['in-place'],
      report: args.report,
      json: args.json,
    });
  },
};
