/** The `@example` of every name of the root export, run as it stands, and the number of names. */
import { existsSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../src/audio/encode/wav.js';
import { writeWhole } from '../../src/base/files.js';
import { modelsFolder } from '../../src/base/package.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';
import { readExamples, runModule } from './read-examples.js';

const examples = await readExamples('index.ts');

/** The one example that needs a published model. */
const basicPitch = join(modelsFolder(), 'basic-pitch');
const hasBasicPitch = existsSync(basicPitch);

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
  const { folder, config } = workplace;
  const run = await polytag(['run', config, '--out', join(folder, 'run')], { cwd: folder });
  expect(run.code).toBe(0);
  const { code } = await polytag(
    [
      'index',
      'build',
      workplace.corpus,
      '--model',
      join(folder, 'run'),
      '--hash',
      'lsh',
      '--out',
      join(folder, 'index'),
    ],
    { cwd: folder },
  );
  expect(code).toBe(0);
  if (hasBasicPitch)
    await cp(basicPitch, join(folder, 'cache', 'models', 'basic-pitch'), { recursive: true });
  const tone = Float32Array.from({ length: 48_000 }, (_, n) => 0.3 * Math.sin(n / 11));
  await writeWhole(join(folder, 'song.wav'), encodeWav([tone], 16_000));
}, 120_000);
afterAll(() => workplace.remove());

/** Runs an example as a module of its own; the package finds itself by its name. */
async function runExample(code: string): Promise<string> {
  const places: Record<string, string> = {
    'reports/quickstart': join(workplace.folder, 'run'),
    catalogue: join(workplace.folder, 'index'),
    'song.mp3': join(workplace.folder, 'song.wav'),
    'hum.mp3': join(workplace.folder, 'song.wav'),
    'piano.mp3': join(workplace.folder, 'song.wav'),
    'data/quickstart': workplace.corpus,
    'reports/from-code': join(workplace.folder, 'from-code'),
  };
  const here = Object.entries(places).reduce(
    (text, [name, path]) => text.replaceAll(`'${name}'`, JSON.stringify(path)),
    code,
  );
  return runModule(here, { POLYTAG_CACHE: join(workplace.folder, 'cache') });
}

const PRINTS: Record<string, RegExp> = {
  decodeAudio: /^3 seconds$/m,
  computeFeature: /\[ 12, \d+ \]/,
  loadTagger: /^.+ 0\.\d+$/m,
  loadRun: /^tiny 0\.\d+$/m,
  evaluateRun: /^0\.\d+$/m,
  runExperiment: /^0\.\d+$/m,
  defineStudy: /^2$/m,
  openCodes: /^\d+ .+\.mp3$/m,
  openTracker: /^1 notes$/m,
  openBasicPitch: /^\d+ notes$/m,
  openDataset: /^64 \[/m,
  UsageError: /There is no model "no-such-model"/,
};

describe('import … from "polytag"', () => {
  it('has at most twelve names, each with an example', async () => {
    const names = Object.keys((await import('../../src/index.js')) as object).sort();
    expect(names.length).toBeLessThanOrEqual(12);
    expect(examples.map(({ name }) => name).sort()).toEqual(names);
    expect(Object.keys(PRINTS).sort()).toEqual(names);
  });

  it.for(examples)('$name: its example runs', async ({ name, code }, ctx) => {
    ctx.skip(name === 'openBasicPitch' && !hasBasicPitch, 'basic-pitch was not pulled');
    expect(await runExample(code)).toMatch(PRINTS[name]);
  });
});
