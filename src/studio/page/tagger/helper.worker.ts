/** Scores windows of a recording beside the worker that tags it: WebAssembly has one thread a worker. */
import type { WindowBatch } from '../../../inputs/window.js';
import type { Prediction } from '../../../models/predictor.js';
import { type ModelPlace, modelAt } from './loaded-model.js';

/** The model that is to be loaded, or windows that are to be scored by it. */
export type HelperQuestion = { place: ModelPlace } | { batch: WindowBatch };

/** What comes of the windows, in their order. */
export type HelperAnswer = { prediction: Prediction } | { error: string };

let opened: ReturnType<typeof modelAt>;

async function score(batch: WindowBatch): Promise<HelperAnswer> {
  try {
    const { tagger } = await opened;
    return { prediction: tagger.score(batch) };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

addEventListener('message', ({ data }: MessageEvent<HelperQuestion>) => {
  if ('place' in data) {
    opened = modelAt(data.place, 'wasm');
    // Whoever asks for scores is told.
    opened.catch(() => undefined);
  } else score(data.batch).then((answer) => postMessage(answer));
});
