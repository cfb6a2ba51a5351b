/** A network on the embeddings of another run, as a person types it: trained, evaluated, and used for tags without that run. */
import { readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTable } from '../../src/catalogue/tables/index.js';
import { readPredictions } from '../../src/runs/read.js';
import { MEL_ALONE, makeWorkplace, type Outcome, polytag, type Workplace } from '../workplace.js';

describe('a network on the embeddings of a run', () => {
  let workplace: Workplace;
  let cwd: string;
  const type = (...words: string[]): Promise<Outcome> =>
    polytag(words, { cwd, env: { POLYTAG_CACHE: join(cwd, 'cache') } });
  const call = async (...words: string[]): Promise<string> => {
    const { code, stdout, stderr } = await type(...words);
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    return stdout;
  };
  const EMBEDDING = [
    ...['~model', 'inputs.embedding={model: frozen, pool: sequence}', 'inputs.chunk_seconds=2'],
    'model={branches: {embedding: {hidden: [8]}, lyrics: {embedding: 8, filters: 4}}, fusion: linear}',
  ];

  beforeAll(async () => {
    workplace = await makeWorkplace();
    cwd = workplace.folder;
    const limits = ['training.epochs=1', '--limit', '16'];
    await call('run', workplace.config, ...MEL_ALONE, '--out', 'frozen', ...limits);
    await call('run', workplace.config, ...EMBEDDING, '--out', 'probe', 'training.epochs=2');
  });
  afterAll(() => workplace.remove());

  it('records the frozen model, and computes nothing again', async () => {
    const description = JSON.parse(await readFile(join(cwd, 'probe', 'model', 'model.json'), 'utf8'));
    expect(description.inputs.embedding).toMatchObject({
      ...{ model: 'frozen', layer: 'embeddings', pool: 'sequence' },
      frozen: { size: 8, sample_rate: 16_000, hop_length: 62 * 256, step: 62, span: 62 },
    });
    expect(description.inputs.embedding.frozen.sha256).toMatch(/^[0-9a-f]{64}$/);
    const prepared = await type('data', 'prepare', workplace.config, ...EMBEDDING);
    expect([prepared.code, prepared.stderr]).toEqual([0, expect.not.stringContaining('Preparing features')]);
    expect(
      await readFile(join(cwd, 'probe', 'model', 'frozen', 'embedding', 'model.json'), 'utf8'),
    ).toContain('"name": "tiny"');
  });

  it('scores recordings as in its evaluation, without the run that it was trained on', async () => {
    await rename(join(cwd, 'frozen'), join(cwd, 'moved'));
    await call('evaluate', 'probe', '--split', 'validation');
    const alone = ['~model.branches.lyrics', '~inputs.lyrics', 'training.epochs=1'];
    const missing = await type('run', workplace.config, ...EMBEDDING, ...alone, '--out', 'other');
    expect([missing.code, missing.stderr]).toEqual([
      2,
      expect.stringContaining('There is no model "frozen"'),
    ]);
    await rename(join(cwd, 'moved'), join(cwd, 'frozen'));
    await call('run', workplace.config, ...EMBEDDING, ...alone, '--out', 'other');
    await rename(join(cwd, 'frozen'), join(cwd, 'moved'));
    // An export has the frozen model too.
    await call('models', 'export', 'other', '--out', 'exported');
    const predictions = await readPredictions(join(cwd, 'other'));
    for (const model of ['other', 'exported']) {
      const table = `${model}.parquet`;
      await call('tag', join(workplace.corpus, 'd'), '--model', model, '--out', table);
      const { rows } = await readTable(join(cwd, table), { trusted: true });
      let compared = 0;
      for await (const row of rows) {
        const own = predictions.find(({ path }) => path !== null && row.path.endsWith(path));
        if (!own) continue;
        compared++;
        for (const [i, score] of [...row.scores!].entries())
          expect(score).toBeCloseTo(Object.values(own.scores)[i], 5);
      }
      expect(compared).toBeGreaterThan(2);
    }
  });
});
