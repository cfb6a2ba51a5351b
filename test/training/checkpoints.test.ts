import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Checkpoint, readNewestCheckpoint, writeCheckpoint } from '../../src/training/checkpoints.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-checkpoints-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const tensor = (...values: number[]): { shape: number[]; values: Float32Array } => ({
  shape: [values.length],
  values: Float32Array.from(values),
});

function checkpoint(epoch: number, step: number): Checkpoint {
  return {
    state: {
      experiment: 'abc',
      epoch,
      step,
      optimizerSteps: 10 * epoch + step,
      lossSum: 0.1 + step,
      seconds: 3.5,
      best: epoch > 0 ? { epoch, score: 0.75 } : null,
      finished: false,
      history: [],
    },
    weights: new Map([
      ['mel/kernel', tensor(epoch, step, 0.1)],
      ['mel/bias', tensor(-0)],
    ]),
    slots: new Map([['mel/kernel/slot0', tensor(1e-38, Number.MAX_VALUE, step)]]),
    best: new Map([['mel/kernel', tensor(7, 8, 9)]]),
    average: new Map([['mel/kernel', tensor(4, 5, 6)]]),
  };
}

/** Reads the newest, expecting no complaint. */
async function newest(): Promise<Checkpoint | null> {
  const notes: string[] = [];
  const read = await readNewestCheckpoint(folder, (note) => notes.push(note));
  expect(notes).toEqual([]);
  return read;
}

describe('checkpoints', () => {
  it('come back exactly as they were written', async () => {
    await writeCheckpoint(folder, checkpoint(2, 5));
    expect(await newest()).toEqual(checkpoint(2, 5));
  });

  it('are ordered by epoch and step, and the last two are kept', async () => {
    for (const [epoch, step] of [
      [0, 2],
      [0, 100],
      [1, 0],
      [9, 0],
      [10, 0],
    ])
      await writeCheckpoint(folder, checkpoint(epoch, step));
    expect((await readdir(folder)).sort()).toEqual([
      'epoch-0009-step-000000.safetensors',
      'epoch-0010-step-000000.safetensors',
    ]);
    expect((await newest())?.state.epoch).toBe(10);
  });

  it('are none in a folder that is missing, empty or holds other files', async () => {
    expect(await newest()).toBeNull();
    await writeFile(join(folder, 'notes.txt'), 'x');
    expect(await newest()).toBeNull();
    await rm(folder, { recursive: true });
    expect(await newest()).toBeNull();
  });

  it('clear away what a killed process left half written, and never read it', async () => {
    const left = 'epoch-0003-step-000000.safetensors.0a1b2c3d.part';
    await writeFile(join(folder, left), 'half');
    expect(await newest()).toBeNull();
    await writeCheckpoint(folder, checkpoint(1, 0));
    expect(await readdir(folder)).toEqual(['epoch-0001-step-000000.safetensors']);
  });

  it.each<[string, (bytes: Buffer) => Uint8Array]>([
    ['cut', (bytes) => bytes.subarray(0, bytes.length - 5)],
    ['empty', () => new Uint8Array(0)],
    [
      'changed by one bit in a weight',
      (bytes) => {
        bytes[bytes.length - 2] ^= 4;
        return bytes;
      },
    ],
    [
      'changed by one digit in its state',
      (bytes) => {
        bytes[bytes.indexOf('optimizerSteps') + 'optimizerSteps\\":'.length] ^= 1;
        return bytes;
      },
    ],
    ['overwritten with text', () => Buffer.from('no weights here, but more than eight bytes')],
  ])('that are damaged (%s) give way to the one before, and a sentence says so', async (_, damage) => {
    await writeCheckpoint(folder, checkpoint(1, 0));
    await writeCheckpoint(folder, checkpoint(1, 4));
    const name = 'epoch-0001-step-000004.safetensors';
    const bytes = await readFile(join(folder, name));
    const whole = Buffer.from(bytes);
    await writeFile(join(folder, name), damage(bytes));
    expect(whole.equals(await readFile(join(folder, name)))).toBe(false);
    const notes: string[] = [];
    const read = await readNewestCheckpoint(folder, (note) => notes.push(note));
    expect(read).toEqual(checkpoint(1, 0));
    expect(notes).toEqual([
      expect.stringMatching(
        /^The checkpoint epoch-0001-step-000004\.safetensors is damaged \(.+\); the one before it is used\.$/,
      ),
    ]);
  });
});
