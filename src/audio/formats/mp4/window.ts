/** Which samples of a track are played: by its edit list, or by the tag that iTunes writes. */
import { taggedWindow, type UnitDecoder } from '../aac/decoder.js';
import type { Track } from './track.js';

/** A stretch of the decoded samples. */
export interface Window {
  /** First sample, counted from the decoder's first. */
  start: number;
  /** Samples; infinite where it reaches to the end. */
  count: number;
  seconds: number;
}

/** The stretches that are played, in order; null where all is, or where edits repeat or reorder the media. */
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
  const isInOrder = edits.every(
    ({ start }, i) => i === 0 || start >= edits[i - 1].start + edits[i - 1].seconds * timescale - 1,
  );
  if (!isInOrder) return null;
  return edits.map(({ start, seconds }) => {
    const left = Math.max(0, length - start) / timescale;
    const played = Math.min(seconds, left);
    const count = Math.round(played * sampleRate);
    return {
      start: Math.max(0, Math.round((start / timescale) * sampleRate) + delay),
      count,
      seconds: played,
    };
  });
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
