/** Standard error while a native library loads. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startProgram } from '../workplace.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-quiet-'));
  const compiled = new URL('../../dist/engine/quiet-load.js', import.meta.url).href;
  await writeFile(
    join(folder, 'load.mjs'),
    `import { writeSync } from 'node:fs';
import { withQuietStderr } from '${compiled}';
process.stderr.write('before\\n');
console.log(withQuietStderr(() => { writeSync(2, 'noise\\n'); return 'value'; }));
try { withQuietStderr(() => { throw new Error('it failed'); }); } catch (error) { console.log(error.message); }
process.stderr.write('after\\n');
`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const shell = (line: string): Promise<{ stdout: string }> =>
  startProgram('/bin/sh', ['-c', line], { cwd: folder, env: process.env }).outcome;

it.runIf(process.platform === 'linux')('leads nowhere where it is a pipe, and comes back', async () => {
  const { stdout } = await shell(`${process.execPath} load.mjs 2>&1 | cat`);
  expect(stdout.trim().split('\n').sort()).toEqual(['after', 'before', 'it failed', 'value']);
});

it.runIf(process.platform === 'linux').each([
  ['file', '>', ''],
  ['file that is appended to', '>>', 'earlier\n'],
])('leads nowhere where it is a %s, and goes on where it was', async (_, to, earlier) => {
  await writeFile(join(folder, 'out.txt'), 'earlier\n');
  await shell(`${process.execPath} load.mjs ${to} out.txt 2>&1`);
  expect(await readFile(join(folder, 'out.txt'), 'utf8')).toBe(`${earlier}before\nvalue\nit failed\nafter\n`);
});

it.runIf(process.platform === 'linux')('stays closed where it is closed', async () => {
  const { stdout } = await shell(
    `${process.execPath} -e "import('./load.mjs').catch((e) => console.log(e.code))" 2>&-`,
  );
  expect(stdout).toContain('value');
});

it.runIf(process.platform === 'linux')(
  'takes no file from threads that open files meanwhile',
  async () => {
    await writeFile(
      join(folder, 'threads.mjs'),
      `import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { withQuietStderr } from '${new URL('../../dist/engine/quiet-load.js', import.meta.url).href}';
const own = new URL(import.meta.url);
if (isMainThread) {
  const wrong = new Set();
  const threads = [1, 2].map(() => new Worker(own));
  for (const thread of threads) thread.on('message', (message) => wrong.add(message));
  for (let i = 0; i < 5000; i++) {
    try { withQuietStderr(() => {}); } catch (error) { wrong.add(error.message); }
    if (i % 100 === 0) await setImmediate();
  }
  for (const thread of threads) await thread.terminate();
  console.log(JSON.stringify([...wrong]));
} else for (;;) {
  try { readFileSync(own); } catch (error) { parentPort.postMessage(error.message); }
}
`,
    );
    const { stdout } = await shell(`${process.execPath} threads.mjs 2>&1 | cat`);
    expect(stdout.trim()).toBe('[]');
  },
  60_000,
);
