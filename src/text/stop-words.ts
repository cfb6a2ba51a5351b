/** Words that carry little meaning, by language: the lists of the package `stopword`. */

/** Languages by ISO 639-1, with the names of their lists. */
const LISTS = {
  ar: 'ara',
  bg: 'bul',
  ca: 'cat',
  cs: 'ces',
  da: 'dan',
  de: 'deu',
  el: 'ell',
  en: 'eng',
  es: 'spa',
  fi: 'fin',
  fr: 'fra',
  he: 'heb',
  hi: 'hin',
  hu: 'hun',
  id: 'ind',
  it: 'ita',
  ja: 'jpn',
  ko: 'kor',
  nl: 'nld',
  no: 'nob',
  pl: 'pol',
  pt: 'por',
  ro: 'ron',
  ru: 'rus',
  sv: 'swe',
  th: 'tha',
  tr: 'tur',
  uk: 'ukr',
  vi: 'vie',
  zh: 'zho',
} as const;

/** A language that has a list. */
export type StopWordLanguage = keyof typeof LISTS;

/** The languages that have a list, by ISO 639-1. */
export const STOP_WORD_LANGUAGES = Object.keys(LISTS) as [StopWordLanguage, ...StopWordLanguage[]];

/** The stop words of languages (ISO 639-1), written as `tokenize` writes tokens. */
export async function stopWordsOf(languages: readonly StopWordLanguage[]): Promise<Set<string>> {
  const lists = await import('stopword');
  return new Set(
    languages
      .flatMap((language) => lists[LISTS[language]])
      .map((word) => word.normalize('NFKC').toLowerCase().replaceAll('’', "'")),
  );
}
