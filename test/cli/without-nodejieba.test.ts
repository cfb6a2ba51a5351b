/** Commands that read Chinese where nodejieba is not installed. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { expectSentence, runHere } from './in-process.js';

vi.mock('../../src/base/optional-package.js', () => ({
  requireOptional: (name: string) => {
    throw new Error(`Cannot find module '${name}'`);
  },
}));

let folder: string;
let song: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-no-jieba-'));
  process.env.POLYTAG_CACHE = join(folder, 'cache');
  song = join(folder, 'song.txt');
  await writeFile(song, '我爱音乐\n');
});
afterAll(async () => {
  delete process.env.POLYTAG_CACHE;
  await rm(folder, { recursive: true });
});

it('text tokens names the substitute, and what it cannot do of what was asked for', async () => {
  const noteOf = async (...options: string[]): Promise<string> => {
    const { code, stderr } = await runHere('text', 'tokens', song, ...options);
    expect(code).toBe(0);
    return stderr;
  };
  const plain = await noteOf();
  expect(plain).toContain('nodejieba is not installed, so Chinese lyrics are segmented with Intl.Segmenter');
  expect(plain).not.toMatch(/hmm|parts of speech/);
  expect(await noteOf('--no-hmm')).toContain(', and hmm: false (--no-hmm) has no effect; run');
  expect(await noteOf('--parts-of-speech', 'n', '--no-hmm')).toContain(
    ', and words of all parts of speech are kept, and hmm: false (--no-hmm) has no effect; run',
  );
  await writeFile(join(folder, 'words.txt'), '爱音乐 1000 n\n');
  expect(await noteOf('--dictionary', join(folder, 'words.txt'))).toContain('which takes no dictionary');
});

it('text tokens refuses tags and keywords, which only nodejieba has', async () => {
  const last = async (...options: string[]): Promise<string> =>
    (await runHere('text', 'tokens', song, ...options)).stderr.trimEnd().split('\n').at(-1)!;
  expect(await last('--tags')).toMatch(/^Parts of speech \(--tags\) need nodejieba; run "polytag setup"/);
  expect(await last('--keywords', '3')).toMatch(/^Keywords need nodejieba; run "polytag setup"/);
  expectSentence(await runHere('text', 'tokens', song, '--tags', '--unit', 'given'), 2, /no parts of speech/);
});
