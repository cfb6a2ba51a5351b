/** Marks of structure, and words that only look like them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLyrics } from '../../src/text/files/read-lyrics.js';
import { parseLrc } from '../../src/text/lrc.js';
import { tallyLyrics } from '../../src/text/lyrics-tally.js';
import { isSectionMark } from '../../src/text/sections.js';
import { sungText } from '../../src/text/sung-text.js';

describe('isSectionMark', () => {
  it.each([
    '[Verse 1: Some Artist & Another]',
    '[Chorus]',
    '[Hook: Artist]',
    '[Pre-Chorus 2]',
    '[Verse One]',
    '[Chorus x2]',
    '[Intro - Artist]',
    '[Guitar Solo]',
    '[Instrumental Break]',
    '[Part II]',
    '(Chorus)',
    'Chorus:',
    '[副歌]',
    '【副歌】',
    '（主歌）',
    '[主歌 2：某人]',
    '副歌：',
    '[間奏]',
    '[Aメロ]',
    '[サビ]',
    '[후렴]',
    '[2절]',
    '[Estribillo]',
    '[Couplet 1 : Artiste]',
    '[Припев]',
  ])('takes %s for one', (line) => {
    expect(isSectionMark(line)).toBe(true);
  });

  it.each([
    'Chorus of angels sing',
    '[laughs]',
    '(solo)',
    '(Break it down)',
    'Bridge over the river',
    'Hook me up',
    '副歌里的眼泪',
    '[Chorus',
    'Verse: a line of words',
    '(verses and choruses)',
    '合唱',
    '',
  ])('leaves %j', (line) => {
    expect(isSectionMark(line)).toBe(false);
  });

  it('takes no time on long lines', () => {
    for (const unit of ['[Verse ', '(Chorus ', '1 & ', '副歌'])
      expect(isSectionMark(unit.repeat(100_000))).toBe(false);
  });
});

describe('a text with marks of structure', () => {
  const TEXT = '[Verse 1: Someone]\nrain\n[Chorus]\nsun\n[副歌]\nmoon';
  it('is read without them where they are dropped, and they are counted', () => {
    expect(sungText(TEXT, { sections: 'drop' })).toMatchObject({ text: 'rain\nsun\nmoon', sections: 3 });
    // Models of earlier versions have no such key.
    for (const reading of [{}, { credits: 'drop' }, { sections: 'keep' }] as const)
      expect(sungText(TEXT, reading)).toMatchObject({ text: TEXT, sections: 0 });
  });

  it('may have credits too, each counted by itself', () => {
    const text = `作词：某人\n作曲：某人\n${TEXT}`;
    const read = sungText(text, { credits: 'drop', sections: 'drop' });
    expect(read).toMatchObject({ text: 'rain\nsun\nmoon', credits: 2, sections: 3 });
    expect(sungText(text, { credits: 'keep', sections: 'drop' })).toMatchObject({
      text: '作词：某人\n作曲：某人\nrain\nsun\nmoon',
      credits: 0,
    });
  });

  it('may be LRC, where such a mark is no mistyped stamp', () => {
    const { lines, broken } = parseLrc('[00:01.00][Chorus]\n[副歌：1]\n[00:02.00]sun');
    expect([lines.map(({ text }) => text), broken]).toEqual([['[Chorus]', '[副歌：1]', 'sun'], 0]);
    expect(sungText(lines, { sections: 'drop' })).toMatchObject({ text: 'sun', sections: 2 });
  });

  it('is counted in a note', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-sections-'));
    const path = join(folder, 'song.txt');
    await writeFile(path, TEXT);
    const tally = tallyLyrics();
    tally.add(path, await readLyrics(path, { sections: 'drop' }));
    expect(tally.notes()).toEqual([
      '3 marks of structure ([Chorus], [副歌], …) were left out of 1 of 1 lyrics files; sections: keep reads them.',
    ]);
    expect(tally.counts()).toMatchObject({ sectionLines: 3, sectioned: 1 });
    await rm(folder, { recursive: true });
  });
});
