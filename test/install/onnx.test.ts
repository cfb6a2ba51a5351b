/** `polytag setup --onnx`, with an npm and a Node of the test's own. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { optionalVersion } from '../../src/base/optional-package.js';
import type { RunCommand } from '../../src/install/command.js';
import { setUpOnnx } from '../../src/install/onnx.js';

let cache: string;
let calls: string[];
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'polytag-onnx-'));
  calls = [];
});
afterEach(() => rm(cache, { recursive: true, force: true }));

/** @param works - whether npm answers, and the package starts */
const runs =
  (works: { npm: boolean; node: boolean }): RunCommand =>
  async (program, args) => {
    calls.push(
      program === 'npm' ? `npm ${args.filter((arg) => /^install$|scripts|@/.test(arg)).join(' ')}` : 'node',
    );
    const answer = (code: number, output = '') => ({ code, stdout: output, output, absent: false });
    if (program !== 'npm')
      return works.node
        ? answer(0)
        : answer(1, 'Error: libonnxruntime.so.1: cannot open shared object file\n');
    if (!works.npm) return answer(1, 'npm error network request failed\n');
    const folder = join(args[args.indexOf('--prefix') + 1], 'node_modules', 'onnxruntime-node');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'package.json'), '{}');
    return answer(0);
  };

const version = optionalVersion('onnxruntime-node');

it('fetches the package without its install script, once', async () => {
  const run = runs({ npm: true, node: true });
  expect((await setUpOnnx({ log: () => {}, cache, run })).message).toBe(
    `ONNX Runtime ${version} is installed.`,
  );
  expect((await setUpOnnx({ log: () => {}, cache, run })).message).toBe(
    `ONNX Runtime ${version} is in place.`,
  );
  expect(calls).toEqual([`npm install --ignore-scripts onnxruntime-node@${version}`, 'node', 'node']);
});

it('says why it cannot be fetched, or does not start', async () => {
  await expect(setUpOnnx({ log: () => {}, cache, run: runs({ npm: false, node: true }) })).rejects.toThrow(
    `onnxruntime-node@${version} could not be fetched (network request failed).`,
  );
  await expect(setUpOnnx({ log: () => {}, cache, run: runs({ npm: true, node: false }) })).rejects.toThrow(
    /does not start on this machine \(.*cannot open shared object file.*\); graphs run on polytag's own engine\.$/,
  );
});
