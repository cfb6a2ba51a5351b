import { copyFile, mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { File as TaggedFile } from 'node-taglib-sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import type { TagRow } from '../../src/catalogue/row.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import { Journal } from '../../src/catalogue/tag/journal.js';
import type { Taggram } from '../../src/catalogue/tag/taggram.js';
import { readPredictions } from '../../src/runs/read.js';
import { nativeInstalled } from '../engine/available.js';
import {
  catalogueLyrics,
  makeWorkplace,
  type Outcome,
  polytag,
  polytagProcess,
  startPolytag,
  type Workplace,
} from '../workplace.js';

async function rowsOf(path: string): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for await (const row of (await readTable(path, { trusted: true })).rows) rows.push(row);
  return rows;
}

describe('polytag tag', () => {
  let workplace: Workplace;
  let run: string;
  const at = (...parts: string[]): string => join(workplace.folder, ...parts);
  const tag = (paths: string[], out: string, ...more: string[]): Promise<Outcome> =>
    polytag(['tag', ...paths, '--model', run, '--out', out, ...more], { cwd: workplace.folder });

  const clipPaths = async (): Promise<string[]> =>
    (await readdir(workplace.corpus, { recursive: true }))
      .filter((name) => name.endsWith('.mp3'))
      .sort()
      .map((name) => join(workplace.corpus, name));
  const clipOf = async (name: string): Promise<string> => {
    await copyFile((await clipPaths())[0], at(name));
    return at(name);
  };

  beforeAll(async () => {
    workplace = await makeWorkplace();
    run = at('run');
    // The waveform's branch would take most of the time of every tagging.
    const words = ['~model.branches.waveform', '~inputs.waveform', '--out', run];
    const trained = await polytag(['run', workplace.config, ...words], { cwd: workplace.folder });
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
      const name = names.get(prediction.id)!;
      const row = rows.find(({ path }) => basename(path) === name)!;
      for (const [i, label] of header.labels.entries())
        expect(row.scores![i], `${name} ${label}`).toBeCloseTo(prediction.scores[label], 5);
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

  it('gives a track the same row where threads have copies of the model, beside many others, and where it is alone', async () => {
    const lyrics = at('lyrics-of-copies');
    await catalogueLyrics(workplace, lyrics);
    const onWasm = async (paths: string[], name: string): Promise<TagRow[]> => {
      const more = ['--lyrics', lyrics, '--embedding', '--taggram', at(`${name}-taggrams`)];
      const args = ['tag', ...paths, '--model', run, '--out', at(`${name}.parquet`), ...more];
      const { code, stderr } = await polytag(args, {
        cwd: workplace.folder,
        env: { POLYTAG_ENGINE: 'wasm' },
      });
      expect(code, stderr).toBe(0);
      return rowsOf(at(`${name}.parquet`));
    };
    await writeFile(at('broken-copy.mp3'), 'no music');
    const all = await onWasm([workplace.corpus, at('broken-copy.mp3')], 'copies');
    expect(all).toHaveLength(65);
    expect(all.filter(({ error }) => error !== null).map(({ path }) => basename(path))).toEqual([
      'broken-copy.mp3',
    ]);
    const [clip] = await clipPaths();
    const [alone] = await onWasm([clip], 'alone');
    expect(all.find(({ path }) => basename(path) === basename(clip))).toEqual({
      ...alone,
      path: expect.any(String),
    });
    const [taggram] = await readdir(at('alone-taggrams'));
    const read = async (folder: string): Promise<Taggram> =>
      JSON.parse(await readFile(at(folder, taggram), 'utf8')) as Taggram;
    expect((await read('copies-taggrams')).scores).toEqual((await read('alone-taggrams')).scores);
  });

  it.skipIf(!nativeInstalled)(
    'says of a catalogue that it is tagged without the kernels, to the same scores',
    async () => {
      const tagged = async (name: string, kernels?: string): Promise<{ rows: TagRow[]; stderr: string }> => {
        const args = ['tag', workplace.corpus, '--model', run, '--out', at(`${name}.parquet`)];
        const env = {
          POLYTAG_ENGINE: 'tensorflow',
          ...(kernels !== undefined && { POLYTAG_KERNELS: kernels }),
        };
        // A process of its own: the kernels are loaded once, with the engine.
        const { code, stderr } = await polytagProcess(args, { cwd: workplace.folder, env });
        expect(code, stderr).toBe(0);
        return { rows: await rowsOf(at(`${name}.parquet`)), stderr };
      };
      const without = await tagged('without-kernels', '0');
      expect(without.stderr).toContain('The kernels are left out, since POLYTAG_KERNELS is 0.');
      const usual = await tagged('with-kernels');
      expect(usual.stderr).not.toContain('POLYTAG_KERNELS');
      for (const [i, { scores }] of usual.rows.entries())
        for (const [label, score] of scores!.entries())
          expect(Math.abs(without.rows[i].scores![label] - score)).toBeLessThan(1e-5);
    },
  );

  it('makes a row with an error of a damaged track, which only --strict makes a failure', async () => {
    await mkdir(at('mixed'), { recursive: true });
    await writeFile(at('mixed', 'broken.mp3'), 'no music');
    const clips = (await readdir(workplace.corpus, { recursive: true })).filter((name) =>
      name.endsWith('.mp3'),
    );
    const good = join(workplace.corpus, clips.sort()[0]);
    const tagged = await tag([at('mixed'), good], at('mixed.csv'), '--json');
    expect(tagged.code).toBe(0);
    expect(JSON.parse(tagged.stdout)).toMatchObject({ rows: 2, failed: 1, warned: 0 });
    const strict = await tag([at('mixed'), good], at('mixed.csv'), '--overwrite', '--strict');
    expect([strict.code, strict.stderr]).toEqual([
      1,
      expect.stringMatching(/--strict: 1 of 2 tracks could not be tagged and 0 have a warning/),
    ]);
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
    expect(again.stderr).toMatch(/\d+ of 64 tracks done; continuing with the others/);
    // A track's scores do not depend on the tracks beside it, so that the tables are the same bytes.
    expect(await readFile(out)).toEqual(await readFile(whole));
    await expect(stat(`${out}.journal`)).rejects.toThrow('ENOENT');
    const refused = await tag([workplace.corpus], out);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/exists already; give --update .* --overwrite/);
  });

  it('prints the tags of a song, and of a broken one why it has none', async () => {
    const song = await clipOf('printed.mp3');
    const printed = await polytag(['tag', song, '--model', run], { cwd: workplace.folder });
    expect([printed.code, printed.stderr]).toEqual([0, expect.not.stringContaining('Error')]);
    const lines = printed.stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(/printed\.mp3 · 2\.\d s/);
    expect(lines.slice(1)).toHaveLength(5);
    for (const line of lines.slice(1)) expect(line).toMatch(/^ {2}\S.* [01]\.\d{3}$/);
    await writeFile(at('no-music.mp3'), 'no music');
    const json = await polytag(['tag', song, at('no-music.mp3'), '--model', run, '--top', '2', '--json'], {
      cwd: workplace.folder,
    });
    expect(json.code).toBe(0);
    const results = JSON.parse(json.stdout) as { path: string; error: string | null; tags: object[] }[];
    const byPath = Object.fromEntries(results.map((result) => [basename(result.path), result]));
    expect(byPath['printed.mp3']).toMatchObject({ error: null, model: 'tiny', tags: [{}, {}] });
    expect(byPath['no-music.mp3']).toMatchObject({ error: expect.stringContaining('no MP3'), tags: [] });
    const wrong = await polytag(['tag', song, '--model', run, '--report', 'x.html'], {
      cwd: workplace.folder,
    });
    expect([wrong.code, wrong.stderr]).toEqual([2, '--report needs a table; give --out.\n']);
  });

  it('gives every track a top tag, or as many as are asked for', async () => {
    const song = await clipOf('top.mp3');
    expect((await tag([song], at('top.jsonl'), '--top', '3')).code).toBe(0);
    const [row] = await rowsOf(at('top.jsonl'));
    const best = (await readTable(at('top.jsonl'))).header.labels
      .map((label, i) => ({ label, score: row.scores![i] }))
      .sort((a, b) => b.score - a.score);
    expect(row.tops).toEqual(best.slice(0, 3).map(({ label }) => label));
    expect((await tag([song], at('none.jsonl'), '--threshold', '1')).code).toBe(0);
    expect((await rowsOf(at('none.jsonl')))[0].tops).toEqual([]);
    expect((await tag([song], at('both.jsonl'), '--threshold', '1', '--top', '1')).stderr).toMatch(/exclude/);
  });

  it('brings a table up to date: new, changed and gone tracks', async () => {
    await mkdir(at('growing'));
    const clips = await clipPaths();
    for (const [i, name] of ['a', 'b', 'c'].entries()) await copyFile(clips[i], at('growing', `${name}.mp3`));
    const out = at('growing.csv');
    expect((await tag([at('growing')], out)).code).toBe(0);
    const before = await rowsOf(out);
    await rm(at('growing', 'a.mp3'));
    await copyFile(clips[3], at('growing', 'b.mp3'));
    await copyFile(clips[4], at('growing', 'd.mp3'));
    const updated = await tag([at('growing')], out, '--update');
    expect([updated.code, updated.stderr]).toEqual([
      0,
      expect.stringContaining('1 track unchanged, 1 changed, 1 new, 1 gone.'),
    ]);
    const after = await rowsOf(out);
    expect(after.map(({ path }) => basename(path))).toEqual(['b.mp3', 'c.mp3', 'd.mp3']);
    expect(after[1]).toEqual(before[2]);
    expect(after[0].scores).not.toEqual(before[1].scores);
    // The same as a table that is made anew.
    expect((await tag([at('growing')], at('anew.csv'))).code).toBe(0);
    expect(await readFile(out)).toEqual(await readFile(at('anew.csv')));
    const other = await tag([at('growing')], out, '--update', '--top', '1');
    expect([other.code, other.stderr]).toEqual([2, expect.stringMatching(/--update: .* other settings/)]);
  });

  it('tags nothing again after it wrote tags into the files themselves', async () => {
    await mkdir(at('inside'));
    const clips = await clipPaths();
    for (const name of ['a', 'b']) await copyFile(clips[0], at('inside', `${name}.mp3`));
    const out = at('inside.jsonl');
    const first = await tag([at('inside')], out, '--in-place', '--top', '1');
    expect([first.code, first.stderr]).toEqual([0, expect.any(String)]);
    expect((await rowsOf(out))[0].bytes).toBe((await stat(at('inside', 'a.mp3'))).size);
    await copyFile(clips[1], at('inside', 'c.mp3'));
    const before = await readFile(at('inside', 'a.mp3'));
    const again = await tag([at('inside')], out, '--in-place', '--top', '1', '--update');
    expect([again.code, again.stderr]).toEqual([
      0,
      expect.stringContaining('2 tracks unchanged, 0 changed, 1 new, 0 gone.'),
    ]);
    expect(await readFile(at('inside', 'a.mp3'))).toEqual(before);
    const { bytes, modified } = (await rowsOf(out))[0];
    const found = await stat(at('inside', 'a.mp3'));
    expect([bytes, modified]).toEqual([found.size, found.mtime.toISOString()]);
  });

  it('tags a track again whose lyrics are new, changed or gone', async () => {
    await mkdir(at('sung'));
    await mkdir(at('words'));
    const clips = await clipPaths();
    for (const [i, name] of ['a', 'b', 'c', 'd'].entries()) {
      await copyFile(clips[i], at('sung', `${name}.mp3`));
      await utimes(at('sung', `${name}.mp3`), 1e9, 1e9);
      if (name !== 'd') await writeFile(at('words', `${name}.txt`), 'rain on the river');
    }
    const out = at('sung.jsonl');
    expect((await tag([at('sung')], out, '--lyrics', at('words'))).code).toBe(0);
    await writeFile(at('words', 'a.txt'), 'sun on the river');
    await rm(at('words', 'b.txt'));
    await writeFile(at('words', 'd.txt'), 'rain on the river');
    const updated = await tag([at('sung')], out, '--lyrics', at('words'), '--update');
    expect([updated.code, updated.stderr]).toEqual([
      0,
      expect.stringContaining('1 track unchanged, 3 changed, 0 new, 0 gone.'),
    ]);
    expect((await tag([at('sung')], at('sung-anew.jsonl'), '--lyrics', at('words'))).code).toBe(0);
    expect(await readFile(out)).toEqual(await readFile(at('sung-anew.jsonl')));
  });

  it.skipIf(process.platform !== 'linux')(
    'tags files whose names are not UTF-8, and knows them again',
    async () => {
      const folder = at('old-disk');
      await mkdir(folder);
      const [clip] = await clipPaths();
      await copyFile(
        clip,
        Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.of(0xe9), Buffer.from('.mp3')]),
      );
      const out = at('old-disk.csv');
      expect((await tag([folder], out)).code).toBe(0);
      const [row] = await rowsOf(out);
      expect([basename(row.path), row.error]).toEqual(['caf\\xE9.mp3', null]);
      expect(row.duration).toBeGreaterThan(1.9);
      const updated = await tag([folder], out, '--update');
      expect(updated.stderr).toContain('1 track unchanged, 0 changed, 0 new, 0 gone.');
      expect(updated.stdout).toMatch(/: 1 track, 0 failed, .*; nothing new was tagged$/m);
    },
  );

  it('goes on where another ffmpeg, or none, is installed', async () => {
    const out = at('other-ffmpeg.jsonl');
    const [song] = await clipPaths();
    expect((await tag([song], out)).code).toBe(0);
    const sidecar = `${out}.meta.json`;
    const header = JSON.parse(await readFile(sidecar, 'utf8'));
    header.record.ffmpeg = '0.1';
    await writeFile(sidecar, JSON.stringify(header));
    const updated = await tag([song], out, '--update');
    expect([updated.code, updated.stderr]).toEqual([0, expect.stringContaining('1 track unchanged')]);
  });

  it('refuses --strict where it has no effect', async () => {
    const given = await tag([], at('parts'), '--manifest', at('m.jsonl'), '--strict');
    expect([given.code, given.stderr]).toEqual([
      2,
      expect.stringMatching(/--strict has no effect with --manifest/),
    ]);
  });

  it('tags a track again that changed between a stop and going on', async () => {
    await mkdir(at('swapped'));
    const clips = await clipPaths();
    for (let i = 0; i < 3; i++) await copyFile(clips[i], at('swapped', `${i}.mp3`));
    const out = at('swapped.jsonl');
    expect((await tag([at('swapped')], out)).code).toBe(0);
    // The journal of a run that was killed before its table was written.
    const { header, rows } = await readTable(out);
    const journal = await Journal.open(`${out}.journal`, header);
    for await (const row of rows) await journal.add(row);
    await journal.close();
    await rm(out);
    await copyFile(clips[5], at('swapped', '1.mp3'));
    const { code, stderr } = await tag([at('swapped')], out);
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining('Tagging 1 track again, whose file has changed since it was tagged.'),
    ]);
    expect((await tag([at('swapped')], at('swapped-anew.jsonl'))).code).toBe(0);
    expect(await readFile(out)).toEqual(await readFile(at('swapped-anew.jsonl')));
  });

  it('refuses a second process on one table', async () => {
    const out = at('twice.jsonl');
    const start = (): Promise<Outcome> => tag([workplace.corpus], out);
    const outcomes = await Promise.all([start(), start()]);
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2]);
    expect(outcomes.find(({ code }) => code === 2)!.stderr).toMatch(
      /twice\.jsonl is in use by process|exists already/,
    );
    expect(await rowsOf(out)).toHaveLength(64);
  });

  it('names a track in one way, relative to a folder if asked for, with its title and a warning', async () => {
    await mkdir(at('names'));
    await copyFile(await clipOf('x.mp3'), at('names', 'x.mp3'));
    await writeFile(at('names', 'silence.wav'), encodeWav([new Float32Array(8000)], 8000));
    const named = TaggedFile.createFromPath(at('names', 'x.mp3'));
    named.tag.title = 'Der Ton';
    named.tag.performers = ['A', 'B'];
    named.save();
    named.dispose();
    await writeFile(at('names', 'list.m3u'), 'x.mp3\nsilence.wav\n');
    for (const source of [at('names'), at('names', 'list.m3u')]) {
      const out = at('names.jsonl');
      const { code } = await tag([source], out, '--overwrite', '--relative-to', at('names'), '--json');
      expect(code).toBe(0);
      const rows = (await rowsOf(out)).sort((a, b) => (a.path < b.path ? 1 : -1));
      expect(rows[0]).toMatchObject({
        path: 'x.mp3',
        title: 'Der Ton',
        artist: 'A; B',
        album: null,
        warning: null,
      });
      expect(rows[1]).toMatchObject({
        path: 'silence.wav',
        warning: expect.stringContaining('digital silence'),
      });
    }
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
