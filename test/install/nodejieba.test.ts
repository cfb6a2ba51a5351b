import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunCommand } from '../../src/install/command.js';
import { type NodejiebaResult, setUpNodejieba } from '../../src/install/nodejieba.js';

let root: string;
let calls: string[];
let compiler: boolean;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-nodejieba-'));
  calls = [];
  compiler = true;
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function makePackage(name: string): Promise<string> {
  const folder = join(root, name);
  await mkdir(join(folder, 'node_modules', '@mapbox', 'node-pre-gyp'), { recursive: true });
  await writeFile(join(folder, 'node_modules', '@mapbox', 'node-pre-gyp', 'package.json'), '{}');
  await writeFile(join(folder, 'package.json'), '{"version": "3.5.8"}');
  return folder;
}

/** A compiler that writes an addon, and a Node that can load it. */
function runIn(folder: string): RunCommand {
  const addon = join(folder, 'build', 'Release', 'nodejieba.node');
  return async (_program, args) => {
    const answer = (code: number, output = ''): ReturnType<RunCommand> =>
      Promise.resolve({ code, stdout: output, output, absent: false });
    if (args.includes('--build-from-source')) {
      calls.push('build');
      await mkdir(join(folder, 'build', 'Release', 'obj.target'), { recursive: true });
      await writeFile(addon, 'compiled');
      return answer(0);
    }
    if (args[0] === '--eval') {
      const works = (await readFile(addon, 'utf8').catch(() => '')) === 'compiled';
      return works ? answer(0) : answer(1, 'Error: it gives wrong results\n');
    }
    return answer(compiler ? 0 : 1, 'version 1\n');
  };
}

async function setUp(folder: string): Promise<NodejiebaResult> {
  return setUpNodejieba({
    log: () => {},
    packageFolder: folder,
    cache: join(root, 'cache'),
    run: runIn(folder),
  });
}

it('compiles once a machine and then runs nothing', async () => {
  const first = await makePackage('first');
  expect(await setUp(first)).toMatchObject({ status: 'installed', message: 'nodejieba 3.5.8 is installed.' });
  expect(await readdir(join(first, 'build', 'Release'))).toEqual(['nodejieba.node']);
  expect(await setUp(first)).toMatchObject({ status: 'ready' });

  compiler = false;
  const second = await makePackage('second');
  expect(await setUp(second)).toMatchObject({ status: 'installed' });
  expect(await readFile(join(second, 'build', 'Release', 'nodejieba.node'), 'utf8')).toBe('compiled');
  expect(calls).toEqual(['build']);
});

it('names the fallback when there is no compiler', async () => {
  compiler = false;
  const result = await setUp(await makePackage('only'));
  expect(result.status).toBe('unavailable');
  expect(result.message).toMatch(/No C\+\+ compiler.*build-essential.*Intl\.Segmenter instead\.$/);
});
