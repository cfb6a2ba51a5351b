/** polytag similar: the tracks of a catalogue that are nearest to a track or a file, or that have a tag. */
import { stat } from 'node:fs/promises';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { alignColumns } from '../../base/text-tables.js';
import { openEmbedder } from '../../catalogue/similar/embed-file.js';
import { type EmbeddingIndex, loadEmbeddings } from '../../catalogue/similar/embedding-index.js';
import { findTrack, trackByPath } from '../../catalogue/similar/find-track.js';
import { type Neighbour, nearestTracks } from '../../catalogue/similar/nearest-tracks.js';
import { labelNamed, tracksWithTag } from '../../catalogue/similar/tracks-with-tag.js';
import { numberText, numberTextOr, switchOption, textOption, wholeOption } from '../arguments.js';
import { interruptible, onOneLine, printNote, printResult } from '../terminal.js';

interface SimilarArguments {
  index: string;
  tracks?: string[];
  count: string;
  above?: string;
  tag?: string;
  model?: string;
  json: boolean;
}

/** What was asked about: a track of the table, or a file outside it. */
interface Answer {
  path: string;
  tops: string[];
  neighbours: Neighbour[];
}

function similarityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const similarity = Number(text);
  if (text.trim() === '' || !(similarity >= -1 && similarity <= 1))
    throw new UsageError(`--above must be a similarity from -1 to 1, not "${text}".`);
  return similarity;
}

function asJson({ paths, titles, artists, tops }: EmbeddingIndex, answers: Answer[]): string {
  const described = answers.map(({ path, tops: own, neighbours }) => ({
    track: path,
    top_tags: own,
    neighbours: neighbours.map(({ row, similarity }) => ({
      path: paths[row],
      title: titles[row],
      artist: artists[row],
      similarity: Number(similarity.toFixed(6)),
      top_tags: tops[row],
    })),
  }));
  return JSON.stringify(described, null, 2);
}

/** Most tags beside a path. */
const tagsText = (tops: readonly string[]): string => tops.slice(0, 4).join(', ');

function asText({ paths, titles, artists, tops }: EmbeddingIndex, answer: Answer): string {
  const { path, neighbours } = answer;
  const title = onOneLine(path) + (answer.tops.length > 0 ? ` (${tagsText(answer.tops)})` : '');
  if (neighbours.length === 0) return `${title}\nNo other track is that similar.`;
  const names = neighbours.map(({ row }) =>
    onOneLine([artists[row], titles[row]].filter((name) => name !== null).join(': ')),
  );
  const isNamed = names.some((name) => name !== '');
  const lines = neighbours.map(({ row, similarity }, i) => [
    ...[similarity.toFixed(3), onOneLine(paths[row])],
    ...(isNamed ? [names[i]] : []),
    tagsText(tops[row]),
  ]);
  const head = ['similarity', 'track', ...(isNamed ? ['name'] : []), 'top tags'];
  return `${title}\n${alignColumns([head, ...lines])}`;
}

/** The tracks with the highest scores of a tag. */
async function printTagged(table: string, tag: string, count: number, json: boolean): Promise<void> {
  const found = await tracksWithTag(table, tag, count);
  if (json) {
    const rows = found.map(({ path, score, tops }) => ({
      path,
      score: Number(score.toFixed(6)),
      top_tags: tops,
    }));
    return printResult(JSON.stringify(rows, null, 2));
  }
  const lines = found.map(({ path, score, tops }) => [score.toFixed(3), onOneLine(path), tagsText(tops)]);
  printResult(alignColumns([['score', 'track', 'top tags'], ...lines]));
}

/** Whether a track has a tag among its top tags. Throws a UsageError for a tag that no track has. */
function hasTag({ tops }: EmbeddingIndex, tag: string): (row: number) => boolean {
  const label = labelNamed([...new Set(tops.flat())], tag);
  return (row) => tops[row].includes(label);
}

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() ?? false;

/** Answers each query in turn; the model is opened only for files outside the table. */
async function answersTo(
  index: EmbeddingIndex,
  queries: readonly string[],
  options: { count: number; above?: number; wanted?: (row: number) => boolean },
  model: string | undefined,
): Promise<Answer[]> {
  const { unit, length, paths, tops } = index;
  const outside = new Set<string>();
  for (const query of queries)
    if (trackByPath(index, query) === null && !index.without.has(query) && (await isFile(query)))
      outside.add(query);
  const embedder = outside.size > 0 ? await openEmbedder(index, model, printNote) : null;
  try {
    const answers: Answer[] = [];
    for (const query of queries) {
      if (embedder && outside.has(query)) {
        const embedded = await interruptible((signal) => embedder.embed(query, signal));
        answers.push({
          path: query,
          tops: embedded.tops,
          neighbours: nearestTracks(index, embedded.unit, options),
        });
        continue;
      }
      const row = findTrack(index, query);
      const neighbours = nearestTracks(index, unit.subarray(row * length, (row + 1) * length), {
        ...options,
        exclude: row,
      });
      answers.push({ path: paths[row], tops: tops[row], neighbours });
    }
    return answers;
  } finally {
    embedder?.dispose();
  }
}

export const similar: CommandModule<object, SimilarArguments> = {
  command: 'similar <index> [tracks..]',
  describe: 'Find the tracks of a catalogue that are nearest to a track, or that have a tag',
  builder: (yargs) =>
    yargs
      .positional('index', {
        type: 'string',
        demandOption: true,
        describe: 'Table that "polytag tag --embedding" wrote: Parquet, Arrow, JSON lines or CSV',
      })
      .positional('tracks', {
        type: 'string',
        array: true,
        describe: 'Part of a path, title or artist in the table, or a file outside it',
      })
      .option('count', numberTextOr(10, 'Most neighbours to show'))
      .option('above', numberText('Least cosine similarity; close to 1 finds duplicates'))
      .option('tag', textOption('Only tracks with this tag; without a track: those with its highest scores'))
      .option(
        'model',
        textOption("For files outside the table: the model that made it (default: the table's)"),
      )
      .option('json', switchOption('Print the neighbours as JSON'))
      .example('$0 similar tags.parquet "some song.mp3"', 'Nearest tracks by sound')
      .example('$0 similar tags.parquet a.mp3 --above 0.999', 'Duplicates of a track')
      .epilogue('Neighbours exclude the track itself and are exact: every track is compared.'),
  handler: async ({ index: path, tracks = [], count: countText, above: aboveText, tag, model, json }) => {
    const count = wholeOption('count', countText, { least: 1 });
    const above = similarityOf(aboveText);
    if (tracks.length === 0) {
      if (tag === undefined)
        throw new UsageError('Give a track (part of its path, title or artist), a file, or --tag.');
      return printTagged(path, tag, count, json);
    }
    const index = await loadEmbeddings(path);
    const wanted = tag === undefined ? undefined : hasTag(index, tag);
    const answers = await answersTo(index, tracks, { count, above, wanted }, model);
    if (json) printResult(asJson(index, answers));
    else printResult(answers.map((answer) => asText(index, answer)).join('\n\n'));
  },
};
