/** A worker thread that cuts recordings into windows, waiting when the model is behind, or has them scored by a copy of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { streamAudio } from '../../audio/decode.js';
import type { SharedSeconds } from '../../base/busy-watch.js';
import { messageOf, UsageError } from '../../base/errors.js';
import { type Tail, WindowCutter, type Windows } from '../../inputs/cutter.js';
import type { InputsConfig } from '../../inputs/schema.js';
import { bindInputs } from '../../inputs/window.js';
import type { Prediction, Predictor } from '../../models/predictor.js';
import type { ThreadModel } from './thread-predictor.js';
import { readTrackNames, type TrackNames } from './track-names.js';
import type { LyricsTokens } from './window-scorer.js';

/** How a recording is cut, as a message. */
export interface CutRequest {
  inputs: InputsConfig;
  /** Names of the audio inputs that the model takes. */
  names: string[];
  remainder: Tail;
  /** URLs of modules that inputs may come from. */
  extensions: readonly string[];
  /** The model whose copy scores the windows here; null where they are sent. Default: null. */
  model?: ThreadModel | null;
}

/** A recording to work on, or permission to send more windows of the present one. */
export type WindowRequest = { path: string; cut: CutRequest; lyrics: LyricsTokens } | 'more';

/** Why a model cannot be used at all, and whether the user has to change something. */
export interface ModelFailure {
  failure: string;
  isUsage: boolean;
}

/** Windows of the present recording, or the scores of some; its end; or why it cannot be decoded. */
export type WindowReply =
  | { windows: Windows }
  | { scored: Prediction; starts: number[] }
  | { end: RecordingEnd }
  | { error: string };

/** What is known of a recording once it was decoded. */
export interface RecordingEnd extends TrackNames {
  /** In seconds. */
  duration: number;
  /** Parts that could not be decoded. */
  errors: number;
  /** Seconds that the file states and does not hold; null where it does not tell. */
  missing: number | null;
  /** Whether every sample is 0. */
  isSilent: boolean;
}

/** Windows per message: over a second's work for a model. */
const BATCH = 8;
/** Most unanswered messages. */
const AHEAD = 3;

/** What a thread is started with. */
export interface WindowWorkerData {
  /** Seconds of the present recording that are decoded. */
  decodedSeconds: SharedSeconds;
  /** Seconds that the model's copy has computed for it; Infinity while it does. */
  scoringSeconds: SharedSeconds;
}

const port = parentPort!;
const { decodedSeconds, scoringSeconds } = workerData as WindowWorkerData;

let credit = 0;
let wake: (() => void) | null = null;

/** Sends windows once the other side has room for them. */
async function send(windows: Windows): Promise<void> {
  while (credit === 0)
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  credit--;
  const transfer = Object.values(windows.values).map(({ buffer }) => buffer as ArrayBuffer);
  port.postMessage({ windows } satisfies WindowReply, transfer);
}

function* split(windows: Windows): Generator<Windows> {
  for (let from = 0; from < windows.count; from += BATCH) {
    const count = Math.min(BATCH, windows.count - from);
    const part = (values: Float32Array): Float32Array =>
      values.slice((from * values.length) / windows.count, ((from + count) * values.length) / windows.count);
    const values = Object.entries(windows.values).map(([name, all]) => [name, part(all)]);
    yield { count, starts: windows.starts.slice(from, from + count), values: Object.fromEntries(values) };
  }
}

/** Extensions import the engine, which is not loaded without them. */
async function importExtensions(urls: readonly string[]): Promise<void> {
  if (urls.length === 0) return;
  const { importModelParts } = await import('../../models/extension.js');
  await importModelParts(urls);
}

let opened: { model: string; predictor: Promise<Predictor> } | null = null;

/** Does what the model's copy has to do; what goes wrong there is no fault of the recording. */
async function scoring<T>(compute: () => T | Promise<T>): Promise<T> {
  const before = scoringSeconds[0];
  scoringSeconds[0] = Infinity;
  const begin = performance.now();
  try {
    return await compute();
  } catch (error) {
    throw new ModelError({ failure: messageOf(error), isUsage: error instanceof UsageError });
  } finally {
    scoringSeconds[0] = before + (performance.now() - begin) / 1000;
  }
}

class ModelError extends Error {
  constructor(readonly reply: ModelFailure) {
    super(reply.failure);
  }
}

/** The thread's copy of a model, opened with the first recording. */
function predictorOf(model: ThreadModel): Promise<Predictor> {
  const key = JSON.stringify(model);
  if (opened?.model !== key) {
    const predictor = import('./thread-predictor.js').then(({ openInThread }) => openInThread(model));
    opened = { model: key, predictor };
  }
  return opened.predictor;
}

/** What is done with the windows of a recording. */
interface WindowSink {
  push(windows: Windows): Promise<void>;
  finish(): Promise<void>;
}

/** Sends the windows to where the model is. */
const sending: WindowSink = {
  async push(windows) {
    for (const part of split(windows)) await send(part);
  },
  async finish() {},
};

/** Scores the windows here, and sends the scores. */
async function scoringBy(model: ThreadModel, lyrics: LyricsTokens): Promise<WindowSink> {
  const [{ WindowScorer }, predictor] = await scoring(() =>
    Promise.all([import('./window-scorer.js'), predictorOf(model)]),
  );
  const scorer = new WindowScorer(predictor, lyrics, (scored, starts) =>
    port.postMessage({ scored, starts } satisfies WindowReply),
  );
  return {
    push: (windows) => scoring(() => scorer.push(windows)),
    finish: () => scoring(() => scorer.finish()),
  };
}

async function work(
  path: string,
  { inputs, names, remainder, extensions, model = null }: CutRequest,
  lyrics: LyricsTokens,
): Promise<WindowReply | ModelFailure> {
  try {
    await importExtensions(extensions);
    const { grid, list } = bindInputs(inputs, names);
    const sink = model ? await scoringBy(model, lyrics) : sending;
    const { info, blocks, errors, missing } = await streamAudio(path, { mono: true });
    const cutter = new WindowCutter({ grid, inputs: list, remainder }, info.sampleRate);
    let samples = 0;
    let isSilent = true;
    for await (const [mono] of blocks) {
      samples += mono.length;
      decodedSeconds[0] = samples / info.sampleRate;
      isSilent &&= mono.every((sample) => sample === 0);
      await sink.push(cutter.push(mono));
    }
    await sink.push(cutter.finish());
    await sink.finish();
    const duration = samples / info.sampleRate;
    return { end: { duration, errors: errors(), missing: missing(), isSilent, ...readTrackNames(path) } };
  } catch (error) {
    return error instanceof ModelError ? error.reply : { error: messageOf(error) };
  }
}

port.on('message', async (message: WindowRequest) => {
  if (message === 'more') {
    credit++;
    wake?.();
    wake = null;
    return;
  }
  credit = AHEAD;
  port.postMessage(await work(message.path, message.cut, message.lyrics));
});
