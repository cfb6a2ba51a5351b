/** A small grammar engine for lyrics: templates whose slots are filled from vocabularies. */
import type { RandomGenerator } from '../../../base/random.js';
import type { Mood } from '../plan/clip-plan.js';

/** Whether a word or line carries a mood or none. */
export type Colour = Mood | 'neutral';

/** A language's lines and words. */
export interface Grammar {
  /** Lines with slots in braces, `{adjective}`; the slots of a coloured line take words of its colour. */
  lines: Record<Colour, readonly string[]>;
  /** Words by slot and colour. A slot that has no words of a colour takes neutral ones. */
  words: Record<string, Partial<Record<Colour, readonly string[]>>>;
}

/** Most words are drawn from the front of the list, as in any language, but none is out of reach. */
function pickWord(words: readonly string[], random: RandomGenerator): string {
  const u = random.uniform();
  return words[Math.floor((0.35 * u + 0.65 * u * u) * words.length)];
}

/** Writes one line; `colour` is the mood of its words. */
export function writeLine(grammar: Grammar, colour: Colour, random: RandomGenerator): string {
  return random.pick(grammar.lines[colour]).replace(/\{(\w+)\}/g, (_, slot: string) => {
    const words = grammar.words[slot];
    return pickWord(words[colour] ?? words.neutral ?? [], random);
  });
}
