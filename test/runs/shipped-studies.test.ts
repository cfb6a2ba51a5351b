/** The studies in experiments/: every run of them is a config that resolves, and no experiment is there twice. */
import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { fusions } from '../../src/models/fusion/index.js';
import { flatten } from '../../src/runs/compare/settings.js';
import { findStudy, studyNames } from '../../src/runs/study/find-study.js';
import { planStudy, type StudyRun } from '../../src/runs/study/study.js';

const files = await readdir(new URL('../../experiments/', import.meta.url));
const names = files.filter((file) => file.endsWith('.ts')).map((file) => file.slice(0, -3));

async function plan(name: string, seeds = 2): Promise<StudyRun[]> {
  const { study, config } = await findStudy(name);
  const panels = study.panels.map((panel) => panel.name);
  return planStudy(study, { seeds, panels, groups: null, overrides: ['data.root=/data'], config });
}

it('are all compiled', async () => {
  expect(await studyNames()).toEqual(names.sort());
});

describe.each(names)('%s', (name) => {
  it('names authors and year of every published number', async () => {
    const { study } = await findStudy(name);
    for (const { published } of study.contrasts)
      if (published) expect(published.source).toMatch(/\([A-Z]\w+.* (19|20)\d\d\b.*\)$/);
  });

  it('resolves every run, each a config of its own', async () => {
    const runs = await plan(name);
    const configs = runs.map(({ config }) =>
      [...flatten(config)]
        // Whatever has no effect on the numbers does not make another experiment.
        .filter(([key]) => key !== 'name' && !key.startsWith('evaluation'))
        .map((entry) => entry.join('='))
        .join('\n'),
    );
    const twice = configs.findIndex((config, i) => configs.indexOf(config) !== i);
    expect(twice < 0 ? null : runs[twice].folder).toBeNull();
    expect(new Set(runs.map(({ folder }) => folder)).size).toBe(runs.length);
    for (const { config, seed } of runs) {
      expect(config.data.root).toBe('/data');
      expect(config.seed).toBe(seed);
    }
  });

  it('shows every experiment in a difference', async () => {
    const { study } = await findStudy(name);
    for (const group of study.groups)
      expect(study.contrasts.some((one) => one.group === group.name || one.minus === group.name)).toBe(true);
  });
});

it('the fusion ablation compares every fusion, numbers of heads and penalties', async () => {
  const runs = await plan('fusion-ablation', 1);
  const quadrant = runs.filter(({ panel }) => panel === 'quadrant').map(({ config }) => config);
  const fusionsOf = new Set(quadrant.map(({ model }) => model.fusion?.kind));
  // A recurrent network over the joint sequence is compared in the study of hashing; linear is for probes.
  const elsewhere = ['recurrent', 'linear'];
  expect(fusionsOf).toEqual(new Set(Object.keys(fusions).filter((kind) => !elsewhere.includes(kind))));
  const heads = quadrant.flatMap(({ model }) =>
    model.fusion?.kind === 'self-attention' ? model.fusion.heads : [],
  );
  expect(new Set(heads)).toEqual(new Set([1, 2, 4, 8]));
  const alphas = runs.filter(({ panel }) => panel === 'tags').map(({ config }) => config.loss.alpha);
  expect(new Set(alphas)).toEqual(new Set([1, 2, 3, 5]));
});
