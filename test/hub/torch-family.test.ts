/** Files of one network in every form that PyTorch users save it in, with any number of labels. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadEngine } from '../../src/engine/engine.js';
import { importModel } from '../../src/hub/import.js';
import { readModelDescription, readModelWeights } from '../../src/hub/model-folder.js';
import { encodeSafetensors } from '../../src/models/safetensors.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-family-'));
  await loadEngine();
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Arrays of a small CRNN with its names in PyTorch, each numbered on from the last. */
function crnn(labels: number, prefix = ''): Map<string, { shape: number[]; values: Float32Array }> {
  const shapes = norm('spec_bn', 1);
  for (const [i, [inputs, outputs]] of [
    [1, 2],
    [2, 3],
    [3, 3],
    [3, 4],
  ].entries())
    shapes.push(
      [`layer${i + 1}.conv.weight`, [outputs, inputs, 3, 3]],
      [`layer${i + 1}.conv.bias`, [outputs]],
      ...norm(`layer${i + 1}.bn`, outputs),
    );
  for (const [i, inputs] of [4, 5].entries())
    shapes.push(
      [`layer5.weight_ih_l${i}`, [15, inputs]],
      [`layer5.weight_hh_l${i}`, [15, 5]],
      [`layer5.bias_ih_l${i}`, [15]],
      [`layer5.bias_hh_l${i}`, [15]],
    );
  shapes.push(['dense.weight', [labels, 5]], ['dense.bias', [labels]]);
  let next = 0;
  return new Map(
    shapes.map(([name, shape]) => {
      const length = shape.reduce((product, n) => product * n, 1);
      return [prefix + name, { shape, values: Float32Array.from({ length }, () => next++) }];
    }),
  );
}

const norm = (name: string, channels: number): [string, number[]][] =>
  ['weight', 'bias', 'running_mean', 'running_var'].map((part) => [`${name}.${part}`, [channels]]);

async function imported(
  arrays: ReturnType<typeof crnn>,
  { labels, file = 'weights' }: { labels?: string; file?: string } = {},
): Promise<{ folder: string; notes: string[] }> {
  const path = join(root, `${file}.safetensors`);
  await writeFile(path, encodeSafetensors(arrays));
  const notes: string[] = [];
  const log = (line: string): void => void notes.push(line);
  const options = { file: path, architecture: 'crnn' as const, labels, log };
  return { folder: await importModel({ ...options, name: 'family', folder: root, force: true }), notes };
}

const list = async (names: string[]): Promise<string> => {
  const path = join(root, 'labels.txt');
  await writeFile(path, `${names.join('\r\n')}\n\n`);
  return path;
};

describe('a network', () => {
  it.each(['', 'module.', 'state_dict.', 'model.module.'])(
    'under the prefix "%s" is the same model',
    async (prefix) => {
      const arrays = crnn(3, prefix);
      if (prefix) arrays.set('optimizer.state.0.exp_avg', { shape: [1], values: Float32Array.of(0) });
      const { folder } = await imported(arrays, { labels: await list(['a', 'b', 'c']) });
      const weights = await readModelWeights(folder);
      const plain = crnn(3);
      // PyTorch's gates are reset, update, candidate, of 5 units each; here update comes first.
      const theirs = plain.get('layer5.weight_ih_l0')!.values; // [15, 4]
      const ours = weights.get('gru1/kernel')!.values; // [4, 15]
      for (let unit = 0; unit < 15; unit++)
        for (let input = 0; input < 4; input++) {
          const row = unit < 5 ? unit + 5 : unit < 10 ? unit - 5 : unit;
          expect(ours[input * 15 + unit]).toBe(theirs[row * 4 + input]);
        }
      const [first, second] = ['ih', 'hh'].map((part) => plain.get(`layer5.bias_${part}_l1`)!.values);
      const biases = [first, second].flatMap((all) => [
        ...all.slice(5, 10),
        ...all.slice(0, 5),
        ...all.slice(10),
      ]);
      expect([...weights.get('gru2/bias')!.values]).toEqual(biases);
      // [bands, frames, in, out] from [out, in, bands, frames]
      const kernel = plain.get('layer2.conv.weight')!.values;
      expect(weights.get('conv2/kernel')!.values[((1 * 3 + 2) * 2 + 1) * 3 + 2]).toBe(
        kernel[(2 * 2 + 1) * 9 + 5],
      );
      const { labels, spec } = await readModelDescription(folder);
      expect(labels).toEqual(['a', 'b', 'c']);
      expect(spec.zoo).toMatchObject({ kind: 'crnn', channels: [2, 3, 3, 4], hidden: 5 });
    },
  );

  it('twice in a file is refused', async () => {
    const arrays = new Map([...crnn(3, 'student.'), ...crnn(3, 'teacher.')]);
    await expect(imported(arrays, { labels: await list(['a', 'b', 'c']) })).rejects.toThrow(
      /holds the network more than once, under student\. and teacher\./,
    );
  });
});

describe('labels', () => {
  beforeEach(() => list(['a']));
  it.each([
    ['best_model', 'guitar', 'choral', /the top 50 of MagnaTagATune .* since neither the file nor its path/],
    ['msd-crnn', 'rock', 'happy', /the top 50 of Million Song Dataset .*, which its path names/],
    ['jamendo-crnn', 'genre---alternative', 'mood/theme---relaxing', /MTG-Jamendo .*, which its path names/],
  ])('%s.safetensors: published ones are assumed and named', async (file, first, last, note) => {
    const { folder, notes } = await imported(crnn(50), { file });
    const { labels } = await readModelDescription(folder);
    expect([labels.length, labels[0], labels[49]]).toEqual([50, first, last]);
    expect(notes).toEqual([expect.stringMatching(note)]);
  });

  it('a published list can be named', async () => {
    const { folder, notes } = await imported(crnn(50), { labels: 'msd' });
    expect((await readModelDescription(folder)).trained_on.dataset).toMatch(/^Million Song Dataset/);
    expect(notes).toEqual([]);
  });

  it.each([
    ['of another number', ['a', 'b'], /labels\.txt: it has 2 labels, and .* has 3 outputs/],
    ['that stand twice', ['a', 'b', 'a'], /the label "a" stands in it twice/],
  ])('%s are refused', async (_, names, message) => {
    await expect(imported(crnn(3), { labels: await list(names) })).rejects.toThrow(message);
  });

  it('of another number than 50 must be given', async () => {
    await expect(imported(crnn(3))).rejects.toThrow(/has 3 outputs, .* give yours with --labels FILE/);
  });
});
