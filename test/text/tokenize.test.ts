import { describe, expect, it } from 'vitest';
import { intlSegmenter } from '../../src/text/segmenter.js';
import { tokenize } from '../../src/text/tokenize.js';
import fc from '../fast-check.js';

const segmenter = intlSegmenter();
const words = (text: string): string[] => tokenize(text, 'word', segmenter);
const characters = (text: string): string[] => tokenize(text, 'character', segmenter);
const anyText = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }));

describe('tokenize by words', () => {
  it.each([
    ["Don't stop, BELIEVIN'!", ["don't", 'stop', 'believin']],
    ['rock’n’roll', ["rock'n'roll"]],
    ['Café  del\tMar\n1999', ['café', 'del', 'mar', '1999']],
    ['ＦＵＬＬ width', ['full', 'width']],
    ['na\u00efve = nai\u0308ve', ['na\u00efve', 'na\u00efve']],
    ['Привет, мир', ['привет', 'мир']],
    ['', []],
    ['… — !?', []],
  ])('splits %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('segments Chinese and keeps the Latin words between it', () => {
    const tokens = words('我爱音乐 love');
    expect(tokens.at(-1)).toBe('love');
    expect(tokens.slice(0, -1).join('')).toBe('我爱音乐');
    expect(tokens).toContain('音乐');
  });

  it('gives tokens without space or punctuation for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        for (const token of words(text)) {
          expect(token).not.toBe('');
          expect(token).not.toMatch(/[\s.,;!?()<>"’]/u);
        }
      }),
    );
  });

  it('gives the same tokens for upper and lower case, and for its own tokens again', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[a-zäöüéñ0-9]{1,8}$/)), (tokens) => {
        expect(words(tokens.join(' '))).toEqual(tokens);
        expect(words(tokens.join(', ').toUpperCase())).toEqual(tokens);
      }),
    );
  });
});

describe('tokenize by characters', () => {
  it.each([
    ['我爱 音乐！', ['我', '爱', ' ', '音', '乐']],
    ['Ab,  c\n1', ['a', 'b', ' ', 'c', ' ', '1']],
    ['  ', []],
  ])('splits %j', (text, expected) => {
    expect(characters(text)).toEqual(expected);
  });

  it('gives single letters, digits and spaces for any text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const tokens = characters(text);
        expect(tokens.every((token) => /^[\p{Letter}\p{Number} ]$/u.test(token))).toBe(true);
      }),
    );
  });
});

describe('tokenize by the script of the text', () => {
  const auto = (text: string): string[] => tokenize(text, 'auto', segmenter);

  it('is by words where spaces stand between them, and in Chinese', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zà-ÿа-я一-龥 ,.']{0,60}$/), (text) => {
        expect(auto(text)).toEqual(words(text));
      }),
    );
  });
  it('cuts Japanese into words, kana too', () => {
    expect(auto('私は音楽が好きです')).toEqual(['私', 'は', '音楽', 'が', '好き', 'です']);
    expect(auto('ありがとう love')).toEqual(['ありがとう', 'love']);
  });
  it('keeps a Chinese text with a borrowed kana Chinese', () => {
    expect(auto('我爱北京天安門の歌').slice(0, 3)).toEqual(['我', '爱', '北京']);
  });
  it('cuts Thai, which has no spaces', () => {
    expect(auto('ฉันรักเธอ')).toEqual(['ฉัน', 'รัก', 'เธอ']);
  });
});
