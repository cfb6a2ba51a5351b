import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { type TableHeader, type TagRow, UNKNOWN_PROPERTIES } from '../../../src/catalogue/row.js';
import { Journal } from '../../../src/catalogue/tag/journal.js';

const header: TableHeader = { model: 'm', labels: ['a', 'b'], embedding: 3, record: { weights: 'x' } };

const STAMP = { bytes: 4, modified: '2026-01-02T03:04:05.000Z' };

const row = (path: string, error: string | null = null): TagRow => ({
  path,
  ...UNKNOWN_PROPERTIES,
  duration: error ? null : 1.5,
  error,
  ...STAMP,
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
    expect(rows.map(({ path: track }) => second.stampOf(track))).toMatchObject([STAMP, STAMP, null]);
    await second.add(rows[2]);
    const order = [2, 0, 1].map((i) => rows[i]);
    expect(await collect(second, ['none', ...order.map((each) => each.path)])).toEqual(order);
    await second.remove();
    await expect(readFile(path)).rejects.toThrow('ENOENT');
  });

  it('is begun anew with other settings where it holds no row, and refused where it does', async () => {
    const path = join(folder, 'none.journal');
    await (await Journal.open(path, header)).close();
    const other = await Journal.open(path, { ...header, model: 'other' });
    await other.add(row('1.mp3'));
    await other.close();
    await expect(Journal.open(path, header)).rejects.toThrow(UsageError);
    expect((await Journal.open(path, { ...header, model: 'other' })).rows).toBe(1);
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
      expect([again.rows, again.stampOf('1.mp3')]).toEqual([1, expect.objectContaining(STAMP)]);
      await again.add(row('2.mp3'));
      expect(await collect(again, ['1.mp3', '2.mp3'])).toEqual([row('1.mp3'), row('2.mp3')]);
      await again.close();
    }
  });

  it('drops a row of which any bit was flipped, and counts it', async () => {
    const path = join(folder, 'flipped.journal');
    const journal = await Journal.open(path, header);
    await journal.add(row('1.mp3'));
    const first = (await readFile(path)).length;
    await journal.add(row('2.mp3'));
    await journal.close();
    const whole = await readFile(path);
    for (let at = first; at < whole.length - 1; at += 3) {
      const flipped = Buffer.from(whole);
      flipped[at] ^= 1 << (at % 7);
      // A flipped bit that makes a line end gives two damaged lines.
      await writeFile(path, flipped);
      const again = await Journal.open(path, header);
      expect([at, again.rows, again.stampOf('2.mp3')]).toEqual([at, 1, null]);
      expect(again.damaged).toBeGreaterThan(0);
      await again.close();
    }
  });

  it.each([
    'null',
    '{"path": "2.mp3"}',
    // A list of that length would take 19 GB.
    JSON.stringify({ ...row('2.mp3'), scores: null, embedding: { length: 1e9 } }),
  ])('tags a track again whose row is not a row, whatever its checksum says: %s', async (json) => {
    const path = join(folder, 'crafted.journal');
    const journal = await Journal.open(path, header);
    await journal.add(row('1.mp3'));
    await journal.close();
    const [head, first] = (await readFile(path, 'utf8')).split('\n');
    const sum = crc32(json).toString(16).padStart(8, '0');
    await writeFile(path, [head, first, `${sum} ${json}`, ''].join('\n'));
    const again = await Journal.open(path, header);
    expect([again.rows, again.damaged]).toEqual([1, 1]);
    await again.remove();
  });

  it('notices a row that was damaged or moved while it was open', async () => {
    const path = join(folder, 'moved.journal');
    const journal = await Journal.open(path, header);
    await journal.add(row('1.mp3'));
    await journal.add(row('2.mp3'));
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, [lines[0], lines[2], lines[1], ''].join('\n'));
    await expect(collect(journal, ['1.mp3'])).rejects.toThrow(
      /the row of 1\.mp3 is damaged; run the same command/,
    );
    await journal.close();
  });
});
