/** Tags as programs put them before and behind the sound. */

const text = (value: string, length: number): Buffer =>
  Buffer.concat([Buffer.from(value), Buffer.alloc(length)], length);

const synchsafe = (size: number): number[] => [21, 14, 7, 0].map((shift) => (size >> shift) & 0x7f);

/** An ID3v2 tag with one text frame and padding; of version 2.4 with a footer, as at a file's end, where wanted. */
export function id3v2({ padding = 50, hasFooter = false, picture = 0 } = {}): Uint8Array {
  const frame = Buffer.concat([Buffer.from('TIT2\0\0\0\x05\0\0\0'), Buffer.from('song')]);
  const art = Buffer.alloc(picture, 0xff);
  const body = Buffer.concat([frame, art, Buffer.alloc(hasFooter ? 0 : padding)]);
  const rest = [4, 0, hasFooter ? 0x10 : 0, ...synchsafe(body.length)];
  const head = Buffer.concat([Buffer.from('ID3'), Uint8Array.from(rest)]);
  const foot = Buffer.concat([Buffer.from('3DI'), Uint8Array.from(rest)]);
  return Buffer.concat(hasFooter ? [head, body, foot] : [head, body]);
}

/** An ID3v1 tag. */
export const id3v1 = (): Uint8Array => text('TAGSome song', 128);

/** The "enhanced" tag that some programs put before ID3v1. */
export const enhancedTag = (): Uint8Array => text('TAG+A very long title of a song', 227);

/** An APE tag of version 1 (no header) or 2. */
export function apeTag(version: 1 | 2): Uint8Array {
  const item = Buffer.concat([Buffer.from([4, 0, 0, 0, 0, 0, 0, 0]), Buffer.from('Title\0song')]);
  const edge = (isHeader: boolean): Buffer => {
    const bytes = Buffer.alloc(32);
    bytes.write('APETAGEX');
    bytes.writeUInt32LE(version * 1000, 8);
    bytes.writeUInt32LE(item.length + 32, 12);
    bytes.writeUInt32LE(1, 16);
    bytes.writeUInt32LE(version === 1 ? 0 : (0x8000_0000 | (isHeader ? 0x2000_0000 : 0)) >>> 0, 20);
    return bytes;
  };
  return Buffer.concat(version === 1 ? [item, edge(false)] : [edge(true), item, edge(false)]);
}

/** A Lyrics3 tag, which ID3v1 follows, of version 1 or 2. */
export function lyrics3(version: 1 | 2): Uint8Array {
  const words = 'la la la '.repeat(20);
  if (version === 1) return Buffer.from(`LYRICSBEGIN${words}LYRICSEND`);
  const body = `LYRICSBEGININD0000211LYR${String(words.length).padStart(5, '0')}${words}`;
  return Buffer.from(`${body}${String(body.length).padStart(6, '0')}LYRICS200`);
}

/** What follows the sound of good files. */
export const TRAILERS: Record<string, Uint8Array> = {
  ID3v1: id3v1(),
  'TAG+ and ID3v1': Buffer.concat([enhancedTag(), id3v1()]),
  APEv1: apeTag(1),
  'APEv2 and ID3v1': Buffer.concat([apeTag(2), id3v1()]),
  'Lyrics3v1 and ID3v1': Buffer.concat([lyrics3(1), id3v1()]),
  'Lyrics3v2 and ID3v1': Buffer.concat([lyrics3(2), id3v1()]),
  'Lyrics3v2, APEv1 and ID3v1': Buffer.concat([lyrics3(2), apeTag(1), id3v1()]),
  'ID3v2.4 with a footer': id3v2({ hasFooter: true }),
  'a line feed': Buffer.from('\n'),
  zeros: Buffer.alloc(5000),
  'zeros and ID3v1': Buffer.concat([Buffer.alloc(512), id3v1()]),
};

/** What comes before the sound of good files. */
export const LEADERS: Record<string, Uint8Array> = {
  ID3v2: id3v2(),
  'ID3v2.4 with a footer': id3v2({ hasFooter: true }),
  'two ID3v2': Buffer.concat([id3v2(), id3v2({ picture: 200_000 })]),
  APEv2: apeTag(2),
};
