import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readLyrics } from '../../src/text/files/read-lyrics.js';
import { parseLrc, type TimedLine } from '../../src/text/lrc.js';
import fc from '../fast-check.js';

const times = (text: string): [number | null, string][] =>
  parseLrc(text).lines.map(({ seconds, text: line }) => [seconds, line]);

/** `83.05` as `01:23.05`. */
const stamp = (centiseconds: number): string => {
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${two(Math.floor(centiseconds / 6000))}:${two(Math.floor(centiseconds / 100) % 60)}.${two(centiseconds % 100)}`;
};

describe('parseLrc', () => {
  it('reads stamps, metadata and several stamps a line', () => {
    const { lines, metadata, broken } = parseLrc(
      '[ti:Song]\r\n[ar: A: B ]\r\n[00:01.50]First\r\n[00:10.00][00:30.25] Chorus \r\n[00:20]Second\r\n[00:40.5]\r\n',
    );
    expect(lines.map(({ seconds, text }) => [seconds, text])).toEqual([
      [1.5, 'First'],
      [10, 'Chorus'],
      [20, 'Second'],
      [30.25, 'Chorus'],
      [40.5, ''],
    ]);
    expect([metadata, broken]).toEqual([{ ti: 'Song', ar: 'A: B' }, 0]);
  });

  it.each([
    ['[01:02.3]a', 62.3],
    ['[01:02.34]a', 62.34],
    ['[01:02.345]a', 62.345],
    ['[01:02:34]a', 62.34],
    ['[01:02]a', 62],
    ['[100:02.00]a', 6002],
    ['[1:01:02.34]a', 3662.34],
    ['[ 01:02.34 ]a', 62.34],
  ])('reads the time of %s', (line, seconds) => {
    expect(times(line)).toEqual([[seconds, 'a']]);
  });

  it.each(['[0a:12.00]a', '[01:75.00]a', '[:12]a', '[01:]a', '[-1:02.00]a', '[01:02.34 a', '[01:2.3456]a'])(
    'keeps the line of the broken stamp in %s',
    (line) => {
      const { lines, broken } = parseLrc(line);
      expect(lines).toEqual([{ seconds: null, text: 'a', words: [] }]);
      expect(broken).toBe(1);
    },
  );

  it('keeps a line without a time after the line before it', () => {
    expect(times('[00:09.00]late\nfollows\n[00:01.00]early').map(([, text]) => text)).toEqual([
      'early',
      'late',
      'follows',
    ]);
  });

  it('takes long keys for metadata, also before the stamps of a line', () => {
    const { lines, metadata } = parseLrc(
      '[artist:X]\n[Title: Y]\n[album:Z]\n[author:Q]\n[editor:E]\n[relyricist:R]\n[composer : C]\n[lyricist:L]\n' +
        '[by:me][00:01.00][00:02.00]words\n[00:03.00][Artist] sings',
    );
    expect(lines.map(({ seconds, text }) => [seconds, text])).toEqual([
      [1, 'words'],
      [2, 'words'],
      [3, '[Artist] sings'],
    ]);
    expect(metadata).toMatchObject({
      artist: 'X',
      title: 'Y',
      relyricist: 'R',
      composer: 'C',
      lyricist: 'L',
    });
  });

  it('keeps text in brackets that is not a time stamp', () => {
    expect(times('[Chorus: all]\n[Verse 2]\n[00:01.00][x] hello <3 <b>')).toEqual([
      [null, '[Chorus: all]'],
      [null, '[Verse 2]'],
      [1, '[x] hello <3 <b>'],
    ]);
  });

  it('reads the stamps of words, and shifts them with a repeated line', () => {
    const { lines } = parseLrc('[00:01.00][00:11.00]<00:01.00> Hey <00:01.50> you <00:xx.00> there');
    expect(lines[0]).toEqual({
      seconds: 1,
      text: 'Hey you there',
      words: [
        { seconds: 1, text: 'Hey' },
        { seconds: 1.5, text: 'you' },
      ],
    });
    expect(lines[1].words.map(({ seconds }) => seconds)).toEqual([11, 11.5]);
  });

  it.each([
    ['KRC', '[10000,3000]<0,300,0>昨<300,400,0>天 <700,300,0>我'],
    ['QRC', '[10000,3000]昨(10000,300)天 (10300,400)我(10700,300)'],
    ['YRC', '[10000,3000](10000,300,0)昨(10300,400,0)天 (10700,300,0)我'],
  ])('reads the syllables of %s', (_, line) => {
    expect(parseLrc(line)).toEqual({
      lines: [
        {
          seconds: 10,
          text: '昨天 我',
          words: [
            { seconds: 10, text: '昨' },
            { seconds: 10.3, text: '天' },
            { seconds: 10.7, text: '我' },
          ],
        },
      ],
      metadata: {},
      broken: 0,
    });
  });

  it('reads the credits of YRC, brackets that are sung, and a line without syllables', () => {
    const file = [
      '{"t":0,"c":[{"tx":"作词: "},{"tx":"\\u7532"}]}',
      '[1000,20](1000,10,0)(ah)(1010,10,0) oh',
      '[2000,20](2000,10)(ah)(2010,10)',
      '[3000,20]words',
    ];
    expect(times(file.join('\n'))).toEqual([
      [0, '作词: 甲'],
      [1, '(ah) oh'],
      [2, '(ah)'],
      [3, 'words'],
    ]);
  });

  it.each([
    ['［００：１０．００］昨天', 10, '昨天'],
    ['[00：15.00]昨天', 15, '昨天'],
    ['【00:20.00】昨天', 20, '昨天'],
    ['[00:10.00]昨天 [00:12.00] 今天', 10, '昨天 今天'],
  ])('reads the stamps of %s', (line, seconds, text) => {
    expect(times(line)).toEqual([[seconds, text]]);
    expect(parseLrc(line).broken).toBe(0);
  });

  it('keeps full-width brackets that hold no stamp', () => {
    expect(times('[00:01.00]【副歌】我爱你')).toEqual([[1, '【副歌】我爱你']]);
  });

  it('brings lines forward by the offset, not before the beginning', () => {
    expect(times('[offset:+500]\n[00:00.20]a\n[00:02.00]b')).toEqual([
      [0, 'a'],
      [1.5, 'b'],
    ]);
    expect(times('[offset:-250]\n[00:02.00]b')).toEqual([[2.25, 'b']]);
    expect(times('[offset:x]\n[00:02.00]b')).toEqual([[2, 'b']]);
  });

  it('gives every line back with its time and words', () => {
    const word = fc.stringMatching(/^[a-zé我爱']{1,6}$/);
    const timed = fc.record({ time: fc.nat(599_999), words: fc.array(word, { maxLength: 5 }) });
    fc.assert(
      fc.property(fc.array(timed), fc.boolean(), (song, enhanced) => {
        const file = song.map(({ time, words }) => {
          const text = enhanced ? words.map((w, i) => `<${stamp(time + i)}>${w}`).join(' ') : words.join(' ');
          return `[${stamp(time)}]${text}`;
        });
        const expected = song
          .map(
            ({ time, words }): TimedLine => ({
              seconds: time / 100,
              text: words.join(' '),
              words: enhanced ? words.map((w, i) => ({ seconds: (time + i) / 100, text: w })) : [],
            }),
          )
          .sort((a, b) => a.seconds! - b.seconds!);
        expect(parseLrc(file.join('\n'))).toEqual({ lines: expected, metadata: {}, broken: 0 });
      }),
    );
  });

  it('never throws, and gives times that are numbers in order', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '<',
      '>',
      ':',
      '.',
      '00',
      '12',
      '-',
      'ti',
      'x',
      '\n',
      ' ',
      '[00:01.00]',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.string(), (pieces, tail) => {
        const { lines } = parseLrc(pieces.join('') + tail);
        const seconds = lines.flatMap((line) => (line.seconds === null ? [] : [line.seconds]));
        expect(seconds).toEqual([...seconds].sort((a, b) => a - b));
        expect(seconds.every((time) => Number.isFinite(time) && time >= 0)).toBe(true);
      }),
    );
  });

  it('takes a megabyte of brackets, colons or stamps in linear time and bounded memory', () => {
    for (const unit of [
      '[',
      '<',
      '<:',
      ':',
      '[00:01.00]',
      '<00:01.00>',
      '［',
      '[1,1]',
      '<1,1,0>',
      '(1,1)',
      '(1,1,0)',
    ]) {
      const { lines } = parseLrc(unit.repeat(1_000_000 / unit.length));
      expect(lines.length).toBeLessThanOrEqual(100);
    }
  });
});

describe("QQ Music's XML", () => {
  const CONTENT =
    '[ti:雨]\n[offset:0]\n[1000,900]昨(1000,300)天(1300,600)\n[3000,900]&quot;Rain&quot;(3000,300) &amp;(3300,100) "sun"(3400,200)';
  const wrap = (content: string): string =>
    `<?xml version="1.0" encoding="utf-8"?>\n<QrcInfos>\n<QrcHeadInfo SaveTime="1" Version="100"/>\n<LyricInfo LyricCount="1">\n<Lyric_1 LyricType="1" LyricContent="${content}"/>\n</LyricInfo>\n</QrcInfos>\n`;

  it.each([
    ['line feeds', CONTENT],
    ['line feeds as entities', CONTENT.replaceAll('\n', '&#10;')],
    ['carriage returns', CONTENT.replaceAll('\n', '&#xD;&#xA;')],
  ])('is taken off, with %s', (_name, content) => {
    const { lines, metadata, broken } = parseLrc(wrap(content));
    expect(lines.map(({ seconds, text }) => [seconds, text])).toEqual([
      [1, '昨天'],
      [3, '"Rain" & "sun"'],
    ]);
    expect(lines[0].words).toEqual([
      { seconds: 1, text: '昨' },
      { seconds: 1.3, text: '天' },
    ]);
    expect([metadata.ti, broken]).toEqual(['雨', 0]);
  });

  it('may be in a .txt, and an empty one has no lines', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'polytag-qrc-'));
    const path = join(folder, 'song.txt');
    await writeFile(path, wrap(CONTENT));
    expect((await readLyrics(path)).text).toBe('昨天\n"Rain" & "sun"');
    expect(parseLrc(wrap('')).lines).toEqual([]);
    await rm(folder, { recursive: true });
  });
});
