/** polytag similar: the tracks of a catalogue that are nearest to one of its tracks. */
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { alignColumns } from '../../base/text-tables.js';
import { type EmbeddingIndex, loadEmbeddings } from '../../catalogue/similar/embedding-index.js';
import { findTrack } from '../../catalogue/similar/find-track.js';
import { type Neighbour, nearestTracks } from '../../catalogue/similar/nearest-tracks.js';
import { numberText, numberTextOr, switchOption, wholeOption } from '../arguments.js';
import { onOneLine, printResult } from '../terminal.js';

interface SimilarArguments {
  index: string;
  tracks: string[];
  count: string;
  above?: string;
  json: boolean;
}

interface Answer {
  row: number;
  neighbours: Neighbour[];
}

function similarityOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const similarity = Number(text);
  if (text.trim() === '' || !(similarity >= -1 && similarity <= 1))
    throw new UsageError(`--above must be a similarity from -1 to 1, not "${text}".`);
  return similarity;
}

function asJson({ paths, tops }: EmbeddingIndex, answers: Answer[]): string {
  const described = answers.map(({ row, neighbours }) => ({
    track: paths[row],
    top_tags: tops[row],
    neighbours: neighbours.map((neighbour) => ({
      path: paths[neighbour.row],
      similarity: Number(neighbour.similarity.toFixed(6)),
      top_tags: tops[neighbour.row],
    })),
  }));
  return JSON.stringify(described, null, 2);
}

/** Most tags beside a path. */
const tagsText = (tops: readonly string[]): string => tops.slice(0, 4).join(', ');

function asText({ paths, tops }: EmbeddingIndex, { row, neighbours }: Answer): string {
  const title = onOneLine(paths[row]) + (tops[row].length > 0 ? ` (${tagsText(tops[row])})` : '');
  if (neighbours.length === 0) return `${title}\nNo other track is that similar.`;
  const lines = neighbours.map((neighbour) => [
    neighbour.similarity.toFixed(3),
    onOneLine(paths[neighbour.row]),
    tagsText(tops[neighbour.row]),
  ]);
  return `${title}\n${alignColumns([['similarity', 'track', 'top tags'], ...lines])}`;
}

export const similar: CommandModule<object, SimilarArguments> = {
  command: 'similar <index> <tracks..>',
  describe: 'Find the tracks of a catalogue that are nearest to one of its tracks',
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
        demandOption: true,
        describe: "A track's path in the table, or the end of it",
      })
      .option('count', numberTextOr(10, 'Most neighbours to show'))
      .option('above', numberText('Least cosine similarity; close to 1 finds duplicates'))
      .option('json', switchOption('Print the neighbours as JSON'))
      .example('$0 similar tags.parquet "some song.mp3"', 'Nearest tracks by sound')
      .example('$0 similar tags.parquet a.mp3 --above 0.999', 'Duplicates of a track')
      .epilogue('Neighbours exclude the track itself and are exact: every track is compared.'),
  handler: async ({ index: path, tracks, count: countText, above: aboveText, json }) => {
    const count = wholeOption('count', countText);
    const above = similarityOf(aboveText);
    const index = await loadEmbeddings(path);
    const { unit, length } = index;
    const answers = tracks
      .map((track) => findTrack(index, track))
      .map((row): Answer => {
        const query = unit.subarray(row * length, (row + 1) * length);
        return { row, neighbours: nearestTracks(index, query, { count, above, exclude: row }) };
      });
    if (json) printResult(asJson(index, answers));
    else printResult(answers.map((answer) => asText(index, answer)).join('\n\n'));
  },
};
