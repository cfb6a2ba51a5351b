import { describe, expect, it } from 'vitest';
import { encodingNamed, TEXT_ENCODINGS } from '../../src/text/encodings.js';
import { decodeText, streamDecoder } from '../../src/text/files/decode.js';
import fc from '../fast-check.js';
import { encode, encodedTexts } from './encoded-texts.js';
import { FIRST_HELD_OUT, HELD_OUT_IN, SECOND_HELD_OUT, THIRD_HELD_OUT } from './held-out-texts.js';

const utf8 = (text: string): Uint8Array => encode(text, 'utf-8');
const latin1 = (text: string): Uint8Array => encode(text, 'windows-1252');
const gb18030 = (text: string): Uint8Array => encode(text, 'gb18030');

/** Bytes of a linear congruential generator. */
const noise = (length: number): Uint8Array => {
  let state = 1;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
};

const CHINESE = '今晚的月亮代表我的心，\r\n你问我爱你有多深 love\r\n轻轻的一个吻';

describe('decodeText', () => {
  it.each([
    ['utf-8', utf8('Été à Köln — 星')],
    ['utf-8', utf8('\ufeffÉté à Köln — 星')],
    ['utf-16le', encode('Été à Köln — 星', 'utf-16le')],
    ['utf-16be', encode('Été à Köln — 星', 'utf-16be')],
    ['utf-16le', encode('Été à Köln — 星', 'utf-16le', { mark: false })],
    ['utf-16be', encode('Été à Köln — 星', 'utf-16be', { mark: false })],
  ])('reads %s and drops the byte order mark', async (encoding, bytes) => {
    expect(await decodeText(bytes)).toEqual({ text: 'Été à Köln — 星', encoding, replaced: 0, sure: true });
  });

  it.each([
    ['gb18030', CHINESE],
    ['gb18030', '夜來香，我為你歌唱，我為你思量'],
    // What Excel writes: few words, many times.
    ['gb18030', 'id,label\n1,快乐\n2,悲伤\n3,浪漫\n4,怀旧\n5,治愈\n6,愤怒\n7,平静\n8,孤独\n'.repeat(10)],
    ['gb18030', 'clip_id,mood\n1,积极\n2,消极\n3,积极\n'],
    ['gb18030', '曲目,label\n1,a\n2,b\n'],
    ['big5', 'id,label\n1,快樂\n2,悲傷\n3,浪漫\n'],
    ['shift_jis', 'id,label\n1,喜悦\n2,悲哀\n3,憤怒\n4,恋愛\n'],
    ['euc-kr', 'id,label\n1,기쁨\n2,슬픔\n'],
    ['koi8-r', 'Тихо падает снег на пустой перрон'],
    ['windows-1251', 'id,label\n1,радость\n2,грусть\n'],
  ])('reads %s: %j', async (encoding, text) => {
    expect(await decodeText(encode(text, encoding))).toEqual({ text, encoding, replaced: 0, sure: true });
  });

  it('reads what Windows and Hong Kong add to national standards', async () => {
    // 펲, 똠 in CP949; 咗 in Big5-HKSCS; 髙 and ① in CP932: their bytes, as Python writes them.
    expect((await decodeText(Uint8Array.of(0x8c, 0x63, 0xbc, 0x84), 'euc-kr')).text).toBe('똠펲');
    expect((await decodeText(Uint8Array.of(0x9d, 0xf7, 0xca, 0x5c), 'big5')).text).toBe('咗佢');
    expect((await decodeText(Uint8Array.of(0xfb, 0xfc, 0x87, 0x40), 'shift_jis')).text).toBe('髙①');
  });

  it.each([
    'Été à la plage, où déjà la forêt brûle',
    'Süße Grüße, größer als früher',
    'El niño soñó mañana, corazón',
    'naïve',
  ])('reads Latin-1 %j, though its bytes may be valid GB18030', async (text) => {
    expect(await decodeText(latin1(text))).toMatchObject({ text, encoding: 'latin-1', replaced: 0 });
  });

  it('reads what windows-1252 adds to ISO 8859-1', async () => {
    const { text } = await decodeText(
      Uint8Array.of(0x93, 0x63, 0x9c, 0x75, 0x72, 0x94, 0x20, 0x92, 0x20, 0x80, 0xe9, 0x20),
    );
    expect(text).toBe('“cœur” ’ €é ');
  });

  it('keeps a UTF-8 file with a broken byte UTF-8, and counts it', async () => {
    const bytes = utf8(CHINESE.repeat(3));
    const cut = bytes.subarray(0, bytes.length - 1);
    const { text, encoding, replaced } = await decodeText(cut);
    expect([encoding, replaced]).toEqual(['utf-8', 1]);
    expect(text).toBe(`${CHINESE.repeat(3).slice(0, -1)}\ufffd`);
  });

  it.each([
    ['zeros', new Uint8Array(40)],
    ['an MP3 frame', Uint8Array.of(0xff, 0xfb, 0x90, 0x64, 0, 0, 1, 2)],
    ['control characters', Uint8Array.of(65, 1, 2, 3, 4, 5, 6, 7, 8, 66)],
    ['noise behind a mark of UTF-16', Uint8Array.of(0xff, 0xfe, ...noise(1000))],
  ])('calls %s no text', async (_name, bytes) => {
    expect((await decodeText(bytes)).text).toBeNull();
  });

  it('gives an empty text for nothing', async () => {
    for (const bytes of [new Uint8Array(), utf8('\ufeff'), Uint8Array.of(0xff, 0xfe)])
      expect((await decodeText(bytes)).text).toBe('');
  });

  it('is told the encoding', async () => {
    // 快乐 in GB18030 and 우있 in EUC-KR are the same bytes, to which a person knows the answer.
    const bytes = gb18030('快乐');
    expect(await decodeText(bytes, 'euc-kr')).toMatchObject({ text: '우있', encoding: 'euc-kr', sure: true });
    expect(await decodeText(latin1('été'), 'windows-1251')).toMatchObject({ text: 'йtй' });
    expect(await decodeText(bytes, 'utf-8')).toMatchObject({ encoding: 'utf-8', replaced: 4 });
    expect(await decodeText(encode('爱', 'utf-16be', { mark: false }), 'utf-16be')).toMatchObject({
      text: '爱',
    });
  });

  it('never throws, and gives text of UTF-8 and UTF-16 back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { text, encoding } = await decodeText(bytes);
        expect(text === null).toBe(encoding === null);
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[\n -~¡-ÿ\u0400-\u04ff\u4e00-\u9fff]{0,80}$/), async (text) => {
        expect(await decodeText(utf8(text))).toEqual({ text, encoding: 'utf-8', replaced: 0, sure: true });
        expect((await decodeText(encode(text, 'utf-16le'))).text).toBe(text);
        expect((await decodeText(encode(text, 'utf-16be'))).text).toBe(text);
      }),
    );
  });

  it('reads the same in pieces of any size', async () => {
    for (const { text, bytes, encoding } of encodedTexts(3, 7)) {
      const decode = streamDecoder(encodingNamed(encoding)!);
      const pieces = Array.from(bytes, (_, i) => decode(bytes.subarray(i, i + 1)));
      expect([...pieces, decode()].join('')).toBe(text);
    }
  });
});

describe('texts of 20 to 400 bytes in 13 encodings', async () => {
  const texts = encodedTexts(40, 1);
  const read = await Promise.all(
    texts.map(async (made) => ({ ...made, found: await decodeText(made.bytes) })),
  );

  it('are read right in 97 of 100 cases, in each encoding', () => {
    for (const encoding of new Set(texts.map((made) => made.encoding))) {
      const own = read.filter((made) => made.encoding === encoding);
      const right = own.filter(({ text, found }) => found.text === text);
      expect([encoding, right.length / own.length >= 0.97]).toEqual([encoding, true]);
    }
  });

  it('are never wrong without saying so from 200 bytes on', () => {
    const wrong = read.filter(
      ({ text, bytes, found }) => bytes.length >= 200 && found.text !== text && found.sure,
    );
    expect(wrong.map(({ text }) => text)).toEqual([]);
    // Being unsure is no way out.
    const long = read.filter(({ bytes }) => bytes.length >= 200);
    expect(long.filter(({ found }) => found.sure).length / long.length).toBeGreaterThan(0.97);
  });
});

const DOS = ['cp850', 'cp437', 'cp852', 'ibm866'];

describe.each([
  ['first', FIRST_HELD_OUT],
  ['second', SECOND_HELD_OUT],
  ['third', THIRD_HELD_OUT],
])('texts of 20 to 400 bytes in 16 encodings, the %s that were held out', async (_name, lines) => {
  const read = await Promise.all(
    encodedTexts(40, 1, lines, HELD_OUT_IN).map(async (made) => ({
      ...made,
      found: await decodeText(made.bytes),
    })),
  );
  const isRight = ({ text, found }: (typeof read)[number]): boolean => found.text === text;

  it('are read right in 97 of 100 cases, in each encoding but those of MS-DOS', () => {
    expect(read.length).toBe(16 * 40);
    for (const encoding of new Set(read.map((made) => made.encoding))) {
      const own = read.filter((made) => made.encoding === encoding);
      const least = DOS.includes(encoding) ? 0.9 : 0.97;
      expect([encoding, own.filter(isRight).length / own.length >= least]).toEqual([encoding, true]);
    }
  });

  it('are never wrong without saying so from 200 bytes on, those of MS-DOS at any length', () => {
    const wrong = read.filter(
      (made) =>
        !isRight(made) && made.found.sure && (made.bytes.length >= 200 || DOS.includes(made.encoding)),
    );
    expect(wrong.map(({ encoding, text }) => [encoding, text])).toEqual([]);
    const long = read.filter(({ bytes }) => bytes.length >= 200);
    expect(long.filter(({ found }) => found.sure).length / long.length).toBeGreaterThan(0.97);
  });
});

describe('texts of MS-DOS', () => {
  // Bytes as Python writes them.
  it.each([
    [
      'cp850',
      'Süße Grüße, größer als früher',
      '53 81 e1 65 20 47 72 81 e1 65 2c 20 67 72 94 e1 65 72 20 61 6c 73 20 66 72 81 68 65 72',
    ],
    ['cp437', 'Été à la plage, déjà', '90 74 82 20 85 20 6c 61 20 70 6c 61 67 65 2c 20 64 82 6a 85'],
    ['cp852', 'Zażółć gęślą jaźń', '5a 61 be a2 88 86 20 67 a9 98 6c a5 20 6a 61 ab e4'],
    ['cp866', 'Тихо падает снег', '92 a8 e5 ae 20 af a0 a4 a0 a5 e2 20 e1 ad a5 a3'],
  ])('in %s are read: %s', async (_encoding, text, hex) => {
    const found = await decodeText(Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16)));
    expect(found.text).toBe(text);
  });

  it('are never taken for certain Latin-1, however short', async () => {
    for (const word of ['café', 'Tür', 'niño', 'garçon', 'está', 'größer', 'voilà'])
      for (const encoding of ['cp850', 'cp437']) {
        const { text, sure } = await decodeText(encode(word, encoding));
        expect([encoding, word, text === word || !sure]).toEqual([encoding, word, true]);
      }
  });

  it('can be named', async () => {
    expect((await decodeText(encode('está', 'cp850'), 'cp850')).text).toBe('está');
    expect(['IBM850', 'dos-437', 'CP866'].map(encodingNamed)).toEqual(['cp850', 'cp437', 'cp866']);
  });
});

describe('encodingNamed', () => {
  it('knows every encoding, and the names that editors and Windows use', () => {
    for (const encoding of TEXT_ENCODINGS) expect(encodingNamed(encoding.toUpperCase())).toBe(encoding);
    expect(
      [
        'GBK',
        'gb2312',
        'utf8',
        'UTF16',
        'Shift-JIS',
        'CP949',
        'cp1251',
        'Windows-1252',
        'ISO-8859-1',
        'EUC_KR',
      ].map(encodingNamed),
    ).toEqual([
      'gb18030',
      'gb18030',
      'utf-8',
      'utf-16le',
      'shift_jis',
      'euc-kr',
      'windows-1251',
      'latin-1',
      'latin-1',
      'euc-kr',
    ]);
    expect(encodingNamed('klingon')).toBeNull();
  });
});
