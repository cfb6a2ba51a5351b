/**
 * Letters beyond A to Z of languages with Latin alphabets: a text in the wrong encoding has letters that no one language
 * has together, as `ì` and `ø` where Czech was meant.
 */
import type { TextEncoding } from '../encodings.js';

const WESTERN: readonly string[] = [
  'áéíóúüñ', // Spanish
  'àâæçèéêëîïôœùûüÿ', // French
  'äöüß', // German
  'áâãàçéêíóôõú', // Portuguese
  'àèéìíîòóùú', // Italian
  'àçèéíïòóúü', // Catalan
  'åäöé', // Swedish, Finnish
  'æøåéóòô', // Danish, Norwegian
  'áéëèïíóöúü', // Dutch
  'áðéíóúýþæö', // Icelandic
];

const CENTRAL: readonly string[] = [
  'ąćęłńóśźż', // Polish
  'áčďéěíňóřšťúůýž', // Czech
  'áäčďéíĺľňóôŕšťúýž', // Slovak
  'áéíóöőúüű', // Hungarian
  'ăâîşţ', // Romanian
  'čćđšž', // Croatian, Slovene
  'äöüß', // German
];

const LANGUAGES: Partial<Record<TextEncoding, readonly string[]>> = {
  'latin-1': WESTERN,
  cp850: WESTERN,
  cp437: WESTERN,
  'windows-1250': CENTRAL,
  cp852: CENTRAL,
  'windows-1254': ['çğıöşüâîû'], // Turkish
  'windows-1257': ['ąčęėįšųūž', 'āčēģīķļņšūž', 'äöüõšž'], // Lithuanian, Latvian, Estonian
};

/**
 * Different letters outside ASCII that the language lacks which fits best of those written in an encoding; 0 for
 * encodings of other alphabets.
 */
export function lettersOutside(text: string, encoding: TextEncoding): number {
  const languages = LANGUAGES[encoding];
  if (!languages) return 0;
  const letters = [...new Set(text.toLowerCase().match(/(?![a-z])\p{Letter}/gu))];
  return Math.min(
    ...languages.map((language) => letters.filter((letter) => !language.includes(letter)).length),
  );
}
