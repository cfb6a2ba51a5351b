import { describe, expect, it } from 'vitest';
import { chinese } from '../../../src/data/synth/lyrics/chinese.js';
import { english } from '../../../src/data/synth/lyrics/english.js';
import { writeLyrics } from '../../../src/data/synth/lyrics/lyrics.js';
import { planCorpus } from '../../../src/data/synth/plan/plan.js';

const plan = planCorpus(600, 8, 4);

describe.each([
  ['english', english],
  ['chinese', chinese],
] as const)('the %s grammar', (_, grammar) => {
  it('has words for every slot of every line', () => {
    for (const [colour, lines] of Object.entries(grammar.lines))
      for (const line of lines)
        for (const [, slot] of line.matchAll(/\{(\w+)\}/g)) {
          const words = grammar.words[slot]?.[colour as 'neutral'] ?? grammar.words[slot]?.neutral;
          expect(words?.length, `${slot} in "${line}" (${colour})`).toBeGreaterThan(3);
        }
  });

  it('uses no word for both moods', () => {
    for (const { positive = [], negative = [] } of Object.values(grammar.words))
      expect(positive.filter((word) => negative.includes(word))).toEqual([]);
  });
});

describe('writeLyrics', () => {
  it('writes two thirds English, one third Chinese, and nothing for instrumentals', () => {
    const texts = plan.map((clip) => writeLyrics(clip, 4));
    const none = texts.filter((text) => text === null).length;
    const zh = texts.filter((text) => text !== null && /\p{Script=Han}/u.test(text)).length;
    const en = texts.filter((text) => text !== null && /[a-z]/.test(text)).length;
    expect(zh + en + none).toBe(600);
    expect(none).toBeGreaterThan(10);
    expect(none).toBeLessThan(120);
    expect(zh / (zh + en)).toBeGreaterThan(0.23);
    expect(zh / (zh + en)).toBeLessThan(0.43);
    expect(plan.every((clip, i) => (clip.song.language === null) === (texts[i] === null))).toBe(true);
  });

  it('carries the mood in its words, but in no single one', () => {
    const positive = new Set(
      [english, chinese].flatMap((grammar) => Object.values(grammar.words).flatMap((w) => w.positive ?? [])),
    );
    const negative = new Set(
      [english, chinese].flatMap((grammar) => Object.values(grammar.words).flatMap((w) => w.negative ?? [])),
    );
    const count = (text: string, words: Set<string>): number =>
      [...words].filter((w) => text.includes(w)).length;
    const best = new Map<string, number>();
    let right = 0;
    let sung = 0;
    let mixed = 0;
    for (const clip of plan) {
      const text = writeLyrics(clip, 4);
      if (text === null) continue;
      sung++;
      const score = count(text, positive) - count(text, negative);
      if (score > 0 === (clip.song.mood === 'positive')) right++;
      if (count(text, positive) > 0 && count(text, negative) > 0) mixed++;
      for (const word of positive) if (text.includes(word)) best.set(word, (best.get(word) ?? 0) + 1);
    }
    expect(right / sung).toBeGreaterThan(0.85);
    expect(mixed / sung).toBeGreaterThan(0.2);
    expect(Math.max(...best.values()) / sung).toBeLessThan(0.25);
  });
});
