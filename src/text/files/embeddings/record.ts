/** The record that is written beside trained word vectors. */
import { UsageError } from '../../../base/errors.js';
import { fileSha256, writeWhole } from '../../../base/files.js';
import { polytagVersion } from '../../../base/package.js';
import type { EmbeddingSettings } from '../../embeddings/settings.js';
import type { VectorFormat } from '../../embeddings/vector-header.js';
import type { WordVectors } from '../../embeddings/word-vectors.js';
import type { TextUnit } from '../../tokenize.js';
import type { CorpusCounts } from './read-corpus.js';
import type { TrainedVectors } from './train.js';
import { writeVectors } from './write-vectors.js';

/** How text became tokens. */
export interface TextRecord {
  unit: TextUnit;
  segmenter: string | null;
  /** The replacement of the chosen segmenter, if any. */
  segmenter_note: string | null;
  dictionary: string | null;
  min_count: number;
  lines: boolean;
  /** Further options of the tokenizer, those that are not at their defaults. */
  [option: string]: unknown;
}

/** A record of a training. */
export interface EmbeddingRecord {
  polytag: string;
  node: string;
  settings: EmbeddingSettings;
  text: TextRecord;
  /** The counts of `CorpusCounts`. */
  corpus: Record<string, unknown>;
  training: {
    /** Below 1 where it was stopped. */
    done: number;
    loss_by_epoch: number[];
    seconds: number;
    /** Tokens of the corpus that were gone through in a second, rare words among them. */
    words_per_second: number;
  };
}

/** Describes a training: settings, corpus and result. */
export async function embeddingRecord({
  settings,
  text,
  counts,
  training: { done, losses },
  seconds,
}: {
  settings: EmbeddingSettings;
  text: TextRecord;
  counts: CorpusCounts;
  training: TrainedVectors;
  seconds: number;
}): Promise<EmbeddingRecord> {
  return {
    polytag: await polytagVersion(),
    node: process.version,
    settings,
    text,
    corpus: {
      files: counts.files,
      bytes: counts.bytes,
      encodings: counts.encodings,
      lrc_files: counts.lrc,
      broken_stamps: counts.brokenStamps,
      damaged_files: counts.damaged,
      empty_files: counts.empty,
      instrumental_files: counts.instrumental,
      unread_files: counts.unread,
      credit_lines: counts.creditLines,
      section_lines: counts.sectionLines,
      translated_files: counts.translated,
      files_by_line: counts.byLine,
      cut_lines: counts.cutLines,
      texts: counts.texts,
      tokens: counts.tokens,
      distinct_words: counts.distinctWords,
      words: counts.words,
      rare_tokens: counts.rareTokens,
    },
    training: {
      done,
      loss_by_epoch: losses,
      seconds,
      words_per_second: Math.round((done * settings.epochs * counts.tokens) / seconds),
    },
  };
}

/**
 * Writes vectors and, beside them, `FILE.json` with the record and the SHA-256 of the vectors. Throws UsageError for
 * non-finite vectors; Failure when they cannot be written.
 */
export async function writeEmbeddings(
  path: string,
  vectors: WordVectors,
  format: VectorFormat,
  record: EmbeddingRecord,
): Promise<void> {
  if (!vectors.vectors.every(Number.isFinite))
    throw new UsageError('Training diverged (non-finite values); give a smaller --rate, or fewer --workers.');
  await writeVectors(path, vectors, format);
  const sha256 = await fileSha256(path);
  await writeWhole(`${path}.json`, `${JSON.stringify({ ...record, format, sha256 }, null, 2)}\n`);
}
