/** Lyrics files and large text files as a corpus for word vectors. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { Interrupted, messageOf, UsageError } from '../../../base/errors.js';
import { CorpusBuilder, type CorpusIds } from '../../embeddings/id-corpus.js';
import { wordOfToken } from '../../embeddings/word-vectors.js';
import type { TextEncoding } from '../../encodings.js';
import { type LyricsCounts, type TallySettings, tallyLyrics } from '../../lyrics-tally.js';
import { LONGEST_BYTES, type Lyrics, readLyrics } from '../read-lyrics.js';
import { type TextLines, textLines } from './text-lines.js';

/** How a corpus is read. */
export interface ReadCorpusOptions {
  /** Text to tokens. */
  tokens: (text: string) => string[];
  /** What is read of lyrics files; of files by line, every line. Default: all of them. */
  reading?: TallySettings;
  /** Words seen less often are left out. */
  minCount: number;
  /** Whether every line is a text; else only in files above 1 MiB, and any other file is one text. */
  lines: boolean;
  /** Of every file; null: found out for each. Default: null. */
  encoding?: TextEncoding | null;
  signal?: AbortSignal;
  /** Called with the bytes read so far. */
  onBytes?: (done: number) => void;
}

/** Sources of a corpus. */
export interface CorpusCounts extends LyricsCounts {
  bytes: number;
  /** Files that were read line by line. */
  byLine: number;
  /** Lines that were too long and were cut. */
  cutLines: number;
  /** Texts with tokens. */
  texts: number;
  tokens: number;
  /** Different words, and how many of them are frequent enough. */
  distinctWords: number;
  words: number;
  /** Tokens whose word is not. */
  rareTokens: number;
}

/** A corpus, what it was read from, and sentences about what stood in the way. */
export interface ReadCorpus {
  corpus: CorpusIds;
  counts: CorpusCounts;
  notes: string[];
}

/**
 * Reads a corpus, holding one text or piece of a file besides four bytes per token and each different word. Throws
 * UsageError when there are less than two words to train; Failure when memory does not suffice; Interrupted when
 * stopped.
 */
export async function readCorpus(files: readonly string[], options: ReadCorpusOptions): Promise<ReadCorpus> {
  const { tokens, minCount, reading, encoding = null, signal, onBytes } = options;
  const builder = new CorpusBuilder();
  const tally = tallyLyrics(reading);
  const notes: string[] = [];
  let bytes = 0;
  let byLine = 0;
  let cutLines = 0;
  let texts = 0;
  const count = (read: number): void => {
    bytes += read;
    onBytes?.(bytes);
  };
  const add = (text: string): void => {
    if (signal?.aborted) throw new Interrupted('Stopped; nothing was written.');
    const words = tokens(text).map(wordOfToken);
    if (words.length > 0) texts++;
    builder.add(words);
  };
  for (const path of files) {
    try {
      const { size } = await stat(path);
      if ((options.lines || size > LONGEST_BYTES) && extname(path).toLowerCase() !== '.lrc') {
        const found: TextLines = { encoding: null, replaced: 0, sure: true, cut: 0 };
        const before = texts;
        for await (const lines of textLines(path, found, { given: encoding, onBytes: count }))
          lines.forEach(add);
        tally.add(path, asLyrics(found, size, texts > before));
        byLine++;
        cutLines += found.cut;
      } else {
        const lyrics = await readLyrics(path, reading, encoding);
        tally.add(path, lyrics);
        add(lyrics.text);
        count(size);
      }
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      notes.push(`${path} could not be read (${messageOf(error)}).`);
    }
  }
  const corpus = builder.finish(minCount);
  const kept = corpus.counts.reduce((a, b) => a + b, 0);
  const counts: CorpusCounts = {
    ...tally.counts(),
    bytes,
    byLine,
    cutLines,
    texts,
    tokens: corpus.tokens,
    distinctWords: corpus.distinct,
    words: corpus.words.length,
    rareTokens: corpus.tokens - kept,
  };
  notes.push(...tally.notes(), ...corpusNotes(counts, options));
  if (corpus.words.length < 2) throw tooLittle(counts, minCount, notes);
  return { corpus, counts, notes };
}

/** A file that was read line by line, as the tally knows files. */
function asLyrics({ encoding, replaced, sure }: TextLines, size: number, hasTokens: boolean): Lyrics {
  const problem = encoding === null && size > 0 ? 'binary data' : null;
  const text = hasTokens ? 'text' : '';
  const unknown = { lines: null, brokenStamps: 0, credits: 0, sections: 0, translated: false };

  return { ...unknown, instrumental: false, text, encoding, replaced, sure, problem };
}

function corpusNotes(counts: CorpusCounts, { lines, minCount }: ReadCorpusOptions): string[] {
  const notes: string[] = [];
  if (counts.empty > 0) notes.push(`${counts.empty} of ${counts.files} files are empty.`);
  if (counts.byLine > 0 && !lines)
    notes.push(
      `${counts.byLine} of ${counts.files} files are larger than 1 MiB: in these every line is one text.`,
    );
  if (counts.cutLines > 0) notes.push(`${counts.cutLines} times a very long line was cut into texts.`);
  if (counts.rareTokens > 0)
    notes.push(
      `${counts.distinctWords - counts.words} of ${counts.distinctWords} words occur less than ${minCount} times and get no vector: ${counts.rareTokens} of ${counts.tokens} tokens.`,
    );
  return notes;
}

function tooLittle(
  { files, tokens, distinctWords }: CorpusCounts,
  minCount: number,
  notes: string[],
): UsageError {
  const why = notes.length > 0 ? ` (${notes.join(' ')})` : '';
  if (tokens === 0)
    return new UsageError(`The corpus of ${files} files holds no words${why}; give lyrics or other text.`);
  return new UsageError(
    `Of ${distinctWords} words of the corpus less than two occur ${minCount} times${why}; give more text, or a smaller --min-count.`,
  );
}
