/** Scores the windows of one recording in batches. */
import type { Windows } from '../../inputs/cutter.js';
import { type WindowBatch, windowSize } from '../../inputs/window.js';
import type { Prediction, Predictor } from '../../models/predictor.js';
import { WINDOW_BATCH } from '../../models/window-means.js';

/** Token ids of a recording's lyrics by text input. */
export type LyricsTokens = Record<string, Int32Array>;

/** Receives a batch's scores, and where its windows start, in seconds. */
export type ScoredListener = (prediction: Prediction, starts: number[]) => void;

interface QueuedWindow {
  start: number;
  windows: Windows;
  index: number;
}

/**
 * Takes the windows of one recording as they come. No batch holds windows of two: in which batch a window is scored moves its
 * last digits, and so a recording's scores do not depend on those beside it.
 */
export class WindowScorer {
  private readonly queue: QueuedWindow[] = [];

  constructor(
    private readonly predictor: Predictor,
    private readonly lyrics: LyricsTokens,
    private readonly onScored: ScoredListener,
  ) {}

  /** Takes windows and scores whole batches. */
  push(windows: Windows): void {
    for (let index = 0; index < windows.count; index++)
      this.queue.push({ start: windows.starts[index], windows, index });
    while (this.queue.length >= WINDOW_BATCH) this.score(this.queue.splice(0, WINDOW_BATCH));
  }

  /** Scores what is left. */
  finish(): void {
    if (this.queue.length > 0) this.score(this.queue.splice(0));
  }

  private score(windows: readonly QueuedWindow[]): void {
    this.onScored(
      this.predictor.predict(this.batchOf(windows)),
      windows.map(({ start }) => start),
    );
  }

  private batchOf(windows: readonly QueuedWindow[]): WindowBatch {
    const values = this.predictor.inputs.list.map((input): [string, Float32Array | Int32Array] => {
      const size = windowSize(input);
      const isText = input.source === 'text';
      const all = new (isText ? Int32Array : Float32Array)(windows.length * size);
      for (const [i, { windows: own, index }] of windows.entries())
        all.set(
          isText
            ? this.lyrics[input.name]
            : own.values[input.name].subarray(index * size, (index + 1) * size),
          i * size,
        );
      return [input.name, all];
    });
    return { count: windows.length, values: Object.fromEntries(values) };
  }
}
