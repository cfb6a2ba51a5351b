/** Lyrics files cut into tokens, to look at. */
import { Interrupted, messageOf } from '../../base/errors.js';
import type { TextEncoding } from '../encodings.js';
import { type TallySettings, tallyLyrics } from '../lyrics-tally.js';
import type { KeywordMethod } from '../segmenter.js';
import type { TaggedToken } from '../tokenize.js';
import type { Tokenizer } from '../tokenizer.js';
import { readLyrics } from './read-lyrics.js';

/** The tokens of a file. */
export interface TokenizedFile {
  path: string;
  /** By line of the text, those without tokens left out; one line where the cuts depend on the whole text. */
  lines: TaggedToken[][];
  /** Heaviest first; empty where none were asked for. */
  keywords: { word: string; weight: number }[];
}

/** What is wanted of each file. */
export interface TokensOptions {
  tokenizer: Tokenizer;
  reading: TallySettings;
  /** Of every file; null: found out for each. Default: null. */
  encoding?: TextEncoding | null;
  /** How many keywords, and how they are found. Default: none. */
  keywords?: { count: number; method: KeywordMethod };
  signal?: AbortSignal;
}

/**
 * Cuts lyrics files; `notes` are sentences about files that are no plain UTF-8 text or were not read. Throws Interrupted
 * when stopped.
 */
export async function tokensOfLyrics(
  paths: readonly string[],
  { tokenizer, reading, encoding = null, keywords, signal }: TokensOptions,
): Promise<{ files: TokenizedFile[]; notes: string[] }> {
  const tally = tallyLyrics(reading);
  const notes: string[] = [];
  const files: TokenizedFile[] = [];
  for (const path of paths) {
    if (signal?.aborted) throw new Interrupted('Stopped.');
    try {
      const lyrics = await readLyrics(path, reading, encoding);
      tally.add(path, lyrics);
      files.push({
        path,
        lines: linesOf(tokenizer, lyrics.text),
        keywords: keywords ? (tokenizer.keywords?.(lyrics.text, keywords.count, keywords.method) ?? []) : [],
      });
    } catch (error) {
      notes.push(`${path} could not be read (${messageOf(error)}).`);
    }
  }
  return { files, notes: [...notes, ...tally.notes()] };
}

function linesOf(tokenizer: Tokenizer, text: string): TaggedToken[][] {
  const whole = tokenizer.tagged(text);
  const lines = text.split(/\r\n|\n|\r/).map((line) => tokenizer.tagged(line));
  const isSame = lines.flat().every(({ word }, i) => word === whole[i]?.word);
  const shown = isSame && lines.flat().length === whole.length ? lines : [whole];
  return shown.filter((line) => line.length > 0);
}
