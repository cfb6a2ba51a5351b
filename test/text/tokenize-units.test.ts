/** Tokens of version 2: units, emoji, and dictionaries written as texts are. */

import { describe, expect, it } from 'vitest';
import { normaliseDictionary } from '../../src/text/files/dictionary.js';
import { intlSegmenter, loadSegmenter } from '../../src/text/segmenter.js';
import { TEXT_UNITS, type TextUnit, tokenize } from '../../src/text/tokenize.js';
import fc from '../fast-check.js';

const segmenter = await loadSegmenter({ exact: true });
const cut = (text: string, unit: TextUnit = 'word'): string[] => tokenize(text, unit, segmenter, 2);

describe('tokenize, version 2', () => {
  it('keeps emoji as tokens and leaves nothing invisible', () => {
    expect(cut('I ❤️ you ☀️☔ 1️⃣ 👨‍👩‍👧 🇨🇳👍🏽')).toEqual([
      'i',
      '❤',
      'you',
      '☀',
      '☔',
      '1',
      '👨‍👩‍👧',
      '🇨🇳',
      '👍🏽',
    ]);
    expect(cut('♪ la ♪ ©2020 #1 *')).toEqual(['la', '2020', '1']);
    expect(cut('❤️', 'character')).toEqual(['❤']);
    expect(tokenize('❤️', 'word', segmenter)).toEqual(['\ufe0f']);
  });

  it('takes a run of any length', () => {
    for (const unit of TEXT_UNITS) expect(cut('爱的'.repeat(150_000), unit).join('')).toHaveLength(300_000);
  });

  it('takes Han and kana one by one and other words whole', () => {
    expect(cut("我爱Rock'n’Roll 3D ありがとう", 'han-character')).toEqual([
      ...['我', '爱', "rock'n'roll", '3d'],
      ...'ありがとう',
    ]);
  });

  it('takes what stands between spaces as it is given, but for punctuation alone', () => {
    expect(cut('北京大学 的\u3000T恤 ， C++ ...\nWi-Fi ❤️', 'given')).toEqual([
      ...['北京大学', '的', 't恤', 'c++', 'wi-fi', '❤'],
    ]);
  });

  it('tells Japanese lines from their Chinese translation', () => {
    const text = '君を忘れない\n我爱北京天安门\nありがとう、さようなら\n我的铁塔';
    expect(cut(text, 'auto')).toEqual([
      ...intlSegmenter(null, 'ja').cut('君を忘れない'),
      ...segmenter.cut('我爱北京天安门'),
      ...cut('ありがとう、さようなら', 'auto'),
      ...segmenter.cut('我的铁塔'),
    ]);
    expect(intlSegmenter(null, 'ja').cut('我的铁塔')).not.toEqual(segmenter.cut('我的铁塔'));
  });

  it('gives tokens that hold a letter, a number or an emoji, each the same when it is cut again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...TEXT_UNITS), (text, unit) => {
        for (const token of cut(text, unit)) {
          if (unit === 'character' && token === ' ') continue;
          expect(token).toMatch(/[\p{Letter}\p{Number}\p{Emoji}\p{Mark}]/u);
          if (unit === 'given') expect(cut(token, unit)).toEqual([token]);
        }
      }),
    );
  });
});

describe('normaliseDictionary', () => {
  const settings = { unit: 'word', tokenizer: 2 } as const;
  it('writes entries as texts are, and a frequency as nodejieba reads it', async () => {
    expect(await normaliseDictionary(['K歌 1000 n', 'Ｑ版 1000', '小星星 nz', '云'], settings)).toEqual({
      entries: ['k歌 1000 n', 'q版 1000 x', '小星星 nz', '云'],
      note: null,
    });
  });
  it('brings them to simplified characters where a script is chosen', async () => {
    expect((await normaliseDictionary(['愛樂 5 n'], { ...settings, script: 'traditional' })).entries).toEqual(
      ['爱乐 5 n'],
    );
    expect((await normaliseDictionary(['愛樂 5 n'], settings)).entries).toEqual(['愛樂 5 n']);
  });
  it('names those that can never match', async () => {
    const entries = ['Wi-Fi 5 n', '爱', 'rock', '卡拉·OK', '爱¨ 5 n', '\ufe0f'];
    const { note, entries: kept } = await normaliseDictionary(entries, settings);
    expect(note).toMatch(/^5 of 6 entries .* "Wi-Fi", "rock", "卡拉·OK", "爱¨", "\ufe0f"\.$/u);
    expect(kept).toEqual(['爱']);
  });
  it('leaves the entries of earlier models as they are', async () => {
    const entries = ['K歌 1000 n', 'Ｑ版 1000'];
    expect(await normaliseDictionary(entries, { unit: 'word' })).toEqual({ entries, note: null });
  });
});
