/** Numbers as a reader wants them, words as a shell takes them, and text as HTML takes it. */

/** A length of time: `3.2 s`, `4 min 12 s` or `2 h 5 min`. */
export function durationText(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** A place in a recording: `2:05`. */
export const clockText = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;

/** Megabytes with a decimal: `3.2 MB`. */
export const megabytesText = (bytes: number): string => `${Math.round(bytes / 1e5) / 10} MB`;

/** A count with its noun: `1 song`, `1,129 songs`. */
export function countText(count: number, noun: string, plural = `${noun}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;
}

/** Rounds a number for embedding in a page, so that curves do not fill it with digits. */
export function rounded(value: number, digits = 4): number {
  return Number(value.toFixed(digits));
}

/** A difference of metrics (in parts of 1) in points of 100: `+3.9`, `0.0`, or a dash where undefined. */
export function pointsText(difference: number | null): string {
  if (difference === null) return '–';
  const points = (100 * difference).toFixed(1);
  if (Number(points) === 0) return '0.0';
  return difference < 0 ? points.replace('-', '−') : `+${points}`;
}

/** Words as a shell takes them; quoted only where they need it. */
export const shellWords = (words: readonly string[]): string =>
  words
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');

/** Escapes text for HTML and XML, in elements and in quoted attributes; control characters that XML forbids are dropped. */
export function escapeHtml(text: string): string {
  return (
    text
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML forbids.
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      .replaceAll("'", '&#39;')
  );
}
