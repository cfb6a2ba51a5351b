/** `models export --format onnx`, as a person types it, and what ONNX Runtime makes of the file. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as ort from 'onnxruntime-web';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomGenerator } from '../../src/base/random.js';
import { openModelFolder } from '../../src/hub/model-folder.js';
import { windowSize } from '../../src/inputs/window.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

it('a run with three inputs gives the same scores in ONNX Runtime, and says what it takes', async () => {
  const cwd = workplace.folder;
  const run = await polytag(['run', workplace.config, '--out', 'run', 'training.epochs=1', '--limit', '16'], {
    cwd,
  });
  expect([run.code, run.stderr]).toEqual([0, expect.any(String)]);
  const exported = await polytag(['models', 'export', 'run', '--format', 'onnx', '--out', 'exported'], {
    cwd,
  });
  expect([exported.code, exported.stderr]).toEqual([0, '']);
  expect(exported.stdout).toContain(join('exported', 'model.onnx'));
  const at = (name: string): string => join(cwd, 'exported', name);

  const predictor = await openModelFolder(join(cwd, 'run', 'model'));
  const described = JSON.parse(await readFile(at('essentia.json'), 'utf8'));
  expect(described).toMatchObject({
    classes: predictor.labels,
    model_types: ['onnx'],
    inference: { sample_rate: 16_000 },
    schema: {
      inputs: [
        { name: 'mel', type: 'float' },
        { name: 'waveform', type: 'float' },
        { name: 'lyrics', type: 'int32' },
      ],
      outputs: [
        { name: 'scores', shape: ['batch', predictor.labels.length], output_purpose: 'predictions' },
        { name: 'embedding', output_purpose: 'embeddings' },
      ],
    },
  });

  const random = randomGenerator(1, 'windows');
  const count = 2;
  const values = Object.fromEntries(
    predictor.inputs.list.map((input) => {
      const size = count * windowSize(input);
      return [
        input.name,
        input.source === 'text'
          ? Int32Array.from({ length: size }, () => random.integer(5))
          : Float32Array.from({ length: size }, () => random.uniform()),
      ];
    }),
  );
  const feeds = Object.fromEntries(
    predictor.inputs.list.map(({ name, source, size }) => {
      const { shape } = described.schema.inputs.find((input: { name: string }) => input.name === name);
      expect(shape[0]).toBe('batch');
      expect(shape[1]).toBe(size.length);
      const tensor =
        source === 'text'
          ? new ort.Tensor('int32', (values[name] as Int32Array).slice(), [count, ...shape.slice(1)])
          : new ort.Tensor('float32', (values[name] as Float32Array).slice(), [count, ...shape.slice(1)]);
      return [name, tensor];
    }),
  );
  ort.env.wasm.numThreads = 1;
  const session = await ort.InferenceSession.create(await readFile(at('model.onnx')));
  const { scores, embedding } = await session.run(feeds);
  const wanted = predictor.predict({ count, values });
  for (const [found, own] of [
    [scores, wanted.scores],
    [embedding, wanted.embedding!],
  ] as const) {
    const numbers = found.data as Float32Array;
    expect(numbers).toHaveLength(own.length);
    for (const [i, value] of own.entries()) expect(Math.abs(numbers[i] - value)).toBeLessThan(1e-5);
  }
  await session.release();
  predictor.dispose();
  const card = await readFile(at('README.md'), 'utf8');
  expect(card).toContain('InferenceSession("model.onnx")');
});
