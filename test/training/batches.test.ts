import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Example } from '../../src/data/dataset.js';
import type { FeatureStore } from '../../src/data/store/store.js';
import { loadEngine } from '../../src/engine/engine.js';
import { windowTensors } from '../../src/models/predictor.js';
import { Batches } from '../../src/training/batches.js';
import { madeInputs } from '../inputs/made-inputs.js';

const SIZE = { frames: 10, hopLength: 4 };
/** Windows of ten frames: 2 mel bands, samples and 3 tokens. */
const inputs = madeInputs({ sampleRate: 16, ...SIZE, bands: 2, tokens: 3 });

/** Lengths of the recordings in mel frames. */
const LENGTHS: Record<string, number> = { short: 4, one: 10, long: 25, longer: 30 };

const example = (id: string, targets: number[] = [1, 0]): Example => ({
  id,
  audio: `${id}.mp3`,
  lyrics: null,
  split: 'train',
  song: null,
  artist: null,
  title: id,
  targets: Uint8Array.from(targets),
});
const examples = Object.keys(LENGTHS).map((id) => example(id));

/** A store whose value at a step is the step's number, and zero beyond the end. */
const lengthOf = (kind: string, id: string): number => LENGTHS[id] * (kind === 'mel' ? 1 : SIZE.hopLength);
const store = {
  length: lengthOf,
  read(kind: string, id: string, first: number, target: Float32Array) {
    const width = kind === 'mel' ? 2 : 1;
    const length = lengthOf(kind, id);
    for (let i = 0; i < target.length; i++) {
      const step = first + Math.floor(i / width);
      target[i] = step < length ? step : 0;
    }
  },
} as unknown as FeatureStore;

const tokens = new Map(examples.map(({ id }, i) => [id, Int32Array.of(2, i + 3, 0)]));
const make = (seed = 1): Batches => new Batches({ inputs, store, tokenIds: { lyrics: tokens } }, seed);

describe('Batches', () => {
  beforeAll(async () => {
    await loadEngine('wasm');
  });

  it('orders an epoch by seed and epoch alone, every example once', () => {
    const many = Array.from({ length: 40 }, (_, i) => example(Object.keys(LENGTHS)[i % 4]));
    const order = make().epoch(many, 3);
    expect(make().epoch(many, 3)).toEqual(order);
    expect(make().epoch(many, 4)).not.toEqual(order);
    expect(make(2).epoch(many, 3)).not.toEqual(order);
    expect(new Set(order.map((chunk) => chunk.example)).size).toBe(40);
  });

  it('takes a random chunk inside its recording', () => {
    const starts = Array.from({ length: 200 }, (_, epoch) => make().epoch([example('long')], epoch)[0].start);
    expect(Math.min(...starts)).toBe(0);
    expect(Math.max(...starts)).toBe(15);
    expect(make().epoch([example('short')], 0)[0].start).toBe(0);
    expect(make().epoch([example('one')], 0)[0].start).toBe(0);
  });

  it('takes every chunk of each recording where an epoch is of all', () => {
    const all = new Batches({ inputs, store, tokenIds: { lyrics: tokens } }, 1, { everyChunk: true });
    const epoch = all.epoch(examples, 2);
    const starts = (id: string): number[] =>
      epoch.flatMap(({ example: { id: own }, start }) => (own === id ? [start] : [])).sort((a, b) => a - b);
    expect(Object.keys(LENGTHS).map(starts)).toEqual([[0], [0], [0, 10, 15], [0, 10, 20]]);
    expect([all.epochSize(examples), make().epochSize(examples)]).toEqual([8, 4]);
    expect(all.epoch(examples, 2)).toEqual(epoch);
    expect(all.epoch(examples, 3)).not.toEqual(epoch);
  });

  it('cuts a recording into chunks side by side, the last one moved back to its end', () => {
    const starts = (id: string): number[] =>
      make()
        .chunksOf(example(id))
        .map(({ start }) => start);
    expect(starts('short')).toEqual([0]);
    expect(starts('one')).toEqual([0]);
    expect(starts('long')).toEqual([0, 10, 15]);
    expect(starts('longer')).toEqual([0, 10, 20]);
  });

  it('cuts a recording into chunks that overlap, the last one moved back to its end', () => {
    const overlapping = { ...inputs, grid: { ...inputs.grid, step: 4 } };
    const batches = new Batches({ inputs: overlapping, store, tokenIds: { lyrics: tokens } }, 1);
    const starts = (id: string): number[] => batches.chunksOf(example(id)).map(({ start }) => start);
    expect([starts('short'), starts('one')]).toEqual([[0], [0]]);
    expect(starts('long')).toEqual([0, 4, 8, 12, 15]);
    expect(starts('longer')).toEqual([0, 4, 8, 12, 16, 20]);
  });

  it('reads mel and waveform from the same instant, and silence after the end of a short recording', () => {
    tf.tidy(() => {
      const { mel, waveform, lyrics } = windowTensors(
        inputs.list,
        make().windows([
          { example: example('long'), start: 7 },
          { example: example('short'), start: 0 },
        ]),
      );
      expect([mel!.shape, waveform!.shape, lyrics!.shape]).toEqual([
        [2, 10, 2],
        [2, 40],
        [2, 3],
      ]);
      const melValues = [...mel!.dataSync()];
      expect(melValues.slice(0, 4)).toEqual([7, 7, 8, 8]);
      expect(melValues.slice(20, 30)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 0, 0]);
      const samples = [...waveform!.dataSync()];
      expect([samples[0], samples[39]]).toEqual([28, 67]);
      expect(samples.slice(40 + 14, 40 + 18)).toEqual([14, 15, 0, 0]);
      expect(lyrics!.dtype).toBe('int32');
      expect([...lyrics!.dataSync()]).toEqual([2, 5, 0, 2, 3, 0]);
    });
  });

  it('gives the truth of a batch in its order', () => {
    const chunks = [example('one', [0, 1]), example('long', [1, 1])].map((each) => ({
      example: each,
      start: 0,
    }));
    tf.tidy(() => {
      const targets = make().targets(chunks);
      expect([targets.shape, [...targets.dataSync()]]).toEqual([
        [2, 2],
        [0, 1, 1, 1],
      ]);
    });
  });

  it('gives a recording one chunk where only its lyrics are read', () => {
    const texts = { ...inputs, list: inputs.list.filter(({ source }) => source === 'text') };
    const lyricsOnly = new Batches({ inputs: texts, store: null, tokenIds: { lyrics: tokens } }, 1);
    expect(lyricsOnly.chunksOf(example('longer')).map(({ start }) => start)).toEqual([0]);
    expect(Object.keys(lyricsOnly.windows([{ example: example('one'), start: 0 }]).values)).toEqual([
      'lyrics',
    ]);
  });
});
