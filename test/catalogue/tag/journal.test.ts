import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../../src/base/errors.js';
import type { TableHeader, TagRow } from '../../../src/catalogue/row.js';
import { Journal } from '../../../src/catalogue/tag/journal.js';

const header: TableHeader = { model: 'm', labels: ['a', 'b'], embedding: 3, record: { weights: 'x' } };

const row = (path: string, error: string | null = null): TagRow => ({
  path,
  duration: error ? null : 1.5,
  error,
  tops: error ? [] : ['b'],
  scores: error ? null : Float32Array.of(0.1, 1 / 3),
  embedding: error ? null : Float32Array.of(-1, 0, 1e-9),
});

async function collect(journal: Journal, tracks: string[]): Promise<TagRow[]> {
  const rows: TagRow[] = [];
  for await (const each of journal.read(tracks)) rows.push(each);
  return rows;
}

describe('Journal', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-journal-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('gives back what was added, to the bit, in another process too', async () => {
    const path = join(folder, 'table.journal');
    const rows = [row('ä "1"\n.mp3'), row('2.mp3', 'It is empty.'), row('3.mp3')];
    const first = await Journal.open(path, header);
    expect(first.rows).toBe(0);
    await first.add(rows[0]);
    await first.add(rows[1]);
    await first.close();
    const second = await Journal.open(path, header);
    expect(rows.map(({ path: track }) => second.has(track))).toEqual([true, true, false]);
    await second.add(rows[2]);
    const order = [2, 0, 1].map((i) => rows[i]);
    expect(await collect(second, ['none', ...order.map((each) => each.path)])).toEqual(order);
    await second.remove();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('forgets a row that a kill cut off, at any byte', async () => {
    const path = join(folder, 'cut.journal');
    const journal = await Journal.open(path, header);
    await journal.add(row('1.mp3'));
    const whole = await readFile(path);
    await journal.add(row('2.mp3'));
    await journal.close();
    const more = await readFile(path);
    for (let length = whole.length; length < more.length; length += 7) {
      await writeFile(path, more.subarray(0, length));
      const again = await Journal.open(path, header);
      expect([again.rows, again.has('1.mp3')]).toEqual([1, true]);
      await again.add(row('2.mp3'));
      expect(await collect(again, ['1.mp3', '2.mp3'])).toEqual([row('1.mp3'), row('2.mp3')]);
      await again.close();
    }
  });

  it('refuses to resume another model, and a damaged line', async () => {
    const path = join(folder, 'other.journal');
    await (await Journal.open(path, header)).close();
    await expect(Journal.open(path, { ...header, record: { weights: 'y' } })).rejects.toThrow(UsageError);
    await appendFile(path, 'no row\n');
    await expect(Journal.open(path, header)).rejects.toThrow(Failure);
  });
});
