/** polytag similar: the tracks of a catalogue that are nearest to a track or a file, or that have a tag. */
import { join } from 'node:path';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { alignColumns } from '../../../base/text-tables.js';
import {
  answersTo,
  isFile,
  type Measure,
  SAME,
  type ToldAnswer,
  tell,
} from '../../../catalogue/similar/answer.js';
import type { IndexedTracks } from '../../../catalogue/similar/embedding-index.js';
import { findTrack } from '../../../catalogue/similar/find-track.js';
import { INDEX_FILES, isIndex } from '../../../catalogue/similar/index-folder.js';
import { COMPARED_BY, openMeasure, RERANKED } from '../../../catalogue/similar/measures.js';
import { answersFrom } from '../../../catalogue/similar/postgres/answers.js';
import { isPostgres, parseAddress, withPostgres } from '../../../catalogue/similar/postgres/client.js';
import { TrackTable } from '../../../catalogue/similar/postgres/track-table.js';
import { parseWishes } from '../../../catalogue/similar/tag-wishes.js';
import { compileFilter } from '../../../catalogue/similar/track-filter.js';
import { tracksWithTags } from '../../../catalogue/similar/tracks-with-tags.js';
import { addressFrom } from '../../../report/kit/links.js';
import { similarPage } from '../../../report/pages/similar/page.js';
import {
  numberText,
  numberTextOr,
  requirePlace,
  switchOption,
  textOption,
  wholeOption,
} from '../../arguments.js';
import { interruptible, onOneLine, printNote, printResult, typedCommand } from '../../terminal.js';
import { answersJson, answersText, tagsText } from './answers-text.js';

interface SimilarArguments {
  index: string;
  tracks?: string[];
  count: string;
  above?: string;
  tag?: string;
  filter?: string;
  by?: (typeof COMPARED_BY)[number];
  within?: string;
  rerank: boolean;
  exact: boolean;
  exclude?: (typeof SAME)[number];
  together: boolean;
  model?: string;
  json: boolean;
  report?: string;
}

/** What is said of a search in an index that has a graph. */
const SEARCH_NOTES = {
  approximate: 'A graph finds nearly all of the nearest tracks; --exact compares every track.',
  exact:
    'The package usearch, which reads the graph of this index, is not installed; every track is compared.',
} as const;

function similarityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const similarity = Number(text);
  if (text.trim() === '' || !(similarity >= -1 && similarity <= 1))
    throw new UsageError(`--above must be a similarity from -1 to 1, not "${text}".`);
  return similarity;
}

/** The tracks that fit best what is asked of their tags. */
async function printTagged(given: string, text: string, count: number, json: boolean): Promise<void> {
  const table = (await isIndex(given)) ? join(given, INDEX_FILES.tracks) : given;
  const found = await tracksWithTags(table, text, count);
  if (json) {
    const rows = found.map(({ fit, tops, ...track }) => ({
      ...track,
      score: Number(fit.toFixed(6)),
      top_tags: tops,
    }));
    return printResult(JSON.stringify(rows, null, 2));
  }
  const lines = found.map(({ path, fit, tops }) => [fit.toFixed(3), onOneLine(path), tagsText(tops)]);
  printResult(alignColumns([['score', 'track', 'top tags'], ...lines]));
}

/** Whether a track's top tags hold all that are wanted, and none that are not. Throws a UsageError for unknown tags. */
function hasTags({ tops, labels }: IndexedTracks, text: string): (row: number) => boolean {
  const wishes = parseWishes(text, labels);
  return (row) => wishes.every(({ label, isWanted }) => tops[row].includes(label) === isWanted);
}

/** Whether a text that names no track names tags. */
function isOfTags(index: IndexedTracks, text: string): boolean {
  try {
    findTrack(index, text);
    return false;
  } catch {
    try {
      parseWishes(text, index.labels);
      return true;
    } catch {
      return false;
    }
  }
}

/** Throws a UsageError for a page of tracks that carry tags: it is of neighbours. */
function requireNoReport(report: string | undefined): void {
  if (report !== undefined) throw new UsageError('--report is for neighbours; give a track.');
}

export const similar: CommandModule<object, SimilarArguments> = {
  command: 'similar <index> [tracks..]',
  describe: 'Find the tracks of a catalogue that are nearest to a track, or that have a tag',
  builder: (yargs) =>
    yargs
      .positional('index', {
        type: 'string',
        demandOption: true,
        describe:
          'Index, a table that "polytag tag --embedding" wrote (Parquet, Arrow, JSON lines or CSV), or postgres://USER@HOST/DATABASE/TABLE',
      })
      .positional('tracks', {
        type: 'string',
        array: true,
        describe:
          'Part of a path, title or artist in the table, a file outside it, or tags: "slow piano, no vocals"',
      })
      .option('count', numberTextOr(10, 'Most neighbours to show'))
      .option('above', numberText('Least cosine similarity; close to 1 finds duplicates'))
      .option(
        'tag',
        textOption(
          'Only tracks with these tags; without a track: those that fit them best, as "piano, no drums"',
        ),
      )
      .option(
        'filter',
        textOption(
          "Only tracks for which an expression holds, over path, title, artist, album, duration and tag.NAME: 'tag.vocal > 0.5 and duration < 300'",
        ),
      )
      .option('by', {
        choices: COMPARED_BY,
        requiresArg: true,
        describe:
          "Compare tracks by their embeddings, by an index's binary codes, or by their tags' scores (default: embedding; code for an index of codes alone)",
      })
      .option('within', numberText('With --by code: most bits in which the codes may differ'))
      .option(
        'rerank',
        switchOption(
          `With --by code: put the tracks of the ${RERANKED} nearest codes in the order of their embeddings`,
        ),
      )
      .option(
        'exact',
        switchOption('Compare every track, although the index has a graph for approximate search'),
      )
      .option('exclude', {
        choices: SAME,
        requiresArg: true,
        describe: 'Leave out tracks of the same artist, or of the same album',
      })
      .option('together', switchOption('One answer to all tracks, by the mean of their directions'))
      .option(
        'model',
        textOption("For files outside the table: the model that made it (default: the table's)"),
      )
      .option('report', textOption('Write a page with the neighbours, to listen to, to this .html file'))
      .option('json', switchOption('Print the neighbours as JSON'))
      .example('$0 similar tags.parquet "some song.mp3"', 'Nearest tracks by sound')
      .example('$0 similar tags.parquet a.mp3 --above 0.999', 'Duplicates of a track')
      .example('$0 similar tags.parquet a.mp3 b.mp3 --together --exclude artist', 'Like both, by others')
      .example("$0 similar tags.parquet a.mp3 --filter 'duration < 300'", 'Only short ones')
      .example('$0 similar catalogue a.mp3 --by code --rerank', "Nearest by an index's codes, then by sound")
      .example('$0 similar postgres://me@host/music/tracks a.mp3', 'In PostgreSQL, after "index export"')
      .epilogue(
        'Neighbours exclude the track itself and are exact, unless the index has a graph: every track is compared, by --rerank every code. Of equal ones the first in the table comes first.',
      ),
  handler: async ({
    index: path,
    tracks = [],
    model,
    json,
    report,
    by,
    rerank,
    exact,
    exclude,
    together,
    ...given
  }) => {
    const count = wholeOption('count', given.count, { least: 1 });
    const above = similarityOf(given.above);
    const { tag, filter } = given;
    if (together && tracks.length === 1)
      throw new UsageError(
        '--together gives one answer to several tracks; give another track, or leave the option out.',
      );
    if (report !== undefined) await requirePlace('report', report, '.html');
    const give = async (
      description: Measure['description'],
      answers: ToldAnswer[],
      command: string | null,
    ): Promise<void> => {
      if (report !== undefined) {
        const addressOf = (path: string): string => addressFrom(report, path);
        await writeWhole(report, similarPage({ description, answers, addressOf, command }));
      }
      printResult(json ? answersJson(description, answers) : answersText(answers));
    };
    if (tracks.length === 0) {
      requireNoReport(report);
      if (tag === undefined)
        throw new UsageError('Give a track (part of its path, title or artist), a file, or --tag.');
      if (isPostgres(path))
        throw new UsageError('Give a track: a table in PostgreSQL is not searched by tags alone.');
      return printTagged(path, tag, count, json);
    }
    const within = given.within === undefined ? undefined : wholeOption('within', given.within, { least: 0 });
    if (isPostgres(path)) {
      const { database, table } = parseAddress(path);
      const { description, answers } = await withPostgres(database, async (client) =>
        interruptible(async (signal) =>
          answersFrom(await TrackTable.open(client, table), tracks, {
            ...{ by, above, within, rerank, count, exclude, isTogether: together, tag, filter, model },
            ...{ log: printNote, signal },
          }),
        ),
      );
      // The address may hold a password, which is not for a page.
      return give(description, answers, null);
    }
    const { tracks: index, measure } = await openMeasure(path, {
      ...{ by, above, within, rerank, exact, scores: filter !== undefined },
    });
    const note = SEARCH_NOTES[measure.description.search as keyof typeof SEARCH_NOTES];
    if (note !== undefined) printNote(note);
    if (tracks.length === 1 && !(await isFile(tracks[0])) && isOfTags(index, tracks[0])) {
      requireNoReport(report);
      return printTagged(path, tracks[0], count, json);
    }
    const conditions = [
      ...(tag === undefined ? [] : [hasTags(index, tag)]),
      ...(filter === undefined ? [] : [compileFilter(filter, index)]),
    ];
    const wanted = (row: number): boolean => conditions.every((holds) => holds(row));
    const answers = await interruptible((signal) =>
      answersTo(index, measure, tracks, {
        ...{ count, exclude, isTogether: together, wanted, model },
        ...{ log: printNote, signal },
      }),
    );
    await give(measure.description, tell(index, answers), typedCommand());
  },
};
