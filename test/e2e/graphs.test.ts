/** ONNX graphs as a person types it: exported, imported again, shown, and tagged with. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readTable } from '../../src/catalogue/tables/index.js';
import { headGraph, headJson, writeGraph } from '../hub/graph/made-graphs.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const ONLY_MEL = ['~model.branches.waveform', '~model.branches.lyrics', '~inputs.waveform', '~inputs.lyrics'];

it('a run that is exported tags as its graph does, alone and with a classifier of its embeddings', async () => {
  const cwd = workplace.folder;
  const env = { POLYTAG_CACHE: join(cwd, 'cache'), POLYTAG_ONNX: 'own' };
  const call = async (...words: string[]) => {
    const { code, stdout, stderr } = await polytag(words, { cwd, env });
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  };
  await call('run', workplace.config, ...ONLY_MEL, '--out', 'run', 'training.epochs=1', '--limit', '16');
  await call('models', 'export', 'run', '--format', 'onnx', '--out', 'exported');
  const [graph, json] = ['model.onnx', 'essentia.json'].map((name) => join('exported', name));
  await call('models', 'import', graph, '--metadata', json, '--name', 'back');
  expect(await call('models', 'show', 'back')).toMatch(/A tagging graph of 12 labels in ONNX.*16 bands/s);
  expect(await call('models', 'list')).toMatch(/back +here +onnx +12/);

  const rowsOf = async (model: string): Promise<Map<string, number[]>> => {
    const table = `${model.replace('+', '-')}.parquet`;
    await call('tag', workplace.corpus, '--model', model, '--out', table);
    const found = new Map<string, number[]>();
    const { header, rows } = await readTable(join(cwd, table), { trusted: true });
    expect(String(header.record.graph_engine)).toMatch(model === 'run' ? /^undefined$/ : /^polytag on /);
    for await (const { path, scores } of rows) found.set(path, [...scores!]);
    return found;
  };
  const [own, back] = [await rowsOf('run'), await rowsOf('back')];
  expect(own.size).toBe(64);
  for (const [path, scores] of own) {
    expect(scores).toHaveLength(12);
    for (const [i, score] of scores.entries())
      expect(Math.abs(score - back.get(path)![i])).toBeLessThan(2e-5);
  }

  const described = JSON.parse(await readFile(join(cwd, json), 'utf8'));
  const size = described.schema.outputs[1].shape[1] as number;
  const description = headJson(['calm', 'not_calm']);
  description.inference.embedding_model.model_name = 'back';
  await writeGraph(cwd, 'calm', headGraph('calm', 'batch', size), description);
  await call('models', 'import', 'calm.onnx');
  const both = await rowsOf('back+calm');
  for (const [path, scores] of both) expect(scores.length).toBe(back.get(path)!.length + 2);

  await writeFile(join(cwd, 'weights.npz'), '');
  const wrong = await polytag(['models', 'import', 'weights.npz', '--frontend', 'musicnn'], { cwd, env });
  expect([wrong.code, wrong.stderr.trim()]).toEqual([
    2,
    '--frontend is for ONNX graphs, and weights.npz is not an .onnx file; remove it.',
  ]);
});
