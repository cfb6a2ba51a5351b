/** Words of a user's own for the Chinese segmenter, in the form of jieba's user dictionary. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode, UsageError } from '../../base/errors.js';
import { exists, writeWhole } from '../../base/files.js';
import { cacheFolder } from '../../base/package.js';
import { decodeText } from './decode.js';

/** A dictionary is shorter than this. */
const LONGEST_BYTES = 2 ** 25;

// What the segmenter would stop the whole process for, or take for something else, is refused here.
const ENTRY = /^(\S+)(?: ([1-9]\d{0,8}))?(?: ([a-zA-Z]\w{0,7}))?$/;

/**
 * Reads a user dictionary in any encoding that lyrics have: per line a word, then its frequency and part of speech if
 * wanted; empty lines are skipped. Throws UsageError when it cannot be read, or naming the first malformed line; `key`
 * begins the message: `inputs.lyrics.dictionary`.
 */
export async function readDictionary(path: string, key: string): Promise<string[]> {
  const bytes = await readFile(path).catch((error: unknown) => {
    const why = systemCode(error) === 'ENOENT' ? 'there is no such file' : 'it cannot be read';
    throw new UsageError(`${key}: ${path}: ${why}; check the path.`);
  });
  const { text, sure, replaced } = bytes.length > LONGEST_BYTES ? { text: null } : await decodeText(bytes);
  if (text === null)
    throw new UsageError(`${key}: ${path} is not a text file; give one with one word per line.`);
  if (!sure || replaced > 0)
    throw new UsageError(`${key}: ${path} is not UTF-8, and its encoding is not certain; save it as UTF-8.`);
  const entries: string[] = [];
  for (const [i, raw] of text.split(/\r\n|\n|\r/).entries()) {
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

/** Stores entries in a cache file named by their content; throws Failure when the cache is not writable. */
export async function storeDictionary(entries: readonly string[]): Promise<string> {
  const content = `${entries.join('\n')}\n`;
  const name = createHash('sha256').update(content).digest('hex').slice(0, 24);
  const path = join(cacheFolder(), 'dictionaries', `${name}.txt`);
  if (!(await exists(path))) await writeWhole(path, content);
  return path;
}
