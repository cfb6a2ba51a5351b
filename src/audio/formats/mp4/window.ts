/** Which samples of a track are played: by its edit list, or by the tag that iTunes writes. */
import { taggedWindow, type UnitDecoder } from '../aac/decoder.js';
import type { Edit, Track } from './track.js';

/** A stretch of the decoded samples. */
export interface Window {
  /** First sample, counted from the decoder's first. */
  start: number;
  /** Samples; infinite where it reaches to the end. */
  count: number;
  seconds: number;
}

/** The stretches that are played, in the order of their edits; null where all is. */
export async function windowsOf(
  { edits, timescale, tags, codec }: Track,
  length: number,
  { sampleRate, delay }: UnitDecoder,
): Promise<Window[] | null> {
  if (edits.length === 0) {
    const tagged = tags && (await taggedWindow(tags, codec));
    if (!tagged) return null;
    const rest = Math.max(0, length / timescale - tagged.start);
    const seconds = Math.min(tagged.duration ?? rest, rest);
    return [
      {
        start: Math.max(0, Math.round(tagged.start * sampleRate) + delay),
        count: Math.round(seconds * sampleRate),
        seconds,
      },
    ];
  }
  return edits.map((edit, i) => {
    const played = secondsOf(edit, edits[i + 1], timescale, length);
    return {
      start: Math.max(0, Math.round((edit.start / timescale) * sampleRate) + delay),
      count: Math.round(played * sampleRate),
      seconds: played,
    };
  });
}

/** Seconds that an edit plays: to the next one's beginning, or to the media's end, where rounding may have cut it short. */
function secondsOf(
  { start, seconds, tick }: Edit,
  next: Edit | undefined,
  scale: number,
  length: number,
): number {
  const left = Math.max(0, length - start) / scale;
  const toNext = next ? (next.start - start) / scale : left;
  if (Math.abs(toNext - seconds) <= tick) return Math.min(toNext, left);
  return seconds + tick >= left ? left : seconds;
}

/** Groups of windows that follow each other in the media, so that one pass of the decoder gives each group. */
export function passesOf(windows: Window[] | null): (Window[] | null)[] {
  if (windows === null) return [null];
  const passes: Window[][] = [];
  let end = Number.POSITIVE_INFINITY;
  for (const window of windows) {
    if (window.start < end) passes.push([]);
    passes.at(-1)!.push(window);
    end = window.start + window.count;
  }
  return passes;
}

/** Gives of blocks of samples those in the windows. */
export function inOrder(
  windows: Window[] | null,
): (block: Float32Array[]) => Generator<Float32Array[], void> {
  let position = 0;
  return function* (block) {
    const begin = position;
    position += block[0].length;
    if (windows === null) {
      yield block;
      return;
    }
    for (const { start, count } of windows) {
      const from = Math.max(start, begin);
      const to = Math.min(start + count, position);
      if (from < to) yield block.map((channel) => channel.subarray(from - begin, to - begin));
    }
  };
}
