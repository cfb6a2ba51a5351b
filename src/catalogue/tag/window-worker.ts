/** A worker thread that cuts recordings into windows, waiting when the model is behind. */
import { parentPort, workerData } from 'node:worker_threads';
import { streamAudio } from '../../audio/decode.js';
import type { SharedSeconds } from '../../base/busy-watch.js';
import { messageOf } from '../../base/errors.js';
import { type Tail, WindowCutter, type Windows } from '../../inputs/cutter.js';
import type { InputsConfig } from '../../inputs/schema.js';
import { bindInputs } from '../../inputs/window.js';
import { readTrackNames, type TrackNames } from './track-names.js';

/** How a recording is cut, as a message. */
export interface CutRequest {
  inputs: InputsConfig;
  /** Names of the audio inputs that the model takes. */
  names: string[];
  remainder: Tail;
  /** URLs of modules that inputs may come from. */
  extensions: readonly string[];
}

/** A recording to work on, or permission to send more windows of the present one. */
export type WindowRequest = { path: string; cut: CutRequest } | 'more';

/** Windows of the present recording; its end; or why it cannot be decoded. */
export type WindowReply = { windows: Windows } | { end: RecordingEnd } | { error: string };

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
}

const port = parentPort!;
const { decodedSeconds } = workerData as WindowWorkerData;

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

async function work(
  path: string,
  { inputs, names, remainder, extensions }: CutRequest,
): Promise<WindowReply> {
  try {
    await importExtensions(extensions);
    const { grid, list } = bindInputs(inputs, names);
    const { info, blocks, errors, missing } = await streamAudio(path, { mono: true });
    const cutter = new WindowCutter({ grid, inputs: list, remainder }, info.sampleRate);
    let samples = 0;
    let isSilent = true;
    for await (const [mono] of blocks) {
      samples += mono.length;
      decodedSeconds[0] = samples / info.sampleRate;
      isSilent &&= mono.every((sample) => sample === 0);
      for (const part of split(cutter.push(mono))) await send(part);
    }
    for (const part of split(cutter.finish())) await send(part);
    const duration = samples / info.sampleRate;
    return { end: { duration, errors: errors(), missing: missing(), isSilent, ...readTrackNames(path) } };
  } catch (error) {
    return { error: messageOf(error) };
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
  port.postMessage(await work(message.path, message.cut));
});
