/** The pieces of the benchmark: chorales and folk tunes of the scores in the PyPI wheel of music21. */
import { randomGenerator } from '../../src/base/random.js';
import { readZip } from '../../src/hub/formats/zip.js';
import { fileText } from '../../src/transcription/songs/readers/reader.js';
import { readChorale } from './chorales.js';
import type { Piece } from './piece.js';
import { readTunes } from './tunes.js';

/** What constants are chosen on, and what is reported. */
export interface Corpus {
  tuning: { chorales: Piece[]; tunes: Piece[] };
  report: { chorales: Piece[]; tunes: Piece[] };
}

/** Pieces of each kind on which constants were chosen, the first ones; the others are reported. */
const TUNING = 24;
/** Longer pieces are left out, in seconds. */
const LONGEST = 120;
/** Collections of tunes, which take turns; of a book at most this many tunes, so that none decides. */
const COLLECTIONS = ['essenFolksong', 'airdsAirs', 'oneills1850', 'ryansMammoth'];
const OF_A_BOOK = 2;

function shuffled<T>(list: readonly T[], name: string): T[] {
  const random = randomGenerator(1, 'order', name);
  const drawn = list.map((item) => ({ item, place: random.uniform() }));
  return drawn.sort((a, b) => a.place - b.place).map(({ item }) => item);
}

const collectionOf = (path: string): string | undefined =>
  COLLECTIONS.find((name) => path.includes(`corpus/${name}/`));

/**
 * Reads the corpus of the wheel: as many chorales and as many tunes for tuning (at most 24) and for the report. Pieces are
 * drawn by seed; no piece is in both.
 *
 * @param wheel - path of music21-10.5.1-py3-none-any.whl
 */
export async function readCorpus(wheel: string, count: number): Promise<Corpus> {
  const files = await readZip(
    wheel,
    (name) =>
      /corpus\/bach\/bwv.*\.mxl$/.test(name) || (name.endsWith('.abc') && collectionOf(name) !== undefined),
  );
  const paths = shuffled([...files.keys()].sort(), 'files');
  const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
  const chorales: Piece[] = [];
  for (const path of paths.filter((name) => name.endsWith('.mxl'))) {
    if (chorales.length === TUNING + count) break;
    const piece = await readChorale(nameOf(path), files.get(path)!);
    if (piece !== null && piece.seconds <= LONGEST) chorales.push(piece);
  }
  const tunes: Piece[] = [];
  const books = COLLECTIONS.map((name) => paths.filter((path) => collectionOf(path) === name));
  while (tunes.length < TUNING + count && books.some(({ length }) => length > 0))
    for (const book of books) {
      // Books without a tune that can be accompanied are passed over.
      for (
        let found = 0, path = book.shift();
        path !== undefined && found === 0;
        path = found === 0 ? book.shift() : path
      ) {
        const name = nameOf(path);
        const fit = readTunes(name, fileText(files.get(path)!)).filter(({ seconds }) => seconds <= LONGEST);
        const drawn = shuffled(fit, name).slice(0, OF_A_BOOK);
        found = drawn.length;
        tunes.push(...drawn);
      }
    }
  const cut = (pieces: readonly Piece[], from: number): Piece[] => pieces.slice(from, from + count);
  return {
    tuning: { chorales: cut(chorales, 0), tunes: cut(tunes, 0) },
    report: { chorales: cut(chorales, TUNING), tunes: cut(tunes, TUNING) },
  };
}
