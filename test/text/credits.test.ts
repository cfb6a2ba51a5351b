/** Lines that name who made a song, and words that only look like them. */

import { describe, expect, it } from 'vitest';
import { creditLines } from '../../src/text/credits.js';
import fc from '../fast-check.js';

/** The lines that are left when credits are not read. */
const words = (text: string): string[] => {
  const lines = text.split('\n');
  const credits = creditLines(lines);
  return lines.filter((_, i) => !credits[i]);
};

const SONG = ['我们走在雨里', '你说不要回头', '雨还在下'];

describe('creditLines', () => {
  it.each([
    '晴天 - 周杰伦\n作词 : 某人\n作曲：某人',
    '海 - 某乐队\n词：甲\n曲：乙\n编曲：丙/丁\n制作人：戊\n混音：己\n录音室：庚',
    '混音师/Mixing Engineer: 甲\n母带后期处理工程师 Mastering Engineer：乙\nOP：丙\nSP：丁',
    '弦乐编写：甲\n配唱制作人：乙\n人声编辑：丙\n出品公司：丁\n制作统筹：戊\n营销推广：己',
    '作詞・作曲：甲\n編曲：乙\n唄：丙',
    '作詞：甲\nミックス：乙\nギター：丙',
    '작사 : 甲\n작곡/편곡: 乙\n노래: 丙',
    'Lyrics by: A\nComposed by：B\nArranger: C\nProducer: D\nMixing and Mastering: E',
    'Letra: A\nMúsica: B',
    '歌名\n歌手\n作词：甲\n作曲：乙',
    '作词 甲\n作曲 乙',
    'Written by Some Body\nProduced by 甲',
    '作词：\n作曲：',
    '未经著作权人许可 不得翻唱、翻录或使用',
    '以下歌词翻译由某某提供',
  ])('leaves out %j before a song', (head) => {
    expect(words([...head.split('\n'), ...SONG].join('\n'))).toEqual(SONG);
  });

  it('leaves out credits at the end, and labelled ones anywhere', () => {
    expect(
      words(['男：我们走在雨里', '制作人：甲', '女：雨还在下', '和声：乙', '混音：丙'].join('\n')),
    ).toEqual(['男：我们走在雨里', '女：雨还在下']);
  });

  it.each([
    '男：我爱你\n女：我也爱你\n合：一起走',
    '我说：不要走\n他说：好的',
    'Chorus: we sing\nla la la',
    'Music: it moves me\nand it takes me home',
    '和声：啊啊啊\n我们走在雨里',
    'Hello - goodbye\nwe said it all day',
    'Standing by the river\nwritten by the stars',
    '曲终人散\n词不达意',
    'Love: the only word\nI know',
    '12:30\nI wait for you',
    'Rap: yo\n我们走',
    '和声：啊啊啊\n主唱：我们走\n和声：啊啊啊\n在雨里',
  ])('keeps %j', (text) => {
    expect(words(text)).toEqual(text.split('\n'));
  });

  it('says something of every line of any text', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (lines) => {
        expect(creditLines(lines)).toHaveLength(lines.length);
      }),
    );
  });

  it('takes long lines in linear time', () => {
    for (const unit of ['作词', 'a - ', ' by', '混音 & ', ':'])
      expect(creditLines([unit.repeat(200_000), '作词：甲'])).toHaveLength(2);
    // Labels whose morphemes can be divided in many ways.
    for (const unit of ['人员', '制作人', '和声', '总监', '录音室'])
      expect(creditLines([`${unit.repeat(60 / unit.length - 1)}爱：甲`])).toEqual([false]);
  });
});
