import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT, Failure, Interrupted, messageOf, systemCode, UsageError } from '../../src/base/errors.js';
import { exists, explainWriteError, replaceWhole, requireFolder, writeWhole } from '../../src/base/files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-files-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const systemError = (code: string): Error => Object.assign(new Error(`${code}: something`), { code });

describe('writeWhole', () => {
  it('writes text and bytes, makes folders, and leaves nothing else behind', async () => {
    const path = join(folder, 'a', 'b', 'text.txt');
    await writeWhole(path, 'föö');
    expect(await readFile(path, 'utf8')).toBe('föö');
    await writeWhole(path, Uint8Array.of(1, 0, 255));
    expect([...(await readFile(path))]).toEqual([1, 0, 255]);
    expect(await readdir(join(folder, 'a', 'b'))).toEqual(['text.txt']);
  });

  it('says in a sentence that a part of the path is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    const failed = await writeWhole(join(folder, 'file', 'x.txt'), '').catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(Failure);
    expect((failed as Error).message).toMatch(
      /x\.txt cannot be written because a part of its path is a file/,
    );
  });
});

describe('replaceWhole', () => {
  it('keeps the old file and leaves no part of the new one when writing fails', async () => {
    const path = join(folder, 'kept.txt');
    await writeFile(path, 'old');
    const failure = replaceWhole(path, async (temporary) => {
      await writeFile(temporary, 'half of the ne');
      throw systemError('ENOSPC');
    });
    await expect(failure).rejects.toThrow(
      `The disk is full: ${path} could not be written; free some space and run the same command again.`,
    );
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(folder)).toEqual(['kept.txt']);
  });

  it('lets several writers of one file finish, and the file is whole', async () => {
    const path = join(folder, 'shared.txt');
    await Promise.all(
      ['a', 'b', 'c', 'd'].map((letter) =>
        replaceWhole(path, (temporary) => writeFile(temporary, letter.repeat(100_000))),
      ),
    );
    expect(await readFile(path, 'utf8')).toMatch(/^(a{100000}|b{100000}|c{100000}|d{100000})$/);
    expect(await readdir(folder)).toEqual(['shared.txt']);
  });
});

describe('explainWriteError', () => {
  it.each([
    ['ENOSPC', /^The disk is full: \/x\/y could not be written; free some space/],
    ['EDQUOT', /^The disk is full/],
    ['EACCES', /may not be written by this user; choose another folder or change its permissions\.$/],
    ['EPERM', /may not be written by this user/],
    ['EROFS', /may not be written by this user/],
    ['ENOTDIR', /a part of its path is a file; choose another folder\.$/],
    ['EEXIST', /a part of its path is a file/],
  ])('makes a sentence of %s', (code, sentence) => {
    const explained = explainWriteError('/x/y', systemError(code));
    expect(explained).toBeInstanceOf(Failure);
    expect((explained as Failure).exitCode).toBe(EXIT.failed);
    expect((explained as Failure).message).toMatch(sentence);
  });

  it('leaves every other error as it is', () => {
    for (const error of [
      systemError('EIO'),
      new TypeError('x'),
      new UsageError('y'),
      'text',
      null,
      undefined,
    ])
      expect(explainWriteError('/x', error)).toBe(error);
  });
});

describe('requireFolder', () => {
  it('passes a folder, and tells a missing one from a file', async () => {
    await writeFile(join(folder, 'file'), '');
    await requireFolder(folder, 'data.root');
    await expect(requireFolder(join(folder, 'none'), 'data.root')).rejects.toThrow(
      `data.root: there is no folder ${join(folder, 'none')}; check the path.`,
    );
    await expect(requireFolder(join(folder, 'file'), 'data.root')).rejects.toThrow(
      /is a file, not a folder; give the folder that holds it/,
    );
    expect([await exists(folder), await exists(join(folder, 'none'))]).toEqual([true, false]);
  });
});

describe('errors', () => {
  it('carry the exit code of their kind', () => {
    expect(
      [new Failure('x'), new UsageError('x'), new Interrupted('x')].map(({ exitCode }) => exitCode),
    ).toEqual([1, 2, 130]);
    expect([new UsageError('x'), new Interrupted('x')].every((error) => error instanceof Failure)).toBe(true);
  });

  it('give message and system code of anything thrown', () => {
    expect([messageOf(new Error('a')), messageOf('b'), messageOf(null)]).toEqual(['a', 'b', 'null']);
    expect([
      systemCode(systemError('EIO')),
      systemCode({ code: 7 }),
      systemCode(null),
      systemCode('x'),
    ]).toEqual(['EIO', undefined, undefined, undefined]);
  });
});
