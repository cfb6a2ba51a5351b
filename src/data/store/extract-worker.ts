/** A worker thread that extracts features, one recording at a time. */
import { parentPort, workerData } from 'node:worker_threads';
import type { SharedSeconds } from '../../base/busy-watch.js';
import { messageOf } from '../../base/errors.js';
import { type Extracted, extractFeatures } from './extract.js';
import type { StoredFeatures } from './kinds.js';

export interface ExtractRequest {
  path: string;
  wanted: readonly string[];
}

export type ExtractReply = Extracted | { error: string };

export interface ExtractWorkerData {
  features: StoredFeatures;
  /** URLs of modules that inputs may come from. */
  extensions: readonly string[];
  /** Seconds of the present recording that are decoded. */
  decodedSeconds: SharedSeconds;
}

const { features, extensions, decodedSeconds } = workerData as ExtractWorkerData;
// Extensions import the engine, which is not loaded without them.
const ready =
  extensions.length > 0
    ? import('../../models/extension.js').then(({ importModelParts }) => importModelParts(extensions))
    : Promise.resolve();

parentPort!.on('message', async ({ path, wanted }: ExtractRequest) => {
  let reply: ExtractReply;
  try {
    await ready;
    reply = await extractFeatures(path, features, wanted, (seconds) => {
      decodedSeconds[0] = seconds;
    });
  } catch (error) {
    reply = { error: messageOf(error) };
  }
  const transfer =
    'values' in reply ? Object.values(reply.values).map((array) => array.buffer as ArrayBuffer) : [];
  parentPort!.postMessage(reply, transfer);
});
