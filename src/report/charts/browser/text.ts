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
 * Cuts texts to a width so that different ones stay different: where two would look alike, what they begin with in
 * common is left out; where that is not enough, they are not cut.
 *
 * @param texts - any texts; equal ones are cut alike
 * @param letters - most letters of each, as in `cutText`
 * @param cut - `cutText`
 */
export function cutApart(texts: readonly string[], letters: number, cut: typeof cutText): string[] {
  const different = [...new Set(texts)];
  const alike = (cuts: readonly string[], i: number): string[] =>
    different.filter((_, j) => j !== i && cuts[j] === cuts[i]);
  const heads = different.map((text) => cut(text, letters));
  const tails = different.map((text, i) => {
    const others = alike(heads, i);
    if (others.length === 0) return heads[i];
    let shared = 0;
    while (others.every((other) => other[shared] === text[shared])) shared++;
    return cut(`…${text.slice(Math.max(0, shared - 4))}`, letters);
  });
  const cutOf = new Map(different.map((text, i) => [text, alike(tails, i).length === 0 ? tails[i] : text]));
  return texts.map((text) => cutOf.get(text)!);
}

/**
 * Sets the names of rows: each on one line, or on two where it has a line break and is long.
 *
 * @param names - of `Row`
 * @param letters - most letters of a line; a name with a line break gets half as many more on one
 * @param cut - `cutText`
 * @param apart - `cutApart`
 */
export function nameLines(
  names: readonly string[],
  letters: number,
  cut: typeof cutText,
  apart: typeof cutApart,
): string[][] {
  const wholes = names.map((name) => name.replace('\n', ' '));
  const isBroken = names.map((name, i) => {
    const whole = wholes[i];
    return name !== whole && cut(whole, 1.5 * letters) !== whole;
  });
  const lines = names.map((name, i) => (isBroken[i] ? name.split('\n') : [wholes[i]]));
  const cuttable = lines.filter((_, i) => isBroken[i] || names[i] === wholes[i]).flat();
  const shown = apart(cuttable, letters, cut);
  const cutOf = new Map(cuttable.map((line, i) => [line, shown[i]]));
  return lines.map((own) => own.map((line) => cutOf.get(line) ?? line));
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
      // Of parts that lie end to end, the row's value is where the last one ends.
      const isPart = bars.length > 1 && mark.kind === 'bars' && mark.from && mark !== bars[bars.length - 1];
      const before = mark.kind === 'bars' ? (mark.from?.[i] ?? 0) : 0;
      return value === null || !row || isPart
        ? []
        : [{ value: before + value, name: row.name.replace('\n', ' ') }];
    }),
  );
  if (points.length > 0) {
    const sorted = points.sort((a, b) => b.value - a.value);
    const [first, last] = [sorted[0], sorted[sorted.length - 1]];
    return `${title}. Of ${rows!.length} rows the highest is ${first.name} with ${number(first.value)}, the lowest ${last.name} with ${number(last.value)}.`;
  }
  return named.length > 0 ? `${title}. Shown: ${[...new Set(named)].join(', ')}.` : `${title}.`;
}
