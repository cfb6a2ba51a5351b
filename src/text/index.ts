// biome-ignore-all assist/source/organizeImports: an example stays with its export.
/** Lyrics in, tokens and term weights out: what `polytag/text` gives, in Node and in browsers. */
export type { LrcLyrics } from './lrc.js';
export type { TimedLine, TimedWord } from './millisecond-lines.js';
export { type Script, SCRIPTS } from './script.js';
export { type StopWordLanguage, STOP_WORD_LANGUAGES } from './stop-words.js';
export type { LyricsReading, SungText } from './sung-text.js';
export type { SparseMatrix, TermCounts } from './term-counts.js';
export { TERM_FREQUENCIES, type TfidfOptions, topTerms, type WeightedTerm } from './tfidf.js';
export { TEXT_UNITS, type TaggedToken, type TextUnit } from './tokenize.js';
export type { Tokenizer, TokenizerSettings } from './tokenizer.js';
export { LINE_CHOICES, type LineChoice } from './translation.js';

/**
 * @example
 * import { parseLrc } from 'polytag/text';
 *
 * const { lines, metadata } = parseLrc('[ti:Rain]\n[00:02.50]It rains\n[10000,900]<0,300,0>下<300,600,0>雨');
 * console.log(metadata.ti, lines.map(({ seconds, text }) => `${seconds} ${text}`));
 */
export { parseLrc } from './lrc.js';

/**
 * @example
 * import { sungText } from 'polytag/text';
 *
 * const { text, credits } = sungText('作词：某人\n作曲：某人\n下雨了\n', { credits: 'drop' });
 * console.log(text.trim(), credits);
 */
export { sungText } from './sung-text.js';

/**
 * @example
 * import { loadTokenizer } from 'polytag/text';
 *
 * const tokenizer = await loadTokenizer({ unit: 'word', script: 'simplified', stop_words: ['zh'], tokenizer: 2 });
 * console.log(tokenizer.tokens('我們愛音樂 ❤️'), tokenizer.segmenter);
 */
export { loadTokenizer } from './tokenizer.js';

/**
 * @example
 * import { toSimplified } from 'polytag/text';
 *
 * const simplify = await toSimplified();
 * console.log(simplify('愛著臺灣'));
 */
export { toSimplified } from './script.js';

/**
 * @example
 * import { stopWordsOf } from 'polytag/text';
 *
 * const words = await stopWordsOf(['en', 'zh']);
 * console.log(words.has('the'), words.has('的'));
 */
export { stopWordsOf } from './stop-words.js';

/**
 * @example
 * import { countTerms, tfidf, topTerms } from 'polytag/text';
 *
 * const counts = countTerms([['rain', 'night'], ['rain', 'sun', 'sun']]);
 * console.log(topTerms(tfidf(counts), counts.terms, 1, 1)[0].term);
 */
export { countTerms } from './term-counts.js';

/**
 * @example
 * import { countTerms, tfidf } from 'polytag/text';
 *
 * const { rows, columns, data } = tfidf(countTerms([['a', 'b'], ['b']]), { norm: null, smoothIdf: false });
 * console.log(rows, columns, data[0].toFixed(4));
 */
export { tfidf } from './tfidf.js';
