/** ONNX graphs as a person types it: exported, imported again, shown, tagged with, and probed. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTable } from '../../src/catalogue/tables/index.js';
import { startServer } from '../data/download/server.js';
import { EXTRACTOR_JSON, extractorGraph, headGraph, headJson, writeGraph } from '../hub/graph/made-graphs.js';
import { MEL_ALONE, makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

const [GRAPH, DESCRIPTION] = ['model.onnx', 'essentia.json'].map((name) => join('exported', name));

describe('a run that was exported as a graph and imported again', () => {
  let workplace: Workplace;
  let cwd: string;
  let embedding: number;
  const type = (...words: string[]): Promise<Outcome> =>
    polytag(words, { cwd, env: { POLYTAG_CACHE: join(cwd, 'cache'), POLYTAG_ONNX: 'own' } });
  const call = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await type(...words);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  };
  /** Scores of a few tracks by path, and what ran the graph. */
  const tag = async (model: string): Promise<{ scores: Map<string, number[]>; engine: unknown }> => {
    const table = `${model.replace('+', '-')}.parquet`;
    await call('tag', join(workplace.corpus, '1'), '--model', model, '--out', table);
    const { header, rows } = await readTable(join(cwd, table), { trusted: true });
    const scores = new Map<string, number[]>();
    for await (const row of rows) scores.set(row.path, [...row.scores!]);
    return { scores, engine: header.record.graph_engine };
  };

  beforeAll(async () => {
    workplace = await makeWorkplace();
    cwd = workplace.folder;
    await call('run', workplace.config, ...MEL_ALONE, '--out', 'run', 'training.epochs=1', '--limit', '16');
    await call('models', 'export', 'run', '--format', 'onnx', '--out', 'exported');
    await call('models', 'import', GRAPH, '--metadata', DESCRIPTION, '--name', 'back');
    const { schema } = JSON.parse(await readFile(join(cwd, DESCRIPTION), 'utf8'));
    embedding = schema.outputs[1].shape[1];
    const description = headJson(['calm', 'not_calm']);
    description.inference.embedding_model.model_name = 'back';
    await writeGraph(cwd, 'calm', headGraph('calm', 'batch', embedding), description);
    await call('models', 'import', 'calm.onnx');
  });
  afterAll(() => workplace.remove());

  it('is shown and listed', async () => {
    expect(await call('models', 'show', 'back')).toMatch(
      /A tagging graph of 12 labels in ONNX.*16 bands.*: embedding/s,
    );
    expect(await call('models', 'list')).toMatch(/back +here +onnx +12/);
  });

  it('gives the run’s scores, and those of a classifier beside them', async () => {
    const [own, back, both] = [await tag('run'), await tag('back'), await tag('back+calm')];
    expect([own.engine, back.engine]).toEqual([undefined, expect.stringMatching(/^polytag on /)]);
    expect(own.scores.size).toBeGreaterThan(2);
    for (const [path, scores] of own.scores) {
      expect(scores).toHaveLength(12);
      const graphScores = back.scores.get(path)!;
      for (const [i, score] of scores.entries()) expect(Math.abs(score - graphScores[i])).toBeLessThan(1e-5);
      const [first, second, ...more] = both.scores.get(path)!.slice(12);
      expect([first + second, more]).toEqual([expect.closeTo(1, 5), []]);
    }
  });

  it('stands beside models of Essentia’s catalogue, which are pulled from a mirror and tag', async () => {
    const server = await startServer();
    const [extractor, head] = ['discogs_track_embeddings-effnet', 'mtt-discogs_track_embeddings-effnet'];
    const json = headJson(['piano', 'no piano']);
    json.inference.embedding_model.model_name = `${extractor}-bs64-1`;
    const serve = (path: string, content: Uint8Array | object): void => {
      const bytes = content instanceof Uint8Array ? content : JSON.stringify(content);
      server.files.set(path, { content: Buffer.from(bytes) });
    };
    const network = `feature-extractors/discogs-effnet/${extractor}-bs64-1`;
    serve(`${network}.onnx`, extractorGraph({ batch: 64 }));
    serve(`${network}.json`, { ...EXTRACTOR_JSON, classes: [] });
    serve(`classification-heads/mtt/${head}-1.onnx`, headGraph('mtt'));
    serve(`classification-heads/mtt/${head}-1.json`, json);
    try {
      const pull = ['models', 'pull', head, '--mirror', server.url];
      const refused = await type(...pull);
      expect([refused.code, refused.stdout, server.seen]).toEqual([2, '', []]);
      expect(refused.stderr).toContain('nothing was fetched: give --accept-licence if you accept it.');
      expect(await call(...pull, '--accept-licence')).toBe(
        `${[extractor, head].map((name) => join(cwd, 'cache', 'models', name)).join('\n')}\n`,
      );
    } finally {
      await server.close();
    }
    expect(await call('models', 'list', '--known')).toMatch(new RegExp(`^${head} +here`, 'm'));
    expect(await call('models', 'show', head)).toContain('Licence: CC BY-NC-SA 4.0');
    const { scores } = await tag(`${extractor}+mtt`);
    for (const [first, second, ...more] of scores.values())
      expect([first + second, more]).toEqual([expect.closeTo(1, 5), []]);
  });

  it('gives its embeddings to a linear probe, which keeps the graph', async () => {
    const features = 'model={baseline: {features: {kind: embedding, model: back}}}';
    await call('run', workplace.config, '~model', features, '--out', 'probe');
    for (const scores of (await tag('probe')).scores.values()) expect(scores).toHaveLength(12);
    const alone = 'model={baseline: {features: {kind: embedding, model: calm}}}';
    const refused = await type('run', workplace.config, '~model', alone, '--out', 'none');
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining(
        'The model calm is a classifier of the embeddings of back, and has none of its own; name back.',
      ),
    ]);
  });

  it('is refused where weights are wanted, as options of graphs are with weights', async () => {
    await writeFile(join(cwd, 'weights.npz'), '');
    const wrong = await type('models', 'import', 'weights.npz', '--frontend', 'musicnn');
    expect([wrong.code, wrong.stderr.trim()]).toEqual([
      2,
      '--frontend is for ONNX graphs, and weights.npz is not an .onnx file; remove it.',
    ]);
    const exported = await type('models', 'export', 'back', '--out', 'again');
    expect([exported.code, exported.stderr]).toEqual([
      2,
      expect.stringContaining('holds an ONNX graph, whose weights are frozen'),
    ]);
  });
});
