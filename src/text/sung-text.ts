/** The part of a lyrics file that a model reads: its words, without credits, in the language that is wanted. */
import { creditLines, isInstrumental } from './credits.js';
import { isSectionMark, type SECTION_CHOICES } from './sections.js';
import { type ChoosableLine, chooseLines, type LineChoice } from './translation.js';

/** Whether lines that name who made a song are read. */
export const CREDIT_CHOICES = ['drop', 'keep'] as const;

/** What is read of a text; names as in a config's `inputs.lyrics`. */
export interface LyricsReading {
  /** Absent in models of earlier versions, which read them: `keep`. */
  credits?: (typeof CREDIT_CHOICES)[number];
  /** Absent in models of earlier versions, which read marks of structure: `keep`. */
  sections?: (typeof SECTION_CHOICES)[number];
  /** Default: both. */
  lines?: LineChoice;
}

/** The words of a text. */
export interface SungText {
  /** Lines joined by a line feed; a text of which nothing is left out stays as it is. Empty for an instrumental. */
  text: string;
  /** Lines that were left out because they name who made the song. */
  credits: number;
  /** Lines that were left out because they mark a part of the song, such as `[Chorus]`. */
  sections: number;
  /** Whether there is a translation beside the original. */
  translated: boolean;
  /** Whether the text says no more than that nothing is sung ("Instrumental", "纯音乐，请欣赏"). */
  instrumental: boolean;
}

/** The words of a plain text, or of the lines of a timed one, in order of time. */
export function sungText(
  given: string | readonly ChoosableLine[],
  { credits = 'keep', sections = 'keep', lines: choice = 'both' }: LyricsReading = {},
): SungText {
  const lines = typeof given === 'string' ? untimed(given) : given.filter(({ text }) => text !== '');
  const whole = typeof given === 'string' ? given : lines.map(({ text }) => text).join('\n');
  if (isInstrumental(whole))
    return { text: '', credits: 0, sections: 0, translated: false, instrumental: true };
  const isSection = lines.map(({ text }) => sections === 'drop' && isSectionMark(text));
  const isCredit = creditLines(lines.map(({ text }) => text)).map((credit, i) => credit && !isSection[i]);
  const words = lines.filter((_, i) => !isCredit[i] && !isSection[i]);
  // What is a translation is told without the credits, which are in one language.
  const { texts, translated } = chooseLines(words, choice);
  const left = {
    credits: credits === 'drop' ? count(isCredit) : 0,
    sections: count(isSection),
  };
  if (left.credits + left.sections === 0 && (choice === 'both' || !translated))
    return { text: whole, ...left, translated, instrumental: false };
  const kept = credits === 'drop' ? [] : lines.filter((_, i) => isCredit[i]).map(({ text }) => text);
  return { text: [...kept, ...texts].join('\n'), ...left, translated, instrumental: false };
}

const count = (flags: readonly boolean[]): number => flags.filter((flag) => flag).length;

const untimed = (text: string): ChoosableLine[] =>
  text.split(/\r\n|\n|\r/).map((line) => ({ seconds: null, text: line }));
