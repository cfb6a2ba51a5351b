/** Simplified and traditional Chinese, by OpenCC's tables (the package `opencc-js`), loaded only when they are wanted. */
import type { Segmenter } from './segmenter.js';

/** How Chinese is written before it is cut into words. */
export const SCRIPTS = ['as-is', 'simplified', 'traditional'] as const;
export type Script = (typeof SCRIPTS)[number];

/** Converts a text; what is not Chinese stays as it is. */
export type Convert = (text: string) => string;

/** Conversions of a script. */
export interface ScriptConversion {
  /** To the script. */
  convert: Convert;
  /** Segments a text of the script by its simplified form, which the dictionaries are in. */
  segmenter(simplified: Segmenter): Segmenter;
}

/** Loads the conversions to a script (OpenCC's tw2s and s2tw, the forms of Taiwan); null for `as-is`. */
export async function loadScript(script: Script): Promise<ScriptConversion | null> {
  if (script === 'as-is') return null;
  const simplify = await toSimplified();
  if (script === 'simplified') return { convert: simplify, segmenter: (segmenter) => segmenter };
  const { Converter } = await import('opencc-js/cn2t');
  return {
    convert: Converter({ from: 'cn', to: 'tw' }),
    segmenter: (segmenter) => bySimplified(segmenter, simplify),
  };
}

/** Traditional characters and phrases to simplified ones; 著 becomes 着 where it is one, as Taiwan writes it. */
export async function toSimplified(): Promise<Convert> {
  const { Converter } = await import('opencc-js/t2cn');
  return Converter({ from: 'tw', to: 'cn' });
}

function bySimplified(segmenter: Segmenter, simplify: Convert): Segmenter {
  /** Pieces of the text itself at the cuts of its simplified form, which is as long but for rare exceptions. */
  const align = <Piece>(text: string, cut: (text: string) => Piece[], wordOf: (piece: Piece) => string) => {
    const simplified = simplify(text);
    const pieces = cut(simplified.length === text.length ? simplified : text);
    let from = 0;
    return pieces.map((piece) => {
      const word = text.slice(from, from + wordOf(piece).length);
      from += word.length;
      return { piece, word };
    });
  };
  const { tag, keywords } = segmenter;
  return {
    ...segmenter,
    cut: (text) => align(text, segmenter.cut, (word) => word).map(({ word }) => word),
    tag:
      tag && ((text) => align(text, tag, ({ word }) => word).map(({ piece, word }) => ({ ...piece, word }))),
    keywords: keywords && ((text, count, method) => keywords(simplify(text), count, method)),
  };
}

/** Frequent characters that one script alone has; each at the place of its counterpart. */
const SIMPLIFIED =
  '们这个来说会时为对过还后没现开关爱里样让给从点长门风听见间问题国学话车马无声梦飞难远边谁儿岁';
const TRADITIONAL =
  '們這個來說會時為對過還後沒現開關愛裡樣讓給從點長門風聽見間問題國學話車馬無聲夢飛難遠邊誰兒歲';
const ONE_SIDED = [...SIMPLIFIED].flatMap((simplified, i): [string, boolean][] =>
  simplified === TRADITIONAL[i]
    ? []
    : [
        [simplified, false],
        [TRADITIONAL[i], true],
      ],
);
const IS_TRADITIONAL = new Map(ONE_SIDED);

/** Whether a text is in traditional characters, told by frequent ones; false where neither script shows. */
export function isTraditional(text: string): boolean {
  let balance = 0;
  for (const character of text) {
    const traditional = IS_TRADITIONAL.get(character);
    if (traditional !== undefined) balance += traditional ? 1 : -1;
  }
  return balance > 0;
}
