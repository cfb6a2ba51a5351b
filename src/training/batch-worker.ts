/** A thread that reads and augments the audio of batches. */
import { parentPort, workerData } from 'node:worker_threads';
import { startMp3RoundTrip } from '../audio/encode/mp3-round-trip.js';
import { messageOf } from '../base/errors.js';
import { FeatureStore } from '../data/store/store.js';
import { bindInputs } from '../inputs/window.js';
import { type AudioChunk, type AudioContents, type AudioValues, AudioWindows } from './audio-windows.js';

export interface BatchWorkerData {
  contents: AudioContents;
  /** URLs of modules that inputs may come from. */
  extensions: readonly string[];
}

export type BatchReply = { values: AudioValues } | { error: string };

const { contents, extensions } = workerData as BatchWorkerData;

async function startReading(): Promise<AudioWindows> {
  // Extensions import the engine, which is not loaded without them.
  if (extensions.length > 0) await (await import('../models/extension.js')).importModelParts(extensions);
  const { config, names, statistics, seed, augment } = contents;
  const { grid, list } = bindInputs(config, names, { statistics });
  const inputs = list.filter((input) => input.source === 'audio');
  const mp3 = augment?.mp3 ? await startMp3RoundTrip() : null;
  return new AudioWindows({ inputs, grid, store: FeatureStore.of(contents.store) }, seed, augment, mp3);
}

const ready = startReading();

parentPort!.on('message', async (chunks: AudioChunk[]) => {
  let reply: BatchReply;
  try {
    reply = { values: (await ready).read(chunks) };
  } catch (error) {
    reply = { error: messageOf(error) };
  }
  const transfer =
    'values' in reply ? Object.values(reply.values).map(({ buffer }) => buffer as ArrayBuffer) : [];
  parentPort!.postMessage(reply, transfer);
});
