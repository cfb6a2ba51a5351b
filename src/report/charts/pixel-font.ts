/**
 * Letters of 5 × 7 pixels for pictures that are made without a font, as character displays have them: the printable
 * characters of ASCII. Five bytes each, a column per byte, the lowest bit at the top.
 */
const COLUMNS =
  '0000000000 00005f0000 0007000700 147f147f14 242a7f2a12 2313086462 3649562050 0008070300 001c224100 0041221c00 ' +
  '082a1c2a08 08083e0808 0050300000 0808080808 0060600000 2010080402 3e5149453e 00427f4000 4261514946 2141454b31 ' +
  '1814127f10 2745454539 3c4a494930 0171090503 3649494936 064949291e 0036360000 0056360000 0814224100 1414141414 ' +
  '0041221408 0201510906 324979413e 7e1111117e 7f49494936 3e41414122 7f4141221c 7f49494941 7f09090901 3e4149497a ' +
  '7f0808087f 00417f4100 2040413f01 7f08142241 7f40404040 7f020c027f 7f0408107f 3e4141413e 7f09090906 3e4151215e ' +
  '7f09192946 4649494931 01017f0101 3f4040403f 1f2040201f 3f4038403f 6314081463 0708700807 6151494543 007f414100 ' +
  '0204081020 0041417f00 0402010204 4040404040 0001020400 2054545478 7f48444438 3844444420 384444487f 3854545418 ' +
  '087e090102 0c5252523e 7f08040478 00447d4000 2040443d00 7f10284400 00417f4000 7c04180478 7c08040478 3844444438 ' +
  '7c14141408 081414187c 7c08040408 4854545420 043f444020 3c4040207c 1c2040201c 3c4030403c 4428102844 0c5050503c ' +
  '4464544c44 0008364100 00007f0000 0041360800 1008081008';

const GLYPHS = COLUMNS.split(' ').map((text) => Uint8Array.from(Buffer.from(text, 'hex')));

/** Pixels from one letter to the next, and of a letter's height. */
export const LETTER_ADVANCE = 6;
export const LETTER_HEIGHT = 7;

/** Letters that stand for others: accents are dropped, signs that music writes have a look-alike. */
const LIKE: Record<string, string> = { '♯': '#', '♭': 'b', '−': '-', '–': '-', '×': 'x', '…': '.' };

/** The characters that can be drawn of a text; others are question marks. */
export function drawable(text: string): string {
  const plain = Array.from(text, (letter) => LIKE[letter] ?? letter).join('');
  return Array.from(plain.normalize('NFKD').replace(/\p{M}/gu, ''), (letter) =>
    letter >= ' ' && letter <= '~' ? letter : '?',
  ).join('');
}

/** Calls `dot` for every pixel of a text of `drawable` characters, from its top left corner. */
export function eachPixel(text: string, dot: (x: number, y: number) => void): void {
  for (const [i, letter] of Array.from(text).entries())
    GLYPHS[letter.charCodeAt(0) - 32].forEach((column, x) => {
      for (let y = 0; y < LETTER_HEIGHT; y++) if ((column >> y) & 1) dot(LETTER_ADVANCE * i + x, y);
    });
}
