/** Text in, tokens out. Runs in Node and in the browser. */
import type { Segmenter } from './segmenter.js';

/** What a token is: a segmented word, or a single character ("words directly as units" for Chinese). */
export const TEXT_UNITS = ['word', 'character'] as const;

/** A unit of text. */
export type TextUnit = (typeof TEXT_UNITS)[number];

const HAN = /\p{Script=Han}/u;
const WORD = /[\p{Letter}\p{Mark}\p{Number}]+(?:['’][\p{Letter}]+)*/gu;

/**
 * Splits a text into lower-case tokens without punctuation: runs of Han characters by the segmenter (unit `word`)
 * or one by one (unit `character`), other scripts by Unicode words, or by their letters and spaces.
 *
 * @param text - any text
 * @param unit - what a token is
 * @param segmenter - segments Chinese
 * @returns tokens in order
 */
export function tokenize(text: string, unit: TextUnit, segmenter: Segmenter): string[] {
  const normalised = text.normalize('NFKC').toLowerCase();
  if (unit === 'character')
    return [...normalised.replace(/\s+/gu, ' ').trim()].filter((c) => /[\p{Letter}\p{Number} ]/u.test(c));
  return (normalised.match(WORD) ?? []).flatMap((run) =>
    HAN.test(run) ? segmenter.cut(run).filter((word) => word.trim()) : [run.replaceAll('’', "'")],
  );
}
