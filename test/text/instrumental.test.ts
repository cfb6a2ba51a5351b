/** Remarks that nothing is sung, and lyrics that only look like them. */
import { describe, expect, it } from 'vitest';
import { isInstrumental } from '../../src/text/credits.js';

describe('isInstrumental', () => {
  it.each([
    'Instrumental',
    '[Instrumental]\r\n',
    '(instrumental version)',
    'This song is an instrumental.',
    '纯音乐，请欣赏',
    '作曲 : 某人\n编曲：某人\n此歌曲为没有填词的纯音乐，请您欣赏',
    '純音樂,請欣賞',
    '夜曲 - 某人\n作曲 : 某人\n纯音乐，请欣赏',
    '混音：某人\n此歌曲为没有填词的纯音乐，请您欣赏',
    '暂无歌词',
    '该歌曲暂无歌词，欢迎上传',
    '本歌曲为纯音乐',
    '夜曲 - 某人\n纯音乐，请欣赏',
    '연주곡',
  ])('knows %j', (text) => {
    expect(isInstrumental(text)).toBe(true);
  });

  it.each([
    '',
    '\n\n',
    'la la la',
    '作曲 : 某人',
    'Instrumental break\nand then we sing',
    '我爱纯音乐，请欣赏',
    '暂无歌词的日子\n我们唱歌',
    'an instrumental part of me',
    `instrumental${' '.repeat(2000)}`,
  ])('takes %j for what it is', (text) => {
    expect(isInstrumental(text)).toBe(false);
  });
});
