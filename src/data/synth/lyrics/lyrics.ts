/** Lyrics of a clip: lines whose words carry the mood of the song, among neutral ones and some that contradict. */
import { randomGenerator } from '../../../base/random.js';
import { LYRICS_FOLDER } from '../../../inputs/lyrics.js';
import type { ClipPlan, Language } from '../plan/clip-plan.js';
import { chinese } from './chinese.js';
import { english } from './english.js';
import { type Colour, type Grammar, writeLine } from './grammar.js';

const grammars: Record<Language, Grammar> = { en: english, zh: chinese };

/**
 * Writes a clip's lyrics, each line ending in a newline; null for an instrumental. About half of the lines carry the
 * song's mood, a tenth the other one.
 */
export function writeLyrics(clip: ClipPlan, seed: number): string | null {
  const { language, mood } = clip.song;
  if (language === null) return null;
  const random = randomGenerator(seed, LYRICS_FOLDER, clip.id);
  const other = mood === 'positive' ? 'negative' : 'positive';
  const count = 6 + random.integer(5);
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const u = random.uniform();
    const colour: Colour = u < 0.54 ? mood : u < 0.64 ? other : 'neutral';
    // Songs repeat themselves.
    const line =
      lines.length > 2 && random.uniform() < 0.15
        ? random.pick(lines)
        : writeLine(grammars[language], colour, random);
    lines.push(line);
  }
  return `${lines.join('\n')}\n`;
}
