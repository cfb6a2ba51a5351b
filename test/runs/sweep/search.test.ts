import { describe, expect, it } from 'vitest';
import type { Config } from '../../../src/config/schema.js';
import type { RunOutcome } from '../../../src/runs/launch/execute.js';
import { runsOf, type SweepPlan } from '../../../src/runs/sweep/plan.js';
import { type SearchName, searches } from '../../../src/runs/sweep/search.js';
import { parseSweepWords } from '../../../src/runs/sweep/values.js';

const names = Object.keys(searches) as SearchName[];
const { swept } = parseSweepWords(['a=1,2,3', 'b=4,5,6']);

/** Trials for the searches that take them. */
const drawOptions = (name: SearchName) => ({ trials: name === 'grid' ? undefined : 9, seed: 3 });

function planOf(name: SearchName): SweepPlan {
  const settings = searches[name].settings(swept, drawOptions(name));
  const config = {
    model: {},
    training: { epochs: 9, early_stopping: { metric: 'roc_auc', patience: null } },
  } as Config;
  const experiments = settings.map((setting, i) => ({ group: `e${i}`, setting, config }));
  return { name, keys: ['a', 'b'], seeds: [1, 2], experiments, notes: [] };
}

/** Runs a search on made-up runs; `e5` is the best, `e1` fails. */
async function search(name: SearchName, stopAt?: number) {
  const plan = planOf(name);
  const calls: { groups: string[]; pauseAfter: number | undefined }[] = [];
  const outcomes = await searches[name].run({
    plan,
    eta: 3,
    log: () => {},
    execute: async (experiments, pauseAfter) => {
      calls.push({ groups: experiments.map(({ group }) => group), pauseAfter });
      return runsOf(plan, experiments).map((run): RunOutcome => {
        const failed = run.group === 'e1';
        const done = pauseAfter === undefined ? 'finished' : 'paused';
        const status = calls.length === stopAt ? 'interrupted' : failed ? 'failed' : done;
        return { run, status, reused: false, seconds: 1, error: failed ? 'no' : null };
      });
    },
    score: async ({ group }) => -Math.abs(Number(group.slice(1)) - 5),
  });
  return { plan, calls, outcomes };
}

describe.each(names)('the search %s', (name) => {
  const kind = searches[name];

  it('draws the same settings for the same seed, each with a value for each key', () => {
    const settings = kind.settings(swept, drawOptions(name));
    expect(settings).toHaveLength(9);
    expect(kind.settings(swept, drawOptions(name))).toEqual(settings);
    for (const setting of settings) expect([...setting.keys()]).toEqual(['a', 'b']);
  });

  it('says its rungs, of which the last trains fully', () => {
    const plan = planOf(name);
    const rungs = kind.rungs(plan, 3);
    expect(rungs[0].candidates).toBe(9);
    expect(rungs.at(-1)!.epochs).toBe(9);
  });

  it('begins every experiment, keeps to its rungs, ends with whole runs and gives the last outcome of each', async () => {
    const { plan, calls, outcomes } = await search(name);
    const rungs = kind.rungs(plan, 3);
    expect(calls.map(({ groups }) => groups.length)).toEqual(rungs.map(({ candidates }) => candidates));
    expect(calls.map(({ pauseAfter }) => pauseAfter)).toEqual([
      ...rungs.slice(0, -1).map(({ epochs }) => epochs),
      undefined,
    ]);
    expect(new Set(outcomes.map(({ run }) => run.folder)).size).toBe(18);
    expect(outcomes).toHaveLength(18);
    const statusOf = (group: string) =>
      outcomes.filter(({ run }) => run.group === group).map(({ status }) => status);
    expect(statusOf('e5')).toEqual(['finished', 'finished']);
    expect(statusOf('e1')).toEqual(['failed', 'failed']);
  });

  it('goes no further when it is interrupted', async () => {
    expect((await search(name, 1)).calls).toHaveLength(1);
  });
});

describe('halving', () => {
  it('lets the best go on, and none that failed', async () => {
    const { calls } = await search('halving');
    expect(calls.map(({ groups }) => groups)).toEqual([
      ['e0', 'e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'e7', 'e8'],
      ['e4', 'e5', 'e6'],
      ['e5'],
    ]);
  });
});
