/**
 * Texts of charts, for both renderers. Embedded in pages as source text: each function uses its parameters and the
 * browser's globals only.
 */
import type { Chart } from '../chart.js';

/**
 * Cuts a text to a width, between characters.
 *
 * @param text - any text
 * @param letters - most letters, the ellipsis included; East Asian characters (from U+2E80 on) count two
 */
export function cutText(text: string, letters: number): string {
  let width = 0;
  let kept = '';
  for (const character of text) {
    width += character >= '\u2e80' ? 2 : 1;
    if (width > letters) return `${kept}…`;
    if (width < letters) kept += character;
  }
  return text;
}

/**
 * Sets a row's name: on one line, or on two where it has a line break and is long.
 *
 * @param name - of `Row`
 * @param letters - most letters of a line; a name with a line break gets half as many more on one
 * @param cut - `cutText`
 */
export function nameLines(name: string, letters: number, cut: typeof cutText): string[] {
  const whole = name.replace('\n', ' ');
  const isLong = name !== whole && cut(whole, 1.5 * letters) !== whole;
  return isLong
    ? name.split('\n').map((line) => cut(line, letters))
    : [cut(whole, name === whole ? letters : 1.5 * letters)];
}

/**
 * Says what a chart shows, for people who do not see it.
 *
 * @param chart - the chart
 * @returns its title, then its extremes or its series
 */
export function describeChart({ title, rows, marks }: Chart): string {
  const number = (value: number): string => String(Number(value.toPrecision(3)));
  const named = marks.flatMap((mark) => ('name' in mark && mark.name ? [mark.name] : []));
  const bars = marks.filter((mark) => mark.kind === 'bars');
  const dots = marks.filter((mark) => mark.kind === 'dots').filter(({ shape }) => shape !== 'diamond');
  const points = (bars.length > 0 ? bars : dots).flatMap((mark) =>
    mark.x.flatMap((value, i) => {
      const row = rows?.[mark.y[i] ?? -1];
      return value === null || !row ? [] : [{ value, name: row.name.replace('\n', ' ') }];
    }),
  );
  if (points.length > 0) {
    const sorted = points.sort((a, b) => b.value - a.value);
    const [first, last] = [sorted[0], sorted[sorted.length - 1]];
    return `${title}. Of ${rows!.length} rows the highest is ${first.name} with ${number(first.value)}, the lowest ${last.name} with ${number(last.value)}.`;
  }
  return named.length > 0 ? `${title}. Shown: ${[...new Set(named)].join(', ')}.` : `${title}.`;
}
