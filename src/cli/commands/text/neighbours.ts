/** polytag text neighbours: words with the nearest vectors. */
import type { CommandModule } from 'yargs';
import { UsageError } from '../../../base/errors.js';
import { alignColumns } from '../../../base/text-tables.js';
import { type Neighbour, nearestTracks } from '../../../catalogue/similar/nearest-tracks.js';
import { parseExpression, type WordExpression } from '../../../text/embeddings/expression.js';
import { requireWord } from '../../../text/embeddings/known-words.js';
import { unitRows, wordOfToken } from '../../../text/embeddings/word-vectors.js';
import { readVectors } from '../../../text/files/embeddings/read-vectors.js';
import { encodingOption, numberTextOr, readEncoding, switchOption, wholeOption } from '../../arguments.js';
import { interruptible, printNote, printResult } from '../../terminal.js';

interface NeighboursArguments {
  vectors: string;
  words: string[];
  top: string;
  encoding?: string;
  json: boolean;
}

interface UnitWords {
  words: string[];
  unit: Float32Array;
  dim: number;
}

/** Sum of the unit vectors of an expression, normalized. */
function queryOf({ unit, dim }: UnitWords, terms: { row: number; sign: 1 | -1 }[]): Float32Array {
  const query = new Float32Array(dim);
  for (const { row, sign } of terms) for (let i = 0; i < dim; i++) query[i] += sign * unit[row * dim + i];
  return unitRows(query, dim);
}

function nearest(space: UnitWords, terms: { row: number; sign: 1 | -1 }[], count: number): Neighbour[] {
  const asked = new Set(terms.map(({ row }) => row));
  const { unit, dim } = space;
  return nearestTracks({ unit, length: dim }, queryOf(space, terms), {
    count,
    wanted: (row) => !asked.has(row),
  });
}

/** Rows of an expression's words, or the error for one that has no vector. */
function termsOf(
  { terms }: WordExpression,
  rows: ReadonlyMap<string, number>,
  path: string,
): { row: number; sign: 1 | -1 }[] | UsageError {
  try {
    return terms.map(({ word, sign }) => ({ row: requireWord(wordOfToken(word), rows, path), sign }));
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

function printText(expression: WordExpression, found: { word: string; similarity: number }[]): void {
  const rows = found.map(({ word, similarity }) => [similarity.toFixed(4), word]);
  printResult(`${expression.text}\n${alignColumns([['similarity', 'word'], ...rows])}`);
}

export const neighbours: CommandModule<object, NeighboursArguments> = {
  command: 'neighbours <vectors> <words..>',
  describe: 'Show the words whose vectors are nearest to a word, or to "king - man + woman"',
  builder: (yargs) =>
    yargs
      .positional('vectors', {
        type: 'string',
        demandOption: true,
        describe:
          "Word vectors: word2vec's text or binary format, fastText's .vec, GloVe, also with .gz or .bz2",
      })
      .positional('words', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Words, and sums and differences of words in quotation marks',
      })
      .option('top', numberTextOr(10, 'Neighbours per word'))
      .example('$0 text neighbours vectors.txt love 爱', 'Words that are used alike')
      .example('$0 text neighbours vectors.txt "king - man + woman"', 'Sums and differences')
      .option('encoding', encodingOption('the words'))
      .option('json', switchOption('Print the neighbours as JSON'))
      .epilogue(
        'Neighbours are by cosine similarity, without the words themselves, and exact: every word is compared.',
      ),
  handler: async ({ vectors: path, words: asked, top, encoding, json }) => {
    const count = wholeOption('top', top);
    const expressions = asked.map(String).map(parseExpression);
    const { words, vectors, dim, notes } = await interruptible(
      (signal) => readVectors(path, { encoding: readEncoding(encoding), signal }),
      { note: 'Stopping.' },
    );
    notes.forEach(printNote);
    if (words.length < 2) throw new UsageError(`${path} has only one word, which has no neighbours.`);
    const rows = new Map(words.map((word, row) => [word, row]));
    const space = { words, unit: unitRows(vectors, dim), dim };
    const unknown: UsageError[] = [];
    const answers = expressions.flatMap((expression) => {
      const terms = termsOf(expression, rows, path);
      if (terms instanceof UsageError) {
        unknown.push(terms);
        return [];
      }
      const found = nearest(space, terms, count).map(({ row, similarity }) => ({
        word: words[row],
        similarity,
      }));
      return [{ expression, found }];
    });
    if (answers.length === 0) throw unknown[0];
    for (const { message } of unknown) printNote(message);
    if (json)
      printResult(
        JSON.stringify(
          answers.map(({ expression, found }) => ({
            query: expression.text,
            neighbours: found.map(({ word, similarity }) => ({
              word,
              similarity: Number(similarity.toFixed(6)),
            })),
          })),
          null,
          2,
        ),
      );
    else for (const { expression, found } of answers) printText(expression, found);
  },
};
