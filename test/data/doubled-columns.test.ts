/** A table with two columns of one name is refused, whoever reads it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readTable } from '../../src/data/table.js';

it.each([
  [',', 'track,genre,artist,genre\n1,rock,a,pop\n'],
  [',', 'track,genre, genre \n1,rock,pop\n'],
  ['\t', 'track\tgenre\tgenre\n1\trock\tpop\n'],
] as const)('with the delimiter %j', async (delimiter, text) => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-doubled-'));
  const path = join(folder, 'tracks.csv');
  await writeFile(path, text);
  const read = readTable(
    path,
    delimiter,
    () => {},
    () => null,
  );
  await expect(read).rejects.toThrow(
    /tracks\.csv has two columns named "genre"; rename or remove one of them\./,
  );
  await rm(folder, { recursive: true });
});
