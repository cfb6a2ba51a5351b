/** Workers that score a share of the windows, as many as the machine has processors to spare. */
import type { ScoreWindows } from '../../../models/tagger.js';
import type { HelperAnswer, HelperQuestion } from './helper.worker.js';
import HelperWorker from './helper.worker.js?worker';
import type { ModelPlace } from './loaded-model.js';

/** Each holds the model once more. */
const MOST_HELPERS = 3;

/** Starts a worker and has it load the model while the recording is decoded. */
function startHelper(place: ModelPlace): ScoreWindows {
  const worker = new HelperWorker();
  const waiting: { resolve(answer: HelperAnswer): void; reject(error: Error): void }[] = [];
  let failed: Error | null = null;
  worker.addEventListener('message', ({ data }: MessageEvent<HelperAnswer>) =>
    waiting.shift()?.resolve(data),
  );
  worker.addEventListener('error', ({ message }) => {
    failed = new Error(message);
    for (const { reject } of waiting.splice(0)) reject(failed);
  });
  worker.postMessage({ place } satisfies HelperQuestion);
  return async (batch) => {
    if (failed) throw failed;
    const answered = new Promise<HelperAnswer>((resolve, reject) => waiting.push({ resolve, reject }));
    worker.postMessage({ batch } satisfies HelperQuestion);
    const answer = await answered;
    if ('error' in answer) throw new Error(answer.error);
    return answer.prediction;
  };
}

/** Helpers with a model; none where the machine has one processor. They end with the worker that starts them. */
export function startHelpers(place: ModelPlace): ScoreWindows[] {
  const spare = Math.min(MOST_HELPERS, (navigator.hardwareConcurrency || 1) - 1);
  return Array.from({ length: spare }, () => startHelper(place));
}
