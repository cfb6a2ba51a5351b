/** Projects on disk: whole or absent, never overwritten unseen, and readable beside damaged ones. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NoSuchProject, ProjectStore, StaleRevision } from '../../../src/studio/files/project-store.js';
import { exampleProject } from '../example.js';

let folder: string;
let store: ProjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-store-'));
  store = await ProjectStore.open(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a project', () => {
  it('is read as it was stored, with its recording', async () => {
    const recording = join(store.jobs, 'recording');
    await writeFile(recording, 'sound');
    const { id, revision } = await store.create(exampleProject(), recording);
    expect(await store.read(id)).toEqual({ project: exampleProject(), revision });
    const source = await store.source(id);
    expect(await readFile(source!.path, 'utf8')).toBe('sound');
    expect(await readdir(store.jobs)).toEqual([]);
    expect((await readdir(join(folder, id))).sort()).toEqual(['project.json', 'source']);
  });

  it('is replaced only by who knows its revision', async () => {
    const { id, revision } = await store.create(exampleProject());
    const second = await store.replace(id, exampleProject('Second'), revision);
    expect(second).not.toBe(revision);
    await expect(store.replace(id, exampleProject('Third'), revision)).rejects.toThrow(StaleRevision);
    await expect(store.replace(id, exampleProject('Third'), revision)).rejects.toMatchObject({
      revision: second,
    });
    expect((await store.read(id)).project.title).toBe('Second');
  });

  it('has one winner where twenty replace it at once', async () => {
    const { id, revision } = await store.create(exampleProject());
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => store.replace(id, exampleProject(`Try ${i}`), revision)),
    );
    expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await store.read(id)).project.title).toMatch(/^Try \d+$/);
  });

  it('can be deleted, and is gone then', async () => {
    const { id, revision } = await store.create(exampleProject());
    await store.remove(id);
    expect(await readdir(folder)).toEqual(['.jobs']);
    await expect(store.read(id)).rejects.toThrow(NoSuchProject);
    await expect(store.replace(id, exampleProject(), revision)).rejects.toThrow(NoSuchProject);
    await expect(store.remove(id)).rejects.toThrow(NoSuchProject);
    await expect(store.source(id)).rejects.toThrow(NoSuchProject);
  });

  it.each(['..', '../x', '', '0123456789abcde', '0123456789ABCDEF', '0123456789abcdef/..', '\0'])(
    'is none under the name %j',
    async (id) => {
      for (const use of [
        store.read(id),
        store.source(id),
        store.remove(id),
        store.replace(id, exampleProject(), ''),
      ])
        await expect(use).rejects.toThrow(NoSuchProject);
    },
  );
});

describe('the list', () => {
  it('has every project, the newest first, and follows changes', async () => {
    const first = await store.create(exampleProject('First'));
    const second = await store.create(exampleProject('Second'));
    expect((await store.list()).map(({ title }) => title).sort()).toEqual(['First', 'Second']);
    await new Promise((resolve) => setTimeout(resolve, 10));
    await store.replace(first.id, exampleProject('Changed'), first.revision);
    const lines = await store.list();
    expect(lines.map(({ id, title, seconds }) => [id, title, seconds])).toEqual([
      [first.id, 'Changed', 4],
      [second.id, 'Second', 4],
    ]);
  });

  it('says what is wrong with a damaged file, and has the others', async () => {
    const { id } = await store.create(exampleProject('Good'));
    const damaged: [string, string | null, RegExp][] = [
      ['00000000000000a1', '{"format":', /^The project 00000000000000a1 is damaged: it is not valid JSON/],
      ['00000000000000a2', '{}', /is not a project of polytag/],
      ['00000000000000a3', JSON.stringify({ ...exampleProject(), version: 99 }), /of version 99/],
      [
        '00000000000000a4',
        JSON.stringify({ ...exampleProject(), tempo: 'fast' }),
        /is not a valid project: tempo/,
      ],
      ['00000000000000a5', null, /its file project\.json is missing/],
    ];
    for (const [name, text] of damaged) {
      await mkdir(join(folder, name));
      if (text !== null) await writeFile(join(folder, name, 'project.json'), text);
    }
    const lines = new Map((await store.list()).map((line) => [line.id, line]));
    expect(lines.get(id)).toMatchObject({ title: 'Good' });
    for (const [name, , sentence] of damaged)
      expect(lines.get(name)).toMatchObject({ title: null, error: expect.stringMatching(sentence) });
  });

  it('leaves out what is no project', async () => {
    await writeFile(join(folder, 'notes.txt'), '');
    await mkdir(join(folder, 'other'));
    expect(await store.list()).toEqual([]);
  });
});

it('what a killed server left is removed at the start, and nothing else', async () => {
  const { id } = await store.create(exampleProject());
  await mkdir(join(folder, '.jobs', '00000000000000b1'), { recursive: true });
  await writeFile(join(folder, '.jobs', '00000000000000b1', 'recording.wav'), 'sound');
  await mkdir(join(folder, '.new-00000000000000b2'));
  await mkdir(join(folder, '.deleted-00000000000000b3'));
  await writeFile(join(folder, id, 'project.json.abcd0000ffffabcd.part'), '{"for');
  await writeFile(join(folder, 'mine.txt'), 'stays');
  const opened = await ProjectStore.open(folder);
  expect((await readdir(folder)).sort()).toEqual(['.jobs', id, 'mine.txt'].sort());
  expect(await readdir(join(folder, '.jobs'))).toEqual([]);
  expect(await readdir(join(folder, id))).toEqual(['project.json']);
  expect((await opened.read(id)).project).toEqual(exampleProject());
});

it('a file in place of the folder is one sentence', async () => {
  const path = join(folder, 'file');
  await writeFile(path, '');
  await expect(ProjectStore.open(path)).rejects.toThrow(
    /a part of its path is a file; choose another folder/,
  );
});
