import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { markCsv } from '../../src/base/byte-order-mark.js';

it('marks every CSV of a folder once, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-mark-'));
  await mkdir(join(folder, 'run', 'tables'), { recursive: true });
  const files = { 'a.csv': '曲,x\n', 'run/tables/b.CSV': '', 'run/tables/c.tex': '曲', 'd.csv': '\ufeff1\n' };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  for (let time = 0; time < 2; time++) await markCsv(folder);
  const read = await Promise.all(Object.keys(files).map((name) => readFile(join(folder, name), 'utf8')));
  expect(read).toEqual(['\ufeff曲,x\n', '\ufeff', '曲', '\ufeff1\n']);
  expect((await readdir(folder)).sort()).toEqual(['a.csv', 'd.csv', 'run']);
  await markCsv(join(folder, 'run/tables/c.tex'));
  expect(await readFile(join(folder, 'run/tables/c.tex'), 'utf8')).toBe('曲');
  await expect(markCsv(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  await rm(folder, { recursive: true });
});
