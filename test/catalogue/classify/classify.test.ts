/** Votes, snippets, and when a vote is confusing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomGenerator } from '../../../src/base/random.js';
import {
  CONFUSION_FILE,
  type Confusion,
  countVerdicts,
  fitMargin,
  isConfusing,
  readConfusion,
  writeConfusion,
} from '../../../src/catalogue/classify/confusion.js';
import { SnippetSample } from '../../../src/catalogue/classify/snippets.js';
import { voteOf } from '../../../src/catalogue/classify/vote.js';
import type { Windows } from '../../../src/inputs/cutter.js';
import type { WindowBatch } from '../../../src/inputs/window.js';
import { madeInputs } from '../../inputs/made-inputs.js';

describe('a vote', () => {
  it('is for the class of most snippets, with its mean probability and margin', () => {
    const vote = voteOf(['a', 'b', 'c'], Float32Array.of(0.5, 0.25, 0.25, 0.25, 0.5, 0.25, 0.75, 0.25, 0));
    expect(vote).toEqual({
      ...{
        class: 'a',
        snippets: 3,
        votes: 2,
        probability: 0.5,
        probabilities: [0.5, 1 / 3, expect.any(Number)],
      },
      margin: expect.closeTo(0.5 - 1 / 3, 12),
    });
  });

  it('has a margin below 0 where the means disagree, and goes by the means where votes are equal', () => {
    const vote = voteOf(['a', 'b'], Float32Array.of(0.5625, 0.4375, 0.5625, 0.4375, 0, 1));
    expect([vote.class, vote.votes, vote.margin]).toEqual(['a', 2, -0.25]);
    expect(voteOf(['a', 'b'], Float32Array.of(0.75, 0.25, 0, 1)).class).toBe('b');
  });
});

describe('snippets', () => {
  const inputs = madeInputs({ sampleRate: 1000, hopLength: 10, frames: 2, tokens: 3 });
  const size = inputs.list.find(({ name }) => name === 'waveform')!.size.length;

  /** Windows that hold nothing but their own number. */
  const windows = (from: number, count: number): Windows => ({
    count,
    starts: Array.from({ length: count }, (_, i) => 2 * (from + i)),
    values: { waveform: Float32Array.from({ length: count * size }, (_, i) => from + Math.floor(i / size)) },
  });

  /** The numbers of the windows that are classified, in the order in which they are. */
  function drawn(seed: number, total: number, count: number, block = total): number[] {
    const sample = new SnippetSample(count, randomGenerator(seed, 'snippets'));
    for (let from = 0; from < total; from += block) sample.add(windows(from, Math.min(block, total - from)));
    const numbers: number[] = [];
    sample.vote({
      inputs,
      labels: ['a', 'b'],
      predict: ({ count: rows, values }: WindowBatch) => {
        expect(rows).toBeLessThanOrEqual(16);
        for (let row = 0; row < rows; row++) numbers.push(values.waveform[row * size]);
        // A model that takes lyrics gets a text without words: the start token and padding.
        expect(new Set(Array.from(values.lyrics, (_, i) => values.lyrics[i % 3])).size).toBeLessThanOrEqual(
          2,
        );
        return { windows: rows, scores: new Float32Array(rows * 2).fill(0.5), embedding: null };
      },
    });
    return numbers;
  }

  it('are as many as asked for, all different, in order of time, by the seed alone', () => {
    const one = drawn(1, 300, 20);
    expect(one).toHaveLength(20);
    expect([...new Set(one)].sort((a, b) => a - b)).toEqual(one);
    expect(drawn(1, 300, 20, 7)).toEqual(one);
    expect(drawn(2, 300, 20)).not.toEqual(one);
  });

  it('are all windows where there are fewer', () => {
    expect(drawn(1, 4, 20)).toEqual([0, 1, 2, 3]);
  });

  it('come from everywhere equally often', () => {
    const times = new Array<number>(10).fill(0);
    for (let seed = 0; seed < 1000; seed++) for (const number of drawn(seed, 10, 3, 4)) times[number]++;
    for (const count of times) expect(Math.abs(count - 300)).toBeLessThan(75); // five deviations
  });
});

describe('when a vote is confusing', () => {
  const known = (margins: number[], isMix: boolean) => margins.map((margin) => ({ margin, isMix }));
  const margins = [...known([0.1, 0.2, 0.6], true), ...known([0.3, 0.8, 0.9], false)];
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-confusion-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('is decided by the threshold with the largest F1', () => {
    // Below 0.7: three hits of four called, F1 6/7; below 0.25: two of two, F1 4/5.
    expect(fitMargin(margins)).toBeCloseTo(0.7, 12);
    expect(countVerdicts(margins, 0.7)).toEqual({ hits: 3, called: 4, mixes: 3 });
    expect(countVerdicts(margins, 0.25)).toEqual({ hits: 2, called: 2, mixes: 3 });
  });

  it('is stored beside a model; a model without it gives no verdict, and a damaged file is named', async () => {
    const fitted: Confusion = {
      ...{ margin: 0.4, precision: 0.9, recall: null, mixes: 5, recordings: 6, snippets: 20, seed: 1 },
    };
    expect(await readConfusion(folder)).toBeNull();
    expect(isConfusing({ margin: 0.1 }, null)).toBeNull();
    await writeConfusion(folder, fitted);
    const read = await readConfusion(folder);
    expect(read).toMatchObject(fitted);
    expect([0.1, 0.4, 0.5].map((margin) => isConfusing({ margin }, read))).toEqual([true, false, false]);
    await writeFile(join(folder, CONFUSION_FILE), '{}');
    await expect(readConfusion(folder)).rejects.toThrow(
      /confusion\.json is damaged \(.+\); remove it, or fit it again\.$/,
    );
  });
});
