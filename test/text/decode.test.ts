import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/text/decode.js';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const utf16 = (text: string, littleEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(2 + 2 * text.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < text.length; i++) view.setUint16(2 + 2 * i, text.charCodeAt(i), littleEndian);
  return bytes;
};
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));

/** GB18030 by hand: Node decodes it and does not encode it, so each two-byte character is looked up. */
const GB_BYTES = new Map<string, [number, number]>();
for (let lead = 0x81; lead <= 0xfe; lead++)
  for (let trail = 0x40; trail <= 0xfe; trail++) {
    if (trail === 0x7f) continue;
    const character = new TextDecoder('gb18030').decode(Uint8Array.of(lead, trail));
    if (!GB_BYTES.has(character)) GB_BYTES.set(character, [lead, trail]);
  }
const gb18030 = (text: string): Uint8Array =>
  Uint8Array.from(
    [...text].flatMap((c) => (c.charCodeAt(0) < 0x80 ? [c.charCodeAt(0)] : (GB_BYTES.get(c) ?? [0x3f]))),
  );

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
    ['utf-16le', utf16('Été à Köln — 星', true)],
    ['utf-16be', utf16('Été à Köln — 星', false)],
  ])('reads %s and drops the byte order mark', (encoding, bytes) => {
    expect(decodeText(bytes)).toEqual({ text: 'Été à Köln — 星', encoding, replaced: 0 });
  });

  it('reads GB18030', () => {
    expect(decodeText(gb18030(CHINESE))).toEqual({ text: CHINESE, encoding: 'gb18030', replaced: 0 });
    // Traditional characters lie outside the common ones of GB 2312 and stand among them.
    expect(decodeText(gb18030('夜來香，我為你歌唱，我為你思量')).text).toBe('夜來香，我為你歌唱，我為你思量');
  });

  it.each([
    'Été à la plage, où déjà la forêt brûle',
    'Süße Grüße, größer als früher',
    'El niño soñó mañana, corazón',
    'naïve',
  ])('reads Latin-1 %j, though its bytes may be valid GB18030', (text) => {
    expect(decodeText(latin1(text))).toEqual({ text, encoding: 'latin-1', replaced: 0 });
  });

  it('reads what windows-1252 adds to ISO 8859-1', () => {
    const { text } = decodeText(
      Uint8Array.of(0x93, 0x63, 0x9c, 0x75, 0x72, 0x94, 0x20, 0x92, 0x20, 0x80, 0xe9, 0x20),
    );
    expect(text).toBe('“cœur” ’ €é ');
  });

  it('keeps a UTF-8 file with a broken byte UTF-8, and counts it', () => {
    const bytes = utf8(CHINESE.repeat(3));
    const cut = bytes.subarray(0, bytes.length - 1);
    const { text, encoding, replaced } = decodeText(cut);
    expect([encoding, replaced]).toEqual(['utf-8', 1]);
    expect(text).toBe(`${CHINESE.repeat(3).slice(0, -1)}\ufffd`);
  });

  it.each([
    ['zeros', new Uint8Array(40)],
    ['an MP3 frame', Uint8Array.of(0xff, 0xfb, 0x90, 0x64, 0, 0, 1, 2)],
    ['control characters', Uint8Array.of(65, 1, 2, 3, 4, 5, 6, 7, 8, 66)],
    ['noise behind a mark of UTF-16', Uint8Array.of(0xff, 0xfe, ...noise(1000))],
  ])('calls %s no text', (_name, bytes) => {
    expect(decodeText(bytes).text).toBeNull();
  });

  it('gives an empty text for nothing', () => {
    for (const bytes of [new Uint8Array(), utf8('\ufeff'), Uint8Array.of(0xff, 0xfe)])
      expect(decodeText(bytes).text).toBe('');
  });

  it('never throws, and gives text of UTF-8 and UTF-16 back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const { text, encoding } = decodeText(bytes);
        expect(text === null).toBe(encoding === null);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^[\n -~¡-ÿ\u0400-\u04ff\u4e00-\u9fff]{0,80}$/), (text) => {
        expect(decodeText(utf8(text))).toEqual({ text, encoding: 'utf-8', replaced: 0 });
        expect(decodeText(utf16(text, true)).text).toBe(text);
        expect(decodeText(utf16(text, false)).text).toBe(text);
      }),
    );
  });

  it('gives any Chinese text of common characters back from GB18030', () => {
    const common = [...GB_BYTES].flatMap(([c, [lead, trail]]) =>
      lead >= 0xb0 && lead <= 0xd7 && trail >= 0xa1 && c !== '\ufffd' && c.length === 1 ? [c] : [],
    );
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...common), { minLength: 8, maxLength: 60 }), (characters) => {
        const text = characters.join('');
        const { encoding, text: read } = decodeText(gb18030(text));
        // A few such byte strings are valid UTF-8 by chance when very short.
        expect(encoding === 'utf-8' ? text : read).toBe(text);
      }),
    );
  });
});
