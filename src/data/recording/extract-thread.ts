/** A feature of a recording in a thread of its own, which can be ended whatever it is computing. */
import { DamagedAudio } from '../../audio/audio.js';
import { BusyWatch, overrunMessage, sharedSeconds } from '../../base/busy-watch.js';
import { Failure, Interrupted, UsageError } from '../../base/errors.js';
import { removeParts } from '../../base/files.js';
import { startWorker } from '../../base/package.js';
import type { FeatureKindName } from '../../features/kinds.js';
import type { Extraction, ExtractRequest } from './extract.js';
import type { ExtractionData, ExtractionError, ExtractionReply } from './extraction-worker.js';

/** Time that the thread has to end by itself, in ms. */
const PATIENCE = 1000;

const ERRORS = { UsageError, DamagedAudio, Interrupted, Failure };

/** An error of the thread, of its class, with its stack. */
function errorOf({ kind, message, stack }: ExtractionError): Error {
  const error = kind === null ? new Error(message) : new ERRORS[kind](message);
  error.stack = stack;
  return error;
}

/**
 * `extractFeature` in a thread: a signal ends it within a second or two, and one that computes for longer than any
 * recording needs is ended too.
 *
 * @throws as `extractFeature`; DamagedAudio when the thread takes too long
 */
export async function extractInThread({
  kind,
  onSeconds,
  log,
  signal,
  ...request
}: Omit<ExtractRequest, 'kind'> & { kind: FeatureKindName }): Promise<Extraction> {
  const decodedSeconds = sharedSeconds();
  const data: ExtractionData = { ...request, kind, decodedSeconds };
  const worker = startWorker(import.meta.url, './extraction-worker', { data, quiet: true });
  let timer: NodeJS.Timeout | undefined;
  let watch: BusyWatch | undefined;
  let stop = (): void => {};
  try {
    return await new Promise<Extraction>((resolve, reject) => {
      worker.on('message', (reply: ExtractionReply) => {
        if ('seconds' in reply) onSeconds?.(reply.seconds, reply.total);
        else if ('line' in reply) log?.(reply.line);
        else if ('error' in reply) reject(errorOf(reply.error));
        else resolve(reply.extraction);
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(new DamagedAudio(`${request.audio} cannot be decoded: its thread ended with code ${code}.`)),
      );
      stop = (): void => {
        worker.postMessage('stop');
        timer = setTimeout(() => reject(new Interrupted('Stopped; no file was written.')), PATIENCE);
      };
      signal?.addEventListener('abort', stop, { once: true });
      watch = new BusyWatch(
        worker,
        () => decodedSeconds[0],
        (busy) => reject(new DamagedAudio(overrunMessage(request.audio, busy, decodedSeconds[0]))),
      );
    });
  } catch (error) {
    await worker.terminate();
    if (request.out !== null) await removeParts(request.out);
    throw error;
  } finally {
    signal?.removeEventListener('abort', stop);
    clearTimeout(timer);
    watch?.stop();
    await worker.terminate();
  }
}
