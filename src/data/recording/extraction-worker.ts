/** The thread of `extract-thread.ts`: one feature of one recording. */
import { parentPort, workerData } from 'node:worker_threads';
import { DamagedAudio } from '../../audio/audio.js';
import type { SharedSeconds } from '../../base/busy-watch.js';
import { Failure, Interrupted, UsageError } from '../../base/errors.js';
import { type FeatureKindName, featureKinds } from '../../features/kinds.js';
import { type Extraction, type ExtractRequest, extractFeature } from './extract.js';

/** What the thread is started with. */
export type ExtractionData = Omit<ExtractRequest, 'kind' | 'signal' | 'onSeconds' | 'log'> & {
  kind: FeatureKindName;
  /** Seconds of sound that are decoded. */
  decodedSeconds: SharedSeconds;
};

/** An error as a message; `kind` is null for one that no user is meant to meet. */
export interface ExtractionError {
  kind: 'UsageError' | 'DamagedAudio' | 'Interrupted' | 'Failure' | null;
  message: string;
  stack?: string;
}

/** Progress, a line for people, the end, or why there is none. */
export type ExtractionReply =
  | { seconds: number; total: number | null }
  | { line: string }
  | { extraction: Extraction }
  | { error: ExtractionError };

function asMessage(thrown: unknown): ExtractionError {
  const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  const kind =
    thrown instanceof UsageError
      ? 'UsageError'
      : thrown instanceof DamagedAudio
        ? 'DamagedAudio'
        : thrown instanceof Interrupted
          ? 'Interrupted'
          : thrown instanceof Failure
            ? 'Failure'
            : null;
  return { kind, message, stack };
}

const { decodedSeconds, kind, ...request } = workerData as ExtractionData;
const port = parentPort!;
const say = (reply: ExtractionReply): void => port.postMessage(reply);
const controller = new AbortController();
port.on('message', () => controller.abort());
try {
  const extraction = await extractFeature({
    ...request,
    kind: featureKinds[kind],
    signal: controller.signal,
    onSeconds(seconds, total) {
      decodedSeconds[0] = Math.max(decodedSeconds[0], seconds);
      say({ seconds, total });
    },
    log: (line) => say({ line }),
  });
  say({ extraction });
} catch (error) {
  say({ error: asMessage(error) });
}
