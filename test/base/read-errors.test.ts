import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Failure, UsageError } from '../../src/base/errors.js';
import { explainReadError } from '../../src/base/read-errors.js';

describe('a file that cannot be read', () => {
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'polytag-read-'));
    await writeFile(join(root, 'file.csv'), '');
    await mkdir(join(root, 'folder'));
    await symlink('nowhere.mp3', join(root, 'dangling.mp3'));
    await symlink('circle.mp3', join(root, 'circle.mp3'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it.each([
    ['missing.csv', UsageError, 'There is no file PATH; check the path.'],
    ['file.csv/in-a-file', UsageError, 'There is no file PATH; check the path.'],
    [
      'dangling.mp3',
      UsageError,
      'PATH is a link to nowhere.mp3, which does not exist; mend or remove the link.',
    ],
    ['circle.mp3', Failure, 'PATH is a link that leads back to itself; remove it.'],
    ['folder', UsageError, 'PATH is a folder; give a table.'],
  ])('is named in a sentence: %s', async (name, kind, sentence) => {
    const path = join(root, name);
    const thrown = await readFile(path).catch((error: unknown) => explainReadError(path, error, 'a table'));
    expect(thrown).toBeInstanceOf(kind);
    expect(thrown).toMatchObject({ message: sentence.replace('PATH', path) });
  });

  it.skipIf(process.getuid?.() === 0)('says so where this user may not read it', async () => {
    const path = join(root, 'file.csv');
    await chmod(path, 0);
    const thrown = await readFile(path).catch((error: unknown) => explainReadError(path, error));
    expect(thrown).toMatchObject({
      message: `${path} may not be read by this user; change its permissions.`,
    });
  });

  it('is no other error', () => {
    expect(explainReadError('x.csv', new Error('it has no header'))).toBeNull();
  });
});
