/** The XML around QQ Music's lyrics: `<QrcInfos>…<Lyric_1 LyricType="1" LyricContent="[0,900]…"/>…`. */

/** An attribute of the lyrics; players do not escape quotation marks in it, so that it ends at the end of its element. */
const CONTENT = /\bLyricContent\s*=\s*"([\s\S]*?)"\s*(?=\/?>|\w+\s*=\s*")/g;

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Whether a text is lyrics within the XML of QRC. */
export const isQrcXml = (text: string): boolean => /^[\s\ufeff]*(?:<\?xml[^>]*\?>\s*)?<QrcInfos\b/.test(text);

/** The lyrics within the XML of QRC, one element after the other; any other text as it is. */
export function unwrapQrc(text: string): string {
  if (!isQrcXml(text)) return text;
  return Array.from(text.matchAll(CONTENT), ([, content]) => unescapeXml(content)).join('\n');
}

function unescapeXml(text: string): string {
  return text.replace(
    /&(?:#x([\da-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return ENTITIES[name.toLowerCase()];
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}
