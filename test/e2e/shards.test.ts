import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TagRow } from '../../src/catalogue/row.js';
import { readTable } from '../../src/catalogue/tables/index.js';
import { makeWorkplace, type Outcome, polytag, startPolytag, type Workplace } from '../workplace.js';

async function rowsOf(path: string): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for await (const row of (await readTable(path, { trusted: true })).rows) rows.push(row);
  return rows;
}

/** Bytes of a part: some ten of the 64 tracks. */
const PART = ['--part-bytes', '90000'];

describe('polytag tag on shards', () => {
  let workplace: Workplace;
  const at = (name: string): string => join(workplace.folder, name);
  const tag = (...args: string[]): Promise<Outcome> => polytag(['tag', ...args], { cwd: workplace.folder });
  const shard = (which: string): string[] => [
    ...['--manifest', at('m.jsonl'), '--shard', which, '--model', at('run'), '--out', at('parts')],
    ...PART,
  ];
  const onParts = ['--manifest', 'm.jsonl', '--parts', 'parts', ...PART];

  beforeAll(async () => {
    workplace = await makeWorkplace();
    const config = [workplace.config, '~model.branches.lyrics', '~inputs.lyrics', '~model.branches.waveform'];
    const trained = await polytag(
      ['run', ...config, '~inputs.waveform', 'training.epochs=1', '--out', at('run')],
      {
        cwd: workplace.folder,
      },
    );
    expect(trained.code, trained.stderr).toBe(0);
    await writeFile(join(workplace.corpus, 'broken.mp3'), 'no music');
    expect((await tag('manifest', workplace.corpus, '--out', at('m.jsonl'))).code).toBe(0);
  });
  afterAll(() => workplace.remove());

  it('gives, after a stop and a kill, the table of one run', { timeout: 180_000 }, async () => {
    const one = await tag(workplace.corpus, '--model', at('run'), '--out', at('one.parquet'));
    expect(one.code).toBe(0); // the broken track is a row
    // Stopped by its scheduler: code 75, and the second start finishes.
    const stopped = startPolytag(['tag', ...shard('1/2')], { cwd: workplace.folder });
    await firstJournal(at('parts'), stopped.child);
    stopped.child.kill('SIGUSR2');
    const outcome = await stopped.outcome;
    expect([75, 0]).toContain(outcome.code);
    if (outcome.code === 75) expect(outcome.stderr).toMatch(/the same command continues from there/);
    const killed = startPolytag(['tag', ...shard('2/2')], { cwd: workplace.folder });
    await firstJournal(at('parts'), killed.child);
    killed.child.kill('SIGKILL');
    await killed.outcome;

    const incomplete = await tag('verify', ...onParts);
    expect(incomplete.code).toBe(1);
    expect(incomplete.stderr).toMatch(/\d+ of \d+ parts are not done or damaged: .*run the shards again/);
    expect((await tag('merge', ...onParts, '--out', 'early.csv')).code).toBe(1);
    for (const which of ['1/2', '2/2']) {
      const { code, stderr } = await tag(...shard(which));
      expect(code, stderr).toBe(0);
    }
    const again = await tag(...shard('1/2'));
    const counts = JSON.parse(again.stdout);
    expect(counts.skipped).toBe(counts.parts);
    expect((await tag('verify', ...onParts)).code).toBe(0);
    expect((await tag('merge', ...onParts, '--out', 'merged.parquet')).code).toBe(0);
    const [expected, merged] = [await rowsOf(at('one.parquet')), await rowsOf(at('merged.parquet'))];
    expect(merged.map(({ path, error }) => [path, error])).toEqual(
      expected.map(({ path, error }) => [path, error]),
    );
    expect(merged).toEqual(expected);
  });

  it('names parts that are missing or damaged', async () => {
    const parts = (await readdir(at('parts'))).filter((name) => name.endsWith('.done.json')).sort();
    const first = join(at('parts'), parts[0]);
    const whole = await readFile(first, 'utf8');
    await rm(first);
    const undone = await tag('verify', ...onParts);
    expect(undone.stderr).toMatch(/1 of \d+ parts are not done or damaged: 0;/);
    // The parts know their size.
    await writeFile(first, whole);
    expect((await tag('verify', ...onParts.slice(0, 4))).code).toBe(0);
    const sized = await tag('verify', ...onParts.slice(0, 4), '--part-bytes', '80000');
    expect([sized.code, sized.stderr]).toEqual([
      2,
      expect.stringContaining('was made with --part-bytes 90000'),
    ]);
    for (const damaged of ['', 'null', whole.slice(0, 40)]) {
      await writeFile(first, damaged);
      const verified = await tag('verify', ...onParts);
      expect([verified.code, verified.stderr]).toEqual([
        1,
        expect.stringMatching(/1 of \d+ parts are not done or damaged: 0;/),
      ]);
    }
    // One bit of a table: named, and made again by the shard.
    await writeFile(first, whole);
    const table = first.replace('.done.json', '.parquet');
    const bytes = await readFile(table);
    const flipped = Buffer.from(bytes);
    flipped[flipped.length >> 1] ^= 4;
    await writeFile(table, flipped);
    expect((await tag('verify', ...onParts)).stderr).toMatch(/1 of \d+ parts are not done or damaged: 0;/);
    expect((await tag(...shard('1/2'))).code).toBe(0);
    expect(await readFile(table)).toEqual(bytes);
    await writeFile(first, whole.replace(/"header_sha256":"./, '"header_sha256":"!'));
    expect((await tag('verify', ...onParts)).stderr).toMatch(
      /another model or with other settings|not the one/,
    );
    await writeFile(first, whole);
    const other = await tag(...shard('1/2'), '--threshold', '0.9');
    expect(other.code).toBe(2);
    expect(other.stderr).toMatch(/made by another model or with other settings/);
    await writeFile(at('m2.jsonl'), (await readFile(at('m.jsonl'), 'utf8')).slice(0, -5));
    const cut = await tag(...shard('1/2').map((arg) => arg.replace('m.jsonl', 'm2.jsonl')));
    expect(cut.code).toBe(42);
    expect(cut.stderr).toMatch(/not a complete manifest/);
  });
});

/** Waits until a journal has a row, or the process is over. */
async function firstJournal(folder: string, child: { exitCode: number | null }): Promise<void> {
  while (child.exitCode === null) {
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => each.endsWith('.journal'))) {
      const text = await readFile(join(folder, name), 'utf8').catch(() => '');
      if (text.split('\n').length > 3) return;
    }
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
}
