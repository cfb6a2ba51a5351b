/** Encodings of text files, by the names that configs, notes and records use. */
import { z } from 'zod';

/** An encoding. */
export interface Encoding {
  /** As a sentence names it. */
  title: string;
  /** As decoders name it. */
  label: string;
  /** Whether letters take one byte each, so that nearly any bytes are valid in it. */
  singleByte: boolean;
}

/** Every encoding that text is read from. `latin-1` means windows-1252, as on the web. */
export const encodings = {
  'utf-8': { title: 'UTF-8', label: 'utf-8', singleByte: false },
  'utf-16le': { title: 'UTF-16', label: 'utf-16le', singleByte: false },
  'utf-16be': { title: 'UTF-16', label: 'utf-16be', singleByte: false },
  gb18030: { title: 'GB18030', label: 'gb18030', singleByte: false },
  big5: { title: 'Big5', label: 'big5-hkscs', singleByte: false },
  shift_jis: { title: 'Shift_JIS', label: 'shift_jis', singleByte: false },
  'euc-jp': { title: 'EUC-JP', label: 'euc-jp', singleByte: false },
  'euc-kr': { title: 'EUC-KR', label: 'euc-kr', singleByte: false },
  'latin-1': { title: 'Latin-1', label: 'windows-1252', singleByte: true },
  'windows-1250': { title: 'windows-1250', label: 'windows-1250', singleByte: true },
  'windows-1251': { title: 'windows-1251', label: 'windows-1251', singleByte: true },
  'windows-1253': { title: 'windows-1253', label: 'windows-1253', singleByte: true },
  'windows-1254': { title: 'windows-1254', label: 'windows-1254', singleByte: true },
  'windows-1255': { title: 'windows-1255', label: 'windows-1255', singleByte: true },
  'windows-1256': { title: 'windows-1256', label: 'windows-1256', singleByte: true },
  'windows-1257': { title: 'windows-1257', label: 'windows-1257', singleByte: true },
  'windows-1258': { title: 'windows-1258', label: 'windows-1258', singleByte: true },
  'koi8-r': { title: 'KOI8-R', label: 'koi8-r', singleByte: true },
  // Of MS-DOS, and of consoles on Windows to this day: Western Europe, the United States, Central Europe, Russia.
  cp850: { title: 'CP850', label: 'cp850', singleByte: true },
  cp437: { title: 'CP437', label: 'cp437', singleByte: true },
  cp852: { title: 'CP852', label: 'cp852', singleByte: true },
  cp866: { title: 'CP866', label: 'ibm866', singleByte: true },
} as const satisfies Record<string, Encoding>;

/** Name of an encoding. */
export type TextEncoding = keyof typeof encodings;

/** Names of every encoding, in the order in which they are listed to the reader. */
export const TEXT_ENCODINGS = Object.keys(encodings) as TextEncoding[];

/** Usual names that are not those of the registry, in lower case without hyphens, underscores and spaces. */
const OTHER_NAMES: Record<string, TextEncoding> = {
  utf16: 'utf-16le',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  cp936: 'gb18030',
  euccn: 'gb18030',
  big5hkscs: 'big5',
  cp950: 'big5',
  sjis: 'shift_jis',
  cp932: 'shift_jis',
  windows31j: 'shift_jis',
  cp949: 'euc-kr',
  uhc: 'euc-kr',
  windows1252: 'latin-1',
  iso88591: 'latin-1',
};

/** The encoding of a name in any of its usual spellings: `GBK`, `utf8`, `cp1251`; null for one that is not known. */
export function encodingNamed(name: string): TextEncoding | null {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');
  const wanted = plain(name)
    .replace(/^cp(125\d)$/, 'windows$1')
    .replace(/^(?:ibm|dos)(\d{3})$/, 'cp$1');
  return OTHER_NAMES[wanted] ?? TEXT_ENCODINGS.find((known) => plain(known) === wanted) ?? null;
}

/** A key of a config for the encoding of `what`: a name in any spelling, or null, the default. */
export const encodingOption = (what: string): z.ZodDefault<z.ZodNullable<z.ZodString>> =>
  z
    .string()
    .refine((name) => encodingNamed(name) !== null, `it must be one of ${TEXT_ENCODINGS.join(', ')}`)
    .nullable()
    .default(null)
    .describe(`Encoding of ${what}: ${TEXT_ENCODINGS.join(', ')}; null: found out.`);

/** The encoding that a checked key of a config names. */
export const encodingOf = (name: string | null | undefined): TextEncoding | null =>
  name == null ? null : encodingNamed(name);
