/** polytag tag: a catalogue's tags, embeddings and taggrams. */
import type { CommandModule, InferredOptionTypes } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { launcherOptions, launchShards } from './launch.js';
import { readTaggingOptions, taggingOptions } from './options.js';
import { manifest, merge, partBytesOption, verify } from './parts.js';
import { tagShard } from './shard.js';
import { tagStandardInput } from './stdin.js';
import { makeOneTable } from './table.js';

interface TagArguments
  extends InferredOptionTypes<typeof taggingOptions>,
    InferredOptionTypes<typeof launcherOptions> {
  paths?: string[];
  out?: string;
  overwrite: boolean;
  'write-tags'?: string;
  'in-place': boolean;
  outside: boolean;
  report?: string;
  manifest?: string;
  shard?: string;
  shards?: number;
  'part-bytes': number;
  'stdin-jsonl': boolean;
  json: boolean;
}

export const tag: CommandModule<object, TagArguments> = {
  command: 'tag [paths..]',
  describe: 'Tag recordings by a published or a trained model, into one table',
  builder: (yargs) =>
    yargs
      .command(manifest)
      .command(verify)
      .command(merge)
      .positional('paths', {
        type: 'string',
        array: true,
        describe: 'Files, folders, M3U playlists, or - for a list on standard input',
      })
      .options(taggingOptions)
      .option('out', {
        type: 'string',
        requiresArg: true,
        describe:
          'The table: .csv, .jsonl, .parquet or .arrow; stopped, the same command goes on with it. With --manifest the folder of the parts',
      })
      .option('overwrite', { type: 'boolean', default: false, describe: 'Replace a table that is there' })
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
      .option('report', {
        type: 'string',
        requiresArg: true,
        describe: 'Write a page about the catalogue to this .html file: tags, a map of the tracks, taggrams',
      })
      .option('outside', {
        type: 'boolean',
        default: false,
        describe: 'Let playlists name tracks outside their folders',
      })
      .option('manifest', {
        type: 'string',
        requiresArg: true,
        describe: 'Work on a shard of these tracks ("polytag tag manifest" writes it)',
      })
      .option('shard', {
        type: 'string',
        requiresArg: true,
        describe: 'I/N, I from 1 (default: what Slurm or Kubernetes say, else 1/1)',
      })
      .option('shards', {
        type: 'number',
        requiresArg: true,
        describe: 'N, where the scheduler says only I',
      })
      .option('part-bytes', partBytesOption)
      .options(launcherOptions)
      .option('stdin-jsonl', {
        type: 'boolean',
        default: false,
        describe: 'Read {"path": …} a line, write a result a line, for Spark and Hadoop',
      })
      .option('json', { type: 'boolean', default: false, describe: 'Print the counts as JSON' }),
  handler: async (args) => {
    const tagging = readTaggingOptions(args);
    if (args['stdin-jsonl']) return tagStandardInput(tagging);
    const { out, paths = [] } = args;
    if (out === undefined)
      throw new UsageError('--out says where the tags go: a table, or with --manifest a folder.');
    if (args.manifest !== undefined) {
      if (paths.length > 0) throw new UsageError('--manifest names the tracks; leave the paths out.');
      if (args.launcher !== undefined) {
        if (args.shard !== undefined)
          throw new UsageError('--launcher starts all shards; leave --shard out and give --shards N.');
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
      throw new UsageError('--launcher works on --manifest FILE; "polytag tag manifest" writes it.');
    if (paths.length === 0)
      throw new UsageError('Say what to tag: files, folders, playlists, or - for a list on standard input.');
    return makeOneTable(tagging, {
      paths,
      out,
      overwrite: args.overwrite,
      outside: args.outside,
      writeTags: args['write-tags'],
      inPlace: args['in-place'],
      report: args.report,
      json: args.json,
    });
  },
};
