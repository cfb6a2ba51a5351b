import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TagRow } from '../../src/catalogue/row.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import type { Taggram } from '../../src/catalogue/tag/taggram.js';
import { readPredictions } from '../../src/runs/read.js';
import {
  catalogueLyrics,
  makeWorkplace,
  type Outcome,
  polytag,
  startPolytag,
  type Workplace,
} from '../workplace.js';

async function rowsOf(path: string): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for await (const row of (await readTable(path)).rows) rows.push(row);
  return rows;
}

describe('polytag tag', () => {
  let workplace: Workplace;
  let run: string;
  const at = (...parts: string[]): string => join(workplace.folder, ...parts);
  const tag = (paths: string[], out: string, ...more: string[]): Promise<Outcome> =>
    polytag(['tag', ...paths, '--model', run, '--out', out, ...more], { cwd: workplace.folder });

  beforeAll(async () => {
    workplace = await makeWorkplace();
    run = at('run');
    const trained = await polytag(['run', workplace.config, '--out', run], { cwd: workplace.folder });
    expect(trained.code, trained.stderr).toBe(0);
  });
  afterAll(() => workplace.remove());

  it('gives the scores of the evaluation of the same run', async () => {
    const out = at('tags.parquet');
    const lyrics = at('lyrics');
    const names = await catalogueLyrics(workplace, lyrics);
    const tagged = await tag(
      [workplace.corpus],
      out,
      '--lyrics',
      lyrics,
      '--embedding',
      '--taggram',
      at('taggrams'),
      '--report',
      at('catalogue.html'),
    );
    expect(tagged.code, tagged.stderr).toBe(0);
    const rows = await rowsOf(out);
    expect(rows).toHaveLength(64);
    const { header } = await readTable(out);
    const predictions = await readPredictions(run);
    expect(predictions.length).toBeGreaterThan(5);
    for (const prediction of predictions) {
      const name = names.get(prediction.id as string)!;
      const row = rows.find(({ path }) => basename(path) === name)!;
      for (const [i, label] of header.labels.entries())
        expect(row.scores![i], `${name} ${label}`).toBeCloseTo(prediction[label] as number, 5);
      expect(row.embedding).toHaveLength(header.embedding!);
    }
    expect(await readFile(at('catalogue.html'), 'utf8')).toContain('Tags over time');
    const [first] = await readdir(at('taggrams'));
    const taggram = JSON.parse(await readFile(at('taggrams', first), 'utf8')) as Taggram;
    expect(taggram.window_seconds).toBeCloseTo(1, 1);
    const row = rows.find(({ path }) => path === taggram.path)!;
    const mean = taggram.scores.reduce((sum, [score]) => sum + score, 0) / taggram.scores.length;
    expect(mean).toBeCloseTo(row.scores![0], 4);
  });

  it('makes a row with an error of a damaged track, and says so by its exit code', async () => {
    await mkdir(at('mixed'), { recursive: true });
    await writeFile(at('mixed', 'broken.mp3'), 'no music');
    const clips = (await readdir(workplace.corpus, { recursive: true })).filter((name) =>
      name.endsWith('.mp3'),
    );
    const good = join(workplace.corpus, clips.sort()[0]);
    const tagged = await tag([at('mixed'), good], at('mixed.csv'), '--json');
    expect(tagged.code).toBe(1);
    expect(JSON.parse(tagged.stdout)).toMatchObject({ rows: 2, failed: 1 });
    expect(tagged.stderr).toMatch(/1 of 2 tracks could not be tagged/);
    const [broken, whole] = await rowsOf(at('mixed.csv'));
    expect(broken.error).toMatch(/broken\.mp3 holds no MP3 frames/);
    expect(broken.scores).toBeNull();
    expect(whole.scores).toHaveLength(12);
  });

  it('continues after a kill without a lost or doubled row, to the same table', async () => {
    const whole = at('whole.jsonl');
    expect((await tag([workplace.corpus], whole)).code).toBe(0);
    const out = at('killed.jsonl');
    const running = startPolytag(['tag', workplace.corpus, '--model', run, '--out', out], {
      cwd: workplace.folder,
    });
    for (let rows = 0; rows < 10; ) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      rows = await readFile(`${out}.journal`, 'utf8').then(
        (text) => text.split('\n').length - 2,
        () => 0,
      );
      if (running.child.exitCode !== null) break;
    }
    running.child.kill('SIGKILL');
    await running.outcome;
    await expect(stat(out)).rejects.toThrow('ENOENT');
    const again = await tag([workplace.corpus], out);
    expect(again.code, again.stderr).toBe(0);
    expect(again.stderr).toMatch(/\d+ of 64 tracks are done; continuing with the others/);
    const [expected, rows] = [await rowsOf(whole), await rowsOf(out)];
    expect(rows.map(({ path }) => path)).toEqual(expected.map(({ path }) => path));
    for (const [i, row] of rows.entries()) {
      for (let label = 0; label < 12; label++)
        expect(row.scores![label]).toBeCloseTo(expected[i].scores![label], 5);
    }
    await expect(stat(`${out}.journal`)).rejects.toThrow('ENOENT');
    const refused = await tag([workplace.corpus], out);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/exists already; give --overwrite/);
  });

  it.each([
    ['an unknown model', ['.', '--model', 'musicn-mtt', '--out', 'x.csv'], /musicn-mtt.*musicnn-mtt/s],
    ['an unknown ending', ['.', '--model', 'RUN', '--out', 'x.xls'], /x\.xls does not end like a table/],
    ['a folder without music', ['taggrams', '--model', 'RUN', '--out', 'x.csv'], /No audio files were found/],
    [
      'a threshold that cannot be',
      ['.', '--model', 'RUN', '--out', 'x.csv', '--threshold', '2'],
      /from 0 to 1/,
    ],
    [
      'a folder of lyrics that is not there',
      ['.', '--model', 'RUN', '--out', 'x.csv', '--lyrics', 'no'],
      /no folder no/,
    ],
  ])('answers %s in a sentence and code 2', async (_, args, message) => {
    const given = args.map((arg) => (arg === 'RUN' ? run : arg));
    const { code, stderr } = await polytag(['tag', ...given], { cwd: workplace.folder });
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
