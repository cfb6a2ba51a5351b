/** References to environment variables in configs and overrides. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references are written as they stand in a config
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { loadConfig } from '../../src/config/load.js';

const MODEL = 'model:\n  branches:\n    mel: {}\n';

async function write(files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-config-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

afterEach(() => vi.unstubAllEnvs());

it('replaces variables in values, as the types that the keys take', async () => {
  vi.stubEnv('MUSIC', '/music/2024');
  vi.stubEnv('EPOCHS', '7');
  vi.stubEnv('JOB', '12');
  vi.stubEnv('CLIP', 'null');
  const folder = await write({
    'a.yaml': `${MODEL}name: job-\${env:JOB}\ndata: { root: "\${env:MUSIC}/mtat" }\ntraining:\n  epochs: \${env:EPOCHS}\n  batch_size: \${env:BATCH,4}\n  gradient_clip: \${env:CLIP}\n`,
    'b.yaml': `${MODEL}name: \${env:JOB}\n`,
  });
  const config = await loadConfig(join(folder, 'a.yaml'), ['evaluation.examples=${env:EXAMPLES, 3}']);
  expect(config.name).toBe('job-12');
  expect(config.data).toMatchObject({ root: '/music/2024/mtat' });
  expect(config.training).toMatchObject({ epochs: 7, batch_size: 4, gradient_clip: null });
  expect(config.evaluation.examples).toBe(3);
  // Digits where text is wanted stay text.
  expect((await loadConfig(join(folder, 'b.yaml'))).name).toBe('12');
});

it('prefers a set variable to the default, even an empty one', async () => {
  vi.stubEnv('SUFFIX', '');
  const folder = await write({ 'a.yaml': `${MODEL}name: run\${env:SUFFIX,-x}\n` });
  expect((await loadConfig(join(folder, 'a.yaml'))).name).toBe('run');
});

it('names file, line and key of a variable that is not set', async () => {
  const folder = await write({
    'base.yaml': `${MODEL}data:\n  root: \${env:POLYTAG_TEST_UNSET}/x\n`,
    'a.yaml': 'extends: base.yaml\n',
  });
  await expect(loadConfig(join(folder, 'a.yaml'))).rejects.toThrow(
    `${join(folder, 'base.yaml')}, line 5: data.root: the environment variable POLYTAG_TEST_UNSET is not set; set it, or give a default, as in \${env:POLYTAG_TEST_UNSET,VALUE}.`,
  );
  await expect(loadConfig(join(folder, 'a.yaml'), ['data.root=${env:POLYTAG_TEST_NONE}'])).rejects.toThrow(
    'the command line, "data.root=${env:POLYTAG_TEST_NONE}": data.root: the environment variable POLYTAG_TEST_NONE is not set',
  );
  // An override takes the place of the value, so that nobody misses the variable.
  expect((await loadConfig(join(folder, 'a.yaml'), ['data.root=/x'])).data).toMatchObject({ root: '/x' });
});

it.each(['${oc.env:MUSIC}', '${MUSIC}'])('says how a reference is written for %s', async (reference) => {
  const folder = await write({ 'a.yaml': `${MODEL}data:\n  root: ${reference}\n` });
  await expect(loadConfig(join(folder, 'a.yaml'))).rejects.toThrow(
    `line 5: data.root: "${reference}" is not a reference to an environment variable; write \${env:MUSIC}.`,
  );
});

it('replaces them in extends too', async () => {
  const folder = await write({ 'base.yaml': `${MODEL}seed: 5\n` });
  const other = await write({ 'a.yaml': 'extends: ${env:BASES}/base.yaml\n' });
  vi.stubEnv('BASES', folder);
  expect((await loadConfig(join(other, 'a.yaml'))).seed).toBe(5);
});

it('names the brackets for a reference in flow style without quotes', async () => {
  const folder = await write({ 'a.yaml': `${MODEL}data: { root: \${env:MUSIC} }\n` });
  await expect(loadConfig(join(folder, 'a.yaml'))).rejects.toThrow(/line 4: .*between braces, quote/);
});
