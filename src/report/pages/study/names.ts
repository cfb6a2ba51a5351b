/** How a study's page names its experiments: by letters where a name is too long for charts and differences. */
import type { StudyResult } from '../../../runs/study/results/study-result.js';
import { type LetteredNames, letterNames } from '../../kit/letters.js';

/** A study whose experiments are named as its page names them. */
export interface NamedStudy {
  /** The labels of its experiments have their letters where there are letters. */
  result: StudyResult;
  /** The names in differences, by those of the study's file. */
  short: ReadonlyMap<string, string>;
  /** What the letters stand for; null where there are none. */
  key: LetteredNames['key'];
}

/** Gives the experiments that have results letters, in the study's order, where a label of theirs is long. */
export function nameExperiments(result: StudyResult): NamedStudy {
  const found = result.study.groups.filter(({ name }) =>
    result.panels.some(({ groups }) => groups.some((group) => group.name === name)),
  );
  const { names, short, key } = letterNames(found.map(({ label }) => label));
  const labels = new Map(found.map(({ name }, i) => [name, names[i]]));
  const named = <Group extends { name: string; label: string }>(group: Group): Group => ({
    ...group,
    label: labels.get(group.name) ?? group.label,
  });
  return {
    result: {
      ...result,
      study: { ...result.study, groups: result.study.groups.map(named) },
      panels: result.panels.map((panel) => ({ ...panel, groups: panel.groups.map(named) })),
    },
    short: new Map(found.map(({ name }, i) => [name, short[i]])),
    key,
  };
}
