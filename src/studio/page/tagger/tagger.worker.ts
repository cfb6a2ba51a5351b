/** Tags a recording in the page: decoding, features and the network, by the public browser API. Nothing is sent. */
import { decodeAudio } from '../../../audio/index.js';
import { bytesSource } from '../../../audio/source.js';
import { powerToDecibels } from '../../../features/compression.js';
import { melSpectrogram } from '../../../features/mel.js';
import { type Brightness, outlineOf } from '../strips/draw-strips.js';
import { startHelpers } from './helpers.js';
import { type ModelPlace, modelAt } from './loaded-model.js';

/** A recording that is tagged. */
export interface TagQuestion extends ModelPlace {
  bytes: Uint8Array;
  /** The file, for messages. */
  name: string;
  /** Most seconds that are taken. */
  seconds: number;
}

/** What is known of it. */
export interface TagAnswer {
  seconds: number;
  model: string;
  /** `wasm` or `webgpu`. */
  backend: string;
  /** Best first. */
  tags: { tag: string; score: number }[];
  starts: number[];
  /** By window and label, in the order of `tags`. */
  scores: number[][];
  /** Attention in the order of the model's branches: shares of each head over time. */
  attention: { branch: string; heads: number; steps: number; seconds: number; weights: number[] }[];
  outline: Float32Array;
  mel: Brightness;
  /** Milliseconds of decoding and of tagging. */
  took: { decoding: number; tagging: number };
}

/** Messages of the worker: a step, the answer, or a sentence. */
export type TagMessage = { step: string } | { answer: TagAnswer } | { error: string };

/** Rate of the pictures, in Hz; their columns and bands. */
const PICTURE = { rate: 16_000, hop: 512, bands: 96, columns: 1500, floor: -80 };

/** The mel spectrogram as brightness, neighbouring frames averaged where there are many. */
function picture(samples: Float32Array): Brightness {
  const { values, frames, bands } = melSpectrogram(samples, {
    ...{ sampleRate: PICTURE.rate, hopLength: PICTURE.hop, nFft: 1024, melBands: PICTURE.bands },
  });
  const ref = values.reduce((most, value) => Math.max(most, value), 1e-3);
  const decibels = powerToDecibels(values, { ref, amin: 1e-12, topDb: null });
  const each = Math.max(1, Math.ceil(frames / PICTURE.columns));
  const columns = Math.max(1, Math.floor(frames / each));
  const brightness = new Uint8Array(columns * bands);
  for (let x = 0; x < columns; x++)
    for (let band = 0; band < bands; band++) {
      let sum = 0;
      for (let t = 0; t < each; t++) sum += decibels[(x * each + t) * bands + band];
      const share = 1 - sum / each / PICTURE.floor;
      brightness[x * bands + band] = Math.max(0, Math.min(255, Math.round(255 * share)));
    }
  return { values: brightness, columns, rows: bands };
}

async function answer({ bytes, name, model, wasm, seconds: most }: TagQuestion): Promise<TagAnswer> {
  const tell = (step: string): void => postMessage({ step } satisfies TagMessage);
  tell('Decoding');
  const began = performance.now();
  const helpers = startHelpers({ model, wasm });
  const { channels, sampleRate } = await decodeAudio(bytesSource(bytes, name), {
    mono: true,
    sampleRate: PICTURE.rate,
    duration: most,
  });
  const [samples] = channels;
  const decoded = performance.now();
  tell('Loading the model');
  const { tagger, backend } = await modelAt({ model, wasm });
  tell('Tagging');
  const started = performance.now();
  // A GPU is quicker than they are.
  const { tags, windows } = await tagger.tagWith({ samples, sampleRate }, backend === 'wasm' ? helpers : []);
  const order = tags.map(({ label }) => tagger.labels.indexOf(label));
  const attention = tagger.attention({ samples, sampleRate });
  const tagged = performance.now();
  const seconds = samples.length / sampleRate;
  return {
    ...{ seconds, model: tagger.name, backend },
    tags: tags.map(({ label, score }) => ({ tag: label, score })),
    starts: windows.map(({ start }) => start),
    scores: windows.map(({ scores }) => order.map((label) => scores[label])),
    attention: attention.map(({ branch, heads, steps, weights }) => ({
      ...{ branch, heads, steps, seconds },
      weights: [...weights],
    })),
    outline: outlineOf(samples, 2000),
    mel: picture(samples),
    took: { decoding: decoded - began, tagging: tagged - started },
  };
}

addEventListener('message', ({ data }: MessageEvent<TagQuestion>) => {
  answer(data).then(
    (own) => postMessage({ answer: own } satisfies TagMessage),
    (error: unknown) => postMessage({ error: (error as Error).message } satisfies TagMessage),
  );
});
