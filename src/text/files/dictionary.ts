/** Words of a user's own: for the Chinese segmenter, in the form of jieba's user dictionary, and stop words. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { cacheFolder } from '../../base/package.js';
import { toSimplified } from '../script.js';
import { normaliseText, segmentsWords } from '../tokenize.js';
import type { TokenizerSettings } from '../tokenizer.js';
import { readText } from './read-text.js';

/** A dictionary is not longer than this. */
const LONGEST_BYTES = 2 ** 25;

// What the segmenter would stop the whole process for, or take for something else, is refused here.
const ENTRY = /^(\S+)(?: ([1-9]\d{0,8}))?(?: ([a-zA-Z]\w{0,7}))?$/;

/**
 * Reads a user dictionary in any encoding that lyrics have: per line a word, then its frequency and part of speech if
 * wanted; empty lines are skipped. Throws UsageError when it cannot be read, or naming the first malformed line; `key`
 * begins the message: `inputs.lyrics.dictionary`.
 */
export async function readDictionary(path: string, key: string): Promise<string[]> {
  const entries: string[] = [];
  for (const [i, raw] of (await readWordLines(path, key)).entries()) {
    const line = raw.trim().replace(/[ \t\u3000]+/g, ' ');
    if (line === '') continue;
    if (!ENTRY.test(line) || Array.from(line.split(' ')[0]).length > 64)
      throw new UsageError(
        `${key}: ${path}, line ${i + 1}: an entry is a word, then its frequency and its part of speech if wanted, as in "云计算 5 n".`,
      );
    entries.push(line);
  }
  if (entries.length === 0) throw new UsageError(`${key}: ${path} holds no words; leave the key out.`);
  return entries;
}

async function readWordLines(path: string, key: string): Promise<string[]> {
  const text = await readShortText(path).catch((error: unknown) => {
    if (error instanceof UsageError) throw new UsageError(`${key}: ${error.message}`);
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new UsageError(`${key}: ${path}: ${why}; check the path.`);
  });
  return text.split(/\r\n|\n|\r/);
}

async function readShortText(path: string): Promise<string> {
  if ((await stat(path)).size > LONGEST_BYTES)
    throw new UsageError(`${path} is longer than 32 MiB; give a file with one word per line.`);
  return readText(path);
}

/**
 * Reads stop words, one a line, in any encoding that lyrics have; `key` begins a message. Throws UsageError when they
 * cannot be read.
 */
export async function readStopWords(path: string, key: string): Promise<string[]> {
  const words = (await readWordLines(path, key)).map((line) => line.trim()).filter((line) => line !== '');
  if (words.length === 0) throw new UsageError(`${key}: ${path} holds no words; leave it out.`);
  return [...new Set(words)];
}

/** Settings that decide how a dictionary is used. */
type DictionarySettings = Pick<TokenizerSettings, 'unit' | 'tokenizer' | 'script'>;

/** How many entries a note names. */
const MOST_NAMED = 5;

/**
 * Entries written as texts are when they are segmented: NFKC, lower case and, where a script is chosen, in simplified
 * characters; a frequency without a part of speech gets `x`, since nodejieba would take it for one. Those that can never
 * match, because tokens end at one of their characters or they have nothing that is segmented, are left out and named in
 * `note`.
 */
export async function normaliseDictionary(
  entries: readonly string[],
  { tokenizer = 1, script = 'as-is' }: DictionarySettings,
): Promise<{ entries: string[]; note: string | null }> {
  if (tokenizer === 1) return { entries: [...entries], note: null };
  const convert = script === 'as-is' ? (word: string) => word : await toSimplified();
  const written = entries.map((entry) => {
    const [word, ...rest] = entry.split(' ');
    const frequency = /^\d+$/.test(rest[0] ?? '') && rest.length === 1;
    return [convert(normaliseText(word)), ...rest, ...(frequency ? ['x'] : [])].join(' ');
  });
  const isMatchable = (entry: string): boolean => ENTRY.test(entry) && MATCHABLE.test(entry.split(' ')[0]);
  const unmatched = entries.filter((_, i) => !isMatchable(written[i]));
  const named = unmatched.slice(0, MOST_NAMED).map((entry) => `"${entry.split(' ')[0]}"`);
  const more = unmatched.length > named.length ? ', …' : '';
  return {
    entries: written.filter(isMatchable),
    note:
      unmatched.length > 0
        ? `${unmatched.length} of ${entries.length} entries of the dictionary can never match, since tokens end at other characters than letters and digits, and words without Han or kana stay whole: ${named.join(', ')}${more}.`
        : null,
  };
}

const MATCHABLE =
  /^(?=.*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{Letter}\p{Mark}\p{Number}]{1,64}$/u;

/**
 * Words of jieba's dictionary that nodejieba's lacks, or has with capitals, which no lower-cased text holds: `T恤`, `AA制`,
 * `X光`, 吉林. From jieba 0.42.1 (MIT), in lower case. These are nouns of frequency 3.
 */
const RARE_NOUNS = `
  a座 a股 a型 a轮 aa制 ab型 b座 b股 b型 b轮 bb机 bp机 c盘 c座 c语言 cd盒 cd机 call机 d盘 d座 d版 e盘 e座 e化 e通 f盘 f座 g盘 h盘 h股 i盘 ic卡 ip卡
  ip电话 ip地址 k党 k歌之王 n年 o型 pc机 ph值 sim卡 u盘 visa卡 z盘 q版 qq号 rss订阅 t盘 x光 x光线 x射线 t恤衫 t型台 t台 4s店 江南style 1号店 阿q b超
`;

const JIEBA_WORDS: readonly string[] = [
  ...RARE_NOUNS.trim()
    .split(/\s+/)
    .map((word) => `${word} 3 n`),
  '小s 3 nr',
  '大s 3 nr',
  '吉林 89 ns',
  't恤 4 n',
];

/**
 * The path of a tokenizer's dictionary, or null: the entries (null for none) and, from version 2 on, the words of
 * jieba's dictionary that nodejieba's lacks. Throws Failure when the cache is not writable.
 */
export async function openDictionary(
  { unit, tokenizer = 1 }: DictionarySettings,
  entries: readonly string[] | null,
): Promise<string | null> {
  const all = [...(tokenizer > 1 && segmentsWords(unit) ? JIEBA_WORDS : []), ...(entries ?? [])];
  return all.length > 0 ? storeDictionary(all) : null;
}

/** Stores entries in a cache file named by their content; throws Failure when the cache is not writable. */
export async function storeDictionary(entries: readonly string[]): Promise<string> {
  const content = `${entries.join('\n')}\n`;
  const name = createHash('sha256').update(content).digest('hex').slice(0, 24);
  const path = join(cacheFolder(), 'dictionaries', `${name}.txt`);
  if (!(await exists(path))) await writeWhole(path, content);
  return path;
}
