/** Running medians. */

/** Index of the sample that stands at `position` when a line is mirrored at its edges, the edge repeated. */
function mirrored(position: number, length: number): number {
  const period = 2 * length;
  const folded = ((position % period) + period) % period;
  return folded < length ? folded : period - 1 - folded;
}

/** Puts `added` where `removed` was in an ascending window, and moves it to its place. */
function exchange(window: Float32Array, removed: number, added: number): void {
  let low = 0;
  for (let high = window.length - 1; low < high; ) {
    const middle = (low + high) >> 1;
    if (window[middle] < removed) low = middle + 1;
    else high = middle;
  }
  const last = window.length - 1;
  while (low < last && window[low + 1] < added) {
    window[low] = window[low + 1];
    low++;
  }
  while (low > 0 && window[low - 1] > added) {
    window[low] = window[low - 1];
    low--;
  }
  window[low] = added;
}

/**
 * Median of the `size` values around each one (none NaN), the line mirrored at its edges with the edge repeated, as
 * scipy.ndimage.median_filter(mode='reflect'): an even window reaches further to the left, and its median is the upper
 * of two. A sorted window slides along: a step costs a binary search and moves only what lies between the values that
 * leave and enter.
 */
export function medianFilter(line: Float32Array, size: number, result: Float32Array): void {
  const { length } = line;
  if (length === 0) return;
  const left = Math.floor(size / 2);
  const right = size - left - 1;
  // The line with its mirrored ends, so that the sliding itself needs no folding.
  const extended = new Float32Array(length + size - 1);
  extended.set(line, left);
  for (let i = 0; i < left; i++) extended[i] = line[mirrored(i - left, length)];
  for (let i = length; i < length + right; i++) extended[left + i] = line[mirrored(i, length)];
  const window = extended.slice(0, size).sort();
  result[0] = window[left];
  for (let n = 1; n < length; n++) {
    exchange(window, extended[n - 1], extended[n + left + right]);
    result[n] = window[left];
  }
}
