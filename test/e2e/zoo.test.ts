/** Networks of the zoo trained from scratch, as a person types it, on every engine. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../src/config/load.js';
import type { Config } from '../../src/config/schema.js';
import type { Metrics } from '../../src/eval/metrics.js';
import { bindInputs } from '../../src/inputs/window.js';
import { decodeSafetensors } from '../../src/models/safetensors.js';
import { zoo } from '../../src/models/zoo/index.js';
import { availableEngines } from '../engine/available.js';
import { SMALL, type Tagger, taggers } from '../small-zoo.js';
import { makeWorkplace, polytag, type Workplace } from '../workplace.js';

let workplace: Workplace;
beforeAll(async () => {
  workplace = await makeWorkplace();
});
afterAll(() => workplace.remove());

const config = (name: string): string => join(import.meta.dirname, '..', '..', 'configs', `${name}.yaml`);

/** Sample rate and frames of the published inputs. */
const PUBLISHED: Record<Tagger, { rate: number; frames: number; bands?: number }> = {
  musicnn: { rate: 16_000, frames: 187 },
  vgg: { rate: 16_000, frames: 187 },
  'musicnn-won': { rate: 16_000, frames: 188 },
  fcn: { rate: 16_000, frames: 1813 },
  crnn: { rate: 16_000, frames: 1813 },
  samplecnn: { rate: 16_000, frames: 59_049, bands: 1 },
  'short-chunk': { rate: 16_000, frames: 231, bands: 128 },
  vgg16: { rate: 16_000, frames: 231, bands: 128 },
  'harmonic-cnn': { rate: 16_000, frames: 80_000, bands: 1 },
  cnnsa: { rate: 16_000, frames: 938, bands: 128 },
  'music-tagger-cnn': { rate: 12_000, frames: 1366 },
  'compact-cnn': { rate: 12_000, frames: 1360 },
  'crnn-artist': { rate: 16_000, frames: 94, bands: 128 },
};

describe.each(availableEngines)('polytag run with a network of the zoo on engine %s', (engine) => {
  it.each(taggers)('%s is trained, evaluated, shown and exported', async (name) => {
    const out = join(workplace.folder, `${name}-${engine}`);
    const options = { cwd: workplace.folder, env: { POLYTAG_ENGINE: engine } };
    const data = [`data={set: mtat, root: ${JSON.stringify(workplace.corpus)}, top_tags: 12}`];
    const tiny = [...SMALL[name], 'training.batch_size=8', 'training.epochs=1', 'evaluation.examples=1'];
    const run = await polytag(
      ['run', config(name), ...data, ...tiny, '--limit', '16', '--out', out],
      options,
    );
    expect([run.code, run.stderr]).toEqual([0, expect.stringContaining(`Model ${name}: `)]);
    const resolved = parse(await readFile(join(out, 'config.yaml'), 'utf8')) as Config;
    expect(Object.keys(resolved.model)).toEqual(['zoo']);
    expect(Object.keys(resolved.inputs).filter((key) => key === 'mel' || key === 'waveform')).toEqual([
      zoo[name].input,
    ]);
    const metrics = JSON.parse(await readFile(join(out, 'metrics.json'), 'utf8')) as Metrics;
    const again = await polytag(['evaluate', out, '--json'], options);
    expect(again.code).toBe(0);
    const { labels, roc_auc, pr_auc, f1 } = JSON.parse(again.stdout) as Metrics;
    expect({ labels, roc_auc, pr_auc, f1 }).toEqual({
      labels: metrics.labels,
      roc_auc: metrics.roc_auc,
      pr_auc: metrics.pr_auc,
      f1: metrics.f1,
    });
    const card = await polytag(['models', 'show', out], options);
    expect(card.stdout).toContain(`A tagging model (${name}) of ${metrics.labels} labels`);
    const exported = join(out, 'exported');
    expect((await polytag(['models', 'export', out, '--out', exported], options)).code).toBe(0);
    const [ours, theirs] = await Promise.all(
      [join(out, 'model'), exported].map((folder) => readFile(join(folder, 'weights.safetensors'))),
    );
    expect(theirs.equals(ours)).toBe(true);
    expect([...decodeSafetensors(ours).weights.keys()]).toContain('head/kernel');
  });
});

it.each(taggers)('configs/%s.yaml is the published network', async (name) => {
  const { model, inputs } = await loadConfig(config(name));
  const defaults = zoo[name].options.parse({ kind: name });
  expect(model).toEqual({ zoo: defaults });
  const { list } = bindInputs(inputs, [zoo[name].input]);
  expect([inputs.sample_rate, list[0].size]).toMatchObject([
    PUBLISHED[name].rate,
    { length: PUBLISHED[name].frames, width: PUBLISHED[name].bands ?? 96 },
  ]);
});
