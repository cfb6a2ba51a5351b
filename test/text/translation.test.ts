/** Original and translation of one lyrics file. */

import { describe, expect, it } from 'vitest';
import { type ChoosableLine, chooseLines, LINE_CHOICES } from '../../src/text/translation.js';
import fc from '../fast-check.js';

const at = (seconds: number | null, text: string): ChoosableLine => ({ seconds, text });
const plain = (...texts: string[]): ChoosableLine[] => texts.map((text) => at(null, text));
const both = (lines: ChoosableLine[]): [string[], string[]] => [
  chooseLines(lines, 'original').texts,
  chooseLines(lines, 'translation').texts,
];

describe('chooseLines', () => {
  it('tells lines with equal stamps apart by their order', () => {
    const lines = [
      at(1, '君を忘れない'),
      at(1, '我不会忘记你'),
      at(2, 'さようなら'),
      at(2, '再见'),
      at(3, 'la la'),
    ];
    expect(both(lines)).toEqual([
      ['君を忘れない', 'さようなら', 'la la'],
      ['我不会忘记你', '再见'],
    ]);
    expect(chooseLines(lines, 'both')).toEqual({ texts: lines.map(({ text }) => text), translated: true });
  });

  it('leaves a romanisation between them out of both', () => {
    const lines = [at(1, '사랑해'), at(1, 'saranghae'), at(1, '我爱你')];
    expect(both(lines)).toEqual([['사랑해'], ['我爱你']]);
  });

  it('keeps two voices that now and then share a stamp', () => {
    const lines = [at(1, 'come with me'), at(2, 'oh'), at(2, 'yeah'), at(3, 'and stay'), at(4, 'here')];
    expect(both(lines)).toEqual([lines.map(({ text }) => text), lines.map(({ text }) => text)]);
  });

  it('divides a line at the slash between two scripts', () => {
    expect(both(plain('Hello my love / 你好我的爱', 'Goodbye／再见', 'now / then'))).toEqual([
      ['Hello my love', 'Goodbye', 'now / then'],
      ['你好我的爱', '再见'],
    ]);
  });

  it('pairs lines whose scripts take turns nearly throughout', () => {
    const lines = plain('Hello', '你好', '', 'I love you', '我爱你', 'oh', 'Goodbye', '再见');
    expect(both(lines)).toEqual([
      ['Hello', 'I love you', 'oh', 'Goodbye'],
      ['你好', '我爱你', '再见'],
    ]);
  });

  it('keeps a song in two languages whole', () => {
    const lines = plain('我爱你', '你爱我', 'baby baby', '我们走', '在雨里', '一直走', 'oh yeah', '回家');
    expect(chooseLines(lines, 'translation')).toEqual({
      texts: lines.map(({ text }) => text),
      translated: false,
    });
  });

  it('invents no words, and keeps all that it does not divide', () => {
    const text = fc.constantFrom('', 'hello', '你好', 'a / 爱', 'さよなら', '안녕', '...');
    const line = fc.record({ seconds: fc.option(fc.nat(3)), text });
    fc.assert(
      fc.property(fc.array(line), fc.constantFrom(...LINE_CHOICES), (lines, choice) => {
        const { texts, translated } = chooseLines(lines, choice);
        if (!translated || choice === 'both') expect(texts).toEqual(lines.map((one) => one.text));
        const all = lines.map((one) => one.text);
        expect(texts.every((one) => all.some((given) => given.includes(one)))).toBe(true);
      }),
    );
  });
});
