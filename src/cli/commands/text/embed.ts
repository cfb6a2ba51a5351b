/** polytag text embed: word vectors trained on lyrics and other text. */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { CommandModule } from 'yargs';
import { Interrupted } from '../../../base/errors.js';
import { requireFolder } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import { startProgress } from '../../../base/progress.js';
import { ALGORITHMS, EMBEDDING_DEFAULTS, type EmbeddingSettings } from '../../../text/embeddings/settings.js';
import { VECTOR_FORMATS, type VectorFormat } from '../../../text/embeddings/vector-header.js';
import { readCorpus } from '../../../text/files/embeddings/read-corpus.js';
import { embeddingRecord, writeEmbeddings } from '../../../text/files/embeddings/record.js';
import { trainVectors } from '../../../text/files/embeddings/train.js';
import { listLyricsFiles } from '../../../text/files/lyrics-files.js';
import { DEFAULT_UNIT, TEXT_UNITS, type TextUnit } from '../../../text/tokenize.js';
import {
  encodingOption,
  numberBetween,
  numberTextOr,
  readEncoding,
  requiredText,
  switchOption,
  wholeOption,
} from '../../arguments.js';
import { interruptible, printNote } from '../../terminal.js';
import { openTokenizer, type TokenizerArguments, withTokenizerOptions } from './tokenizer-options.js';

interface EmbedArguments extends TokenizerArguments {
  corpus: string[];
  out: string;
  format: VectorFormat;
  unit: TextUnit;
  encoding?: string;
  lines: boolean;
  algorithm: EmbeddingSettings['algorithm'];
  dim: string;
  window: string;
  negative: string;
  sample: string;
  'min-count': string;
  epochs: string;
  rate: string;
  workers: string;
  seed: string;
}

/** More threads only wait for one another. */
const MOST_WORKERS = 64;

const MEGABYTE = 1e6;

function readSettings(args: EmbedArguments): EmbeddingSettings {
  return {
    algorithm: args.algorithm,
    dim: wholeOption('dim', args.dim, { most: 10_000 }),
    window: wholeOption('window', args.window, { most: 1000 }),
    negative: wholeOption('negative', args.negative, { most: 1000 }),
    sample: numberBetween('sample', args.sample, 0, 1),
    epochs: wholeOption('epochs', args.epochs, { most: 10_000 }),
    rate: [numberBetween('rate', args.rate, EMBEDDING_DEFAULTS.rate[1], 1), EMBEDDING_DEFAULTS.rate[1]],
    workers: wholeOption('workers', args.workers, { most: MOST_WORKERS }),
    seed: numberBetween('seed', args.seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  };
}

async function totalBytes(files: readonly string[]): Promise<number> {
  let total = 0;
  for (const file of files) total += (await stat(file)).size;
  return total;
}

const option = (describe: string, value: number) => numberTextOr(value, describe);

export const embed: CommandModule<object, EmbedArguments> = {
  command: 'embed <corpus..>',
  describe: 'Train word vectors on lyrics and other text (word2vec)',
  builder: (yargs) =>
    withTokenizerOptions(yargs)
      .positional('corpus', {
        type: 'string',
        array: true,
        demandOption: true,
        describe: 'Lyrics (.txt, .lrc), folders of them, and text files of any size with one text per line',
      })
      .option('out', requiredText('File for the vectors; a record (.json) is written beside it'))
      .example('$0 text embed lyrics/ --out vectors.txt', 'For inputs.lyrics.vectors of a config')
      .example('$0 text embed corpus.txt.gz --out v.bin --format binary --dim 300', 'In the format of gensim')
      .option('format', {
        choices: VECTOR_FORMATS,
        default: 'text' as const,
        describe: "word2vec's text or binary format",
      })
      .option('unit', { choices: TEXT_UNITS, default: DEFAULT_UNIT, describe: 'Unit that gets a vector' })
      .option('encoding', encodingOption('the lyrics'))
      .option('lines', switchOption('Treat every line as a text, in small files too'))
      .option('algorithm', {
        choices: ALGORITHMS,
        default: EMBEDDING_DEFAULTS.algorithm,
        describe: 'skip-gram: better for rare words; cbow: several times faster',
      })
      .option('dim', option('Dimension of the vectors', EMBEDDING_DEFAULTS.dim))
      .option('window', option('Most context words on either side', EMBEDDING_DEFAULTS.window))
      .option('negative', option('Negative samples per prediction', EMBEDDING_DEFAULTS.negative))
      .option(
        'sample',
        option('Threshold from which frequent words are thinned; 0: none', EMBEDDING_DEFAULTS.sample),
      )
      .option('min-count', option('Least count of a word that gets a vector', 5))
      .option('epochs', option('Passes over the corpus', EMBEDDING_DEFAULTS.epochs))
      .option('rate', option('Initial learning rate', EMBEDDING_DEFAULTS.rate[0]))
      .option('workers', option('Number of threads, on which the vectors depend', EMBEDDING_DEFAULTS.workers))
      .option('seed', option('Seed; the same seed gives the same bytes', EMBEDDING_DEFAULTS.seed)),
  handler: async (args) => {
    const settings = readSettings(args);
    const minCount = wholeOption('min-count', args['min-count']);
    const encoding = readEncoding(args.encoding);
    await requireFolder(dirname(args.out), '--out');
    const files = await listLyricsFiles(args.corpus);
    const { tokenizer, reading, record: options } = await openTokenizer(args);
    const { corpus, counts, training, seconds, format } = await interruptible(
      async (signal) => {
        const bytesRead = startProgress('Reading', Math.ceil((await totalBytes(files)) / MEGABYTE), 'MB');
        const read = await readCorpus(files, {
          tokens: (text) => tokenizer.tokens(text),
          reading,
          minCount,
          encoding,
          lines: args.lines,
          signal,
          onBytes: (bytes) => bytesRead.update(Math.floor(bytes / MEGABYTE)),
        }).finally(() => bytesRead.stop());
        read.notes.forEach(printNote);
        const begin = performance.now();
        const progress = startProgress('Training', 100, '%');
        const trained = await trainVectors(read.corpus, settings, {
          signal,
          onProgress: (share) => progress.update(Math.floor(100 * share)),
        }).finally(() => progress.stop());
        return {
          ...read,
          training: trained,
          seconds: (performance.now() - begin) / 1000,
          format: args.format,
        };
      },
      { note: 'Stopping and saving the vectors so far (press Ctrl-C again to end at once).' },
    );
    const { words } = corpus;
    const { dim } = settings;
    const record = await embeddingRecord({
      settings,
      text: {
        unit: args.unit,
        segmenter: tokenizer.segmenter,
        segmenter_note: tokenizer.note,
        dictionary: args.dictionary ?? null,
        min_count: minCount,
        lines: args.lines,
        ...options,
      },
      counts,
      training,
      seconds,
    });
    await writeEmbeddings(args.out, { words, vectors: training.vectors, dim }, format, record);
    const what = `${words.length} vectors of ${dim} numbers: ${args.out}, ${args.out}.json`;
    if (training.done < 1)
      throw new Interrupted(
        `Stopped at ${Math.floor(100 * training.done)} % of the training; ${what} hold the vectors at that point.`,
      );
    printNote(
      `${what} (${counts.tokens} tokens, ${countText(settings.epochs, 'epoch')} in ${seconds.toFixed(1)} s, ${record.training.words_per_second} words/s).`,
    );
  },
};
