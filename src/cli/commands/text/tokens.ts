/** polytag text tokens: how lyrics are cut, and the words of a text that weigh most. */
import type { CommandModule } from 'yargs';
import { Failure, UsageError } from '../../../base/errors.js';
import { writeWhole } from '../../../base/files.js';
import { packedPlotly } from '../../../report/kit/plotly.js';
import { tokensPage } from '../../../report/pages/tokens/page.js';
import { listLyricsFiles } from '../../../text/files/lyrics-files.js';
import { type TokenizedFile, tokensOfLyrics } from '../../../text/files/tokens-of-lyrics.js';
import { KEYWORD_METHODS, type KeywordMethod } from '../../../text/segmenter.js';
import { DEFAULT_UNIT, segmentsWords, TEXT_UNITS, type TextUnit } from '../../../text/tokenize.js';
import {
  encodingOption,
  numberText,
  readEncoding,
  requirePlace,
  switchOption,
  textOption,
  wholeOption,
} from '../../arguments.js';
import { interruptible, onOneLine, printNote, printResult, typedCommand } from '../../terminal.js';
import {
  lyricsPaths,
  openTokenizer,
  type TokenizerArguments,
  withTokenizerOptions,
} from './tokenizer-options.js';

interface TokensArguments extends TokenizerArguments {
  paths: string[];
  unit: TextUnit;
  encoding?: string;
  tags: boolean;
  keywords?: string;
  method: KeywordMethod;
  json: boolean;
  plot?: string;
}

function printFiles(files: readonly TokenizedFile[], { tags, keywords }: TokensArguments): void {
  for (const { path, lines, keywords: words } of files) {
    if (files.length > 1) printResult(`# ${onOneLine(path)}`);
    if (keywords !== undefined)
      printResult(
        words.map(({ word, weight }) => `${word} ${weight.toFixed(3)}`).join(', ') || 'no keywords',
      );
    else
      for (const line of lines)
        printResult(line.map(({ word, tag }) => (tags && tag !== null ? `${word}/${tag}` : word)).join(' '));
  }
}

const jsonOf = ({ path, lines, keywords }: TokenizedFile, args: TokensArguments): object => ({
  file: path,
  ...(args.keywords === undefined
    ? { lines: lines.map((line) => (args.tags ? line : line.map(({ word }) => word))) }
    : { keywords }),
});

export const tokens: CommandModule<object, TokensArguments> = {
  command: 'tokens <paths..>',
  describe: 'Show how lyrics are cut into tokens, a line per line, or their keywords',
  builder: (yargs) =>
    withTokenizerOptions(yargs)
      .positional('paths', lyricsPaths)
      .option('unit', { choices: TEXT_UNITS, default: DEFAULT_UNIT, describe: 'Unit of a token' })
      .option('encoding', encodingOption('the lyrics'))
      .option('tags', switchOption('Show parts of speech, as in 我/r 爱/v 音乐/n'))
      .option('keywords', numberText('Show this many keywords per text instead, by nodejieba'))
      .option('method', {
        choices: KEYWORD_METHODS,
        default: 'tfidf' as KeywordMethod,
        describe: "How keywords are found: TF-IDF with jieba's document frequencies, or TextRank",
      })
      .option('json', switchOption('Print JSON'))
      .example('$0 text tokens song.txt --tags', 'Words with their parts of speech')
      .example('$0 text tokens lyrics/ --keywords 5', 'Five keywords per song')
      .option('plot', textOption('Write a page with the tokens and their frequencies to this .html file'))
      .epilogue(
        'Tokens are separated by spaces, which --unit given (inputs.lyrics.unit: given) reads as they are.',
      ),
  handler: async (args) => {
    const { paths, unit, keywords, method, json, plot } = args;
    const count = keywords === undefined ? null : wholeOption('keywords', keywords);
    if (count !== null && args.tags) throw new UsageError('--keywords takes no --tags; remove one of them.');
    if (args.tags && !segmentsWords(unit))
      throw new UsageError(`--unit ${unit} has no parts of speech; remove --tags, or give --unit word.`);
    const encoding = readEncoding(args.encoding);
    if (plot !== undefined) await requirePlace('plot', plot, '.html');
    const files = await listLyricsFiles(paths);
    const { tokenizer, reading, record } = await openTokenizer(args);
    if (count !== null && tokenizer.keywords === null)
      throw new Failure('Keywords need nodejieba; run "polytag setup" with a C++ compiler.');
    if (args.tags && tokenizer.segmenter !== 'nodejieba')
      throw new Failure(
        'Parts of speech (--tags) need nodejieba; run "polytag setup" with a C++ compiler, or remove --tags.',
      );
    const result = await interruptible((signal) =>
      tokensOfLyrics(files, {
        ...{ tokenizer, reading, encoding, signal },
        ...(count !== null && { keywords: { count, method } }),
      }),
    );
    result.notes.forEach(printNote);
    if (json)
      printResult(
        JSON.stringify(
          result.files.map((file) => jsonOf(file, args)),
          null,
          2,
        ),
      );
    else printFiles(result.files, args);
    if (plot === undefined) return;
    const settings = { unit, segmenter: tokenizer.segmenter, ...record };
    await writeWhole(
      plot,
      tokensPage({ ...result, settings, command: typedCommand() }, await packedPlotly()),
    );
    printNote(`Page: ${plot}`);
  },
};
