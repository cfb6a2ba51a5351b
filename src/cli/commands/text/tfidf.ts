/** polytag text tfidf: TF-IDF weights of the words of lyrics. */
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import { markCsv } from '../../../base/byte-order-mark.js';
import { UsageError } from '../../../base/errors.js';
import { requireFolder } from '../../../base/files.js';
import { startProgress } from '../../../base/progress.js';
import { listLyricsFiles } from '../../../text/files/lyrics-files.js';
import { type LyricsTfidf, tfidfOfLyrics, writeLyricsTfidf } from '../../../text/files/tfidf-files.js';
import type { TallySettings } from '../../../text/lyrics-tally.js';
import { TERM_FREQUENCIES, type TermFrequency, topTerms } from '../../../text/tfidf.js';
import { DEFAULT_UNIT, scikitTokens, TEXT_UNITS } from '../../../text/tokenize.js';
import {
  bomOption,
  encodingOption,
  numberText,
  numberTextOr,
  readEncoding,
  switchOption,
  textOption,
  wholeOption,
} from '../../arguments.js';
import { interruptible, onOneLine, printNote, printResult } from '../../terminal.js';
import {
  lyricsPaths,
  openTokenizer,
  type TokenizerArguments,
  withTokenizerOptions,
} from './tokenizer-options.js';

/** `scikit-learn` gives the tables of its TfidfVectorizer. */
const UNITS = [...TEXT_UNITS, 'scikit-learn'] as const;

interface TfidfArguments extends TokenizerArguments {
  paths: string[];
  out?: string;
  top?: string;
  json: boolean;
  unit: (typeof UNITS)[number];
  encoding?: string;
  bom: boolean;
  tf: TermFrequency;
  norm: 'l2' | 'l1' | 'none';
  'min-documents': string;
  idf: boolean;
  'smooth-idf': boolean;
}

/** Tokens, and what of lyrics is read. */
interface Terms {
  tokens: (text: string) => string[];
  reading: TallySettings;
}

async function termsOf(args: TfidfArguments): Promise<Terms> {
  const { unit, dictionary, credits, sections, part: lines, script, hmm } = args;
  if (unit !== 'scikit-learn') {
    const { tokenizer, reading } = await openTokenizer({ ...args, unit });
    return { tokens: (text) => tokenizer.tokens(text), reading };
  }
  const words = [dictionary, args['stop-word-list'], args['parts-of-speech'], script];
  if (args['stop-words'].length > 0 || !hmm || words.some((given) => given !== undefined))
    throw new UsageError(
      '--unit scikit-learn takes neither --dictionary nor stop words nor another option of Chinese; remove them.',
    );
  return { tokens: scikitTokens, reading: { credits, sections, lines } };
}

async function requireOut(out: string): Promise<void> {
  if (!/\.(npz|csv)$/i.test(out))
    throw new UsageError(`--out must end in .npz or .csv, and ${out} does not.`);
  await requireFolder(dirname(out), '--out');
}

function printTop({ matrix, terms, documents }: LyricsTfidf, count: number, json: boolean): void {
  const tops = documents.map((document, row) => ({ document, terms: topTerms(matrix, terms, row, count) }));
  if (json) {
    printResult(JSON.stringify(tops, null, 2));
    return;
  }
  for (const { document, terms: own } of tops)
    printResult(
      `${onOneLine(document)}: ${own.map(({ term, weight }) => `${term} ${weight.toFixed(3)}`).join(', ') || 'no terms'}`,
    );
}

export const tfidf: CommandModule<object, TfidfArguments> = {
  command: 'tfidf <paths..>',
  describe: 'Compute TF-IDF weights of lyrics: a sparse matrix for scipy, the most characteristic terms',
  builder: (yargs) =>
    withTokenizerOptions(yargs)
      .positional('paths', lyricsPaths)
      .example('$0 text tfidf lyrics/ --top 5', 'Five characteristic terms per song')
      .example('$0 text tfidf lyrics/ --out tfidf.npz', 'A sparse matrix for scipy')
      .option('out', textOption('Write .npz (scipy.sparse.load_npz; terms and documents beside it) or .csv'))
      .option('bom', bomOption)
      .option('top', numberText('Print this many characteristic terms per document'))
      .option('json', switchOption('Print them as JSON'))
      .option('unit', {
        choices: UNITS,
        default: DEFAULT_UNIT,
        describe: 'Unit of a term; scikit-learn: as the defaults of its TfidfVectorizer',
      })
      .option('encoding', encodingOption('the lyrics'))
      .option('tf', {
        choices: TERM_FREQUENCIES,
        default: 'raw' as TermFrequency,
        describe: 'Term frequency f: f, 1 + ln f, or f divided by the largest of the document',
      })
      .option('norm', {
        choices: ['l2', 'l1', 'none'] as const,
        default: 'l2' as const,
        describe: 'Norm of each row',
      })
      .option('min-documents', numberTextOr(1, 'Least number of documents of a term'))
      .option('idf', { type: 'boolean', default: true, describe: 'Use inverse document frequency' })
      .option('smooth-idf', {
        type: 'boolean',
        default: true,
        describe: 'Smooth the inverse document frequency, as if one more document had every term',
      }),
  handler: async (args) => {
    const { paths, out, top, json, tf, norm, idf, 'smooth-idf': smoothIdf } = args;
    if (out === undefined && top === undefined)
      throw new UsageError('Give --out FILE.npz, --top N, or both.');
    if (json && top === undefined) throw new UsageError('--json needs --top N.');
    const minDocuments = wholeOption('min-documents', args['min-documents']);
    const count = top === undefined ? null : wholeOption('top', top);
    if (out !== undefined) await requireOut(out);
    const encoding = readEncoding(args.encoding);
    const files = await listLyricsFiles(paths);
    const { tokens, reading } = await termsOf(args);
    const progress = startProgress('Reading', files.length, 'files');
    const result = await interruptible((signal) =>
      tfidfOfLyrics(files, {
        minDocuments,
        tokens,
        reading,
        encoding,
        signal,
        termFrequency: tf,
        norm: norm === 'none' ? null : norm,
        useIdf: idf,
        smoothIdf,
        onFile: (done) => progress.update(done),
      }),
    ).finally(() => progress.stop());
    result.notes.forEach(printNote);
    if (out !== undefined) {
      const written = await writeLyricsTfidf(out, result, smoothIdf);
      if (args.bom) for (const path of written) await markCsv(path);
      printNote(
        `${result.documents.length} documents, ${result.terms.length} terms, ${result.matrix.data.length} weights: ${written.join(', ')}.`,
      );
    }
    if (count !== null) printTop(result, count, json);
  },
};
