/** The contract of a study, one file in experiments/: a question, and the experiments that answer it. */

import { UsageError } from '../../base/errors.js';
import { loadConfig } from '../../config/load.js';
import { loadDataset } from '../../data/sets/index.js';
import type { PerMetric } from '../../eval/difference/compared-metrics.js';
import { withFrozenModels } from '../../hub/frozen-models.js';
import { type PlannedRun, planGroup } from '../launch/plan.js';
import { parseStudy, type StudyInput } from './schema.js';

/** An experiment of a study: overrides of its base config. */
export interface StudyGroup {
  /** Unique; letters, digits, `_ . , = + -`. Part of folder names. */
  name: string;
  /** Name in tables and plots. */
  label: string;
  /** As on the command line of `polytag run`: `model.fusion.kind=gated`, `~model.branches.lyrics`. */
  overrides: readonly string[];
  /** Panels that it is part of. Default: all. */
  panels?: readonly string[];
  /** Whether it is deterministic, like a classifier that is fitted in closed form: one seed is enough. */
  once?: boolean;
}

/** A task that the experiments are compared on, such as a column of labels. */
export interface StudyPanel {
  name: string;
  label: string;
  overrides: readonly string[];
  /** Whether it runs only when `--panels` names it. */
  optional?: boolean;
}

/** A contrast that the study reports: `group` minus `minus`. */
export interface StudyContrast {
  group: string;
  minus: string;
  /** The published difference, as a fraction of 1; absent where there is none. */
  published?: Partial<PerMetric<number>> & { source: string };
}

/** A group of comparisons on the page. */
export interface StudyTheme {
  title: string;
  groups: readonly string[];
}

/** A number of `metrics.json` that a publication has too. */
export interface StudyMeasure {
  name: string;
  label: string;
  /** Keys of metrics.json joined by dots, such as `f1.weighted`; the first that a run has is taken. */
  paths: readonly string[];
}

/** One number of a study. */
export interface StudyPlace {
  panel: string;
  group: string;
  measure: string;
}

/** What a publication reports of the same experiments, for a section that shows both. */
export interface StudyPublication {
  /** Authors, year and where the numbers are from, in a sentence. */
  source: string;
  measures: readonly StudyMeasure[];
  /** Published values by measure. */
  rows: readonly { panel: string; group: string; values: Readonly<Record<string, number>> }[];
  /** What is published, as one number that is greater than another. */
  claims: readonly { text: string; greater: StudyPlace; less: StudyPlace }[];
}

/** A row of the published table: one experiment on one panel. */
export interface StudyRow {
  label: string;
  panel: string;
  group: string;
}

/** The short form of a study. */
export interface StudyQuick {
  seeds: number;
  /** Default: those of the study that are not optional. */
  panels?: readonly string[];
  /** Default: all. */
  groups?: readonly string[];
  /** After those of panels and groups, and before those that are typed. */
  overrides: readonly string[];
}

export interface Study {
  /** `five-groups`: also the name of its file. */
  name: string;
  title: string;
  /** Its question and method, in a few sentences. */
  question: string;
  /** Base config, relative to the package: `configs/five-groups.yaml`. */
  config: string;
  panels: readonly StudyPanel[];
  groups: readonly StudyGroup[];
  /** Its short form, for a first look; absent where it has none. */
  quick?: StudyQuick;
  contrasts: readonly StudyContrast[];
  themes: readonly StudyTheme[];
  /** Absent where nothing is published of these experiments. */
  published?: StudyPublication;
  /** Rows of the published table, where it mixes panels; absent where there is none. */
  table?: readonly StudyRow[];
}

/**
 * Checks a study and fills in what it leaves out, so that errors show before anything runs. Throws a UsageError that
 * names the first wrong key, or name that is doubled or unknown. `place`: its module, for the message.
 */
export function defineStudy(written: StudyInput, place?: string): Study {
  const study: Study = parseStudy(written, place ?? `Study "${written?.name ?? 'without a name'}"`);
  const complain = (message: string): never => {
    throw new UsageError(`Study "${study.name}": ${message}.`);
  };
  const requireUnique = (kind: string, names: readonly string[]): void => {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined) complain(`two ${kind} are named "${twice}"`);
  };
  const groups = study.groups.map(({ name }) => name);
  const panels = study.panels.map(({ name }) => name);
  requireUnique('groups', groups);
  requireUnique('panels', panels);
  const used = [
    ...study.contrasts.flatMap(({ group, minus }) => [group, minus]),
    ...study.themes.flatMap((theme) => theme.groups),
    ...(study.table ?? []).map(({ group }) => group),
    ...placesOf(study).map(({ group }) => group),
    ...(study.quick?.groups ?? []),
  ];
  const unknown = used.find((name) => !groups.includes(name));
  if (unknown !== undefined) complain(`there is no group "${unknown}"`);
  const strange = [
    ...study.groups.flatMap((group) => group.panels ?? []),
    ...(study.table ?? []).map(({ panel }) => panel),
    ...placesOf(study).map(({ panel }) => panel),
    ...(study.quick?.panels ?? []),
  ].find((name) => !panels.includes(name));
  if (strange !== undefined) complain(`there is no panel "${strange}"`);
  const measures = (study.published?.measures ?? []).map((measure) => measure.name);
  requireUnique('measures', measures);
  const wrong = [
    ...(study.published?.claims ?? []).flatMap(({ greater, less }) => [greater.measure, less.measure]),
    ...(study.published?.rows ?? []).flatMap(({ values }) => Object.keys(values)),
  ].find((measure) => !measures.includes(measure));
  if (wrong !== undefined) complain(`there is no measure "${wrong}"`);
  return study;
}

const placesOf = ({ published }: Study): { panel: string; group: string }[] => [
  ...(published?.rows ?? []),
  ...(published?.claims ?? []).flatMap(({ greater, less }) => [greater, less]),
];

export interface StudyRun extends PlannedRun {
  /** Of `StudyPanel`. */
  panel: string;
  /** Of `StudyGroup`. */
  experiment: string;
}

export interface StudyChoice {
  /** Number of seeds, which are counted from 1. */
  seeds: number;
  /** Names of panels; null for those that are not optional. */
  panels: readonly string[] | null;
  /** Names of groups; null for all. */
  groups: readonly string[] | null;
  /** Overrides of every run's config, which win over the study's own. */
  overrides: readonly string[];
  config: string;
}

/**
 * The choice of a study's short form, where what was typed wins. Throws a UsageError where the study has none.
 *
 * @param typed - null for what was not typed
 */
export function quickChoice(
  { name, quick }: Study,
  typed: Omit<StudyChoice, 'seeds'> & { seeds: number | null },
): StudyChoice {
  if (!quick) throw new UsageError(`--quick: the study "${name}" has no short form; leave the option out.`);
  return {
    config: typed.config,
    seeds: typed.seeds ?? quick.seeds,
    panels: typed.panels ?? quick.panels ?? null,
    groups: typed.groups ?? quick.groups ?? null,
    overrides: [...quick.overrides, ...typed.overrides],
  };
}

/**
 * The runs of a study, panel by panel, group by group. Throws a UsageError for an unknown panel or group, or a wrong
 * config.
 */
export async function planStudy(study: Study, choice: StudyChoice): Promise<StudyRun[]> {
  const panels = chosen('panel', study.panels, choice.panels, ({ optional }) => !optional);
  const groups = chosen('group', study.groups, choice.groups, () => true);
  const runs: StudyRun[] = [];
  const seeds = Array.from({ length: choice.seeds }, (_, i) => i + 1);
  for (const panel of panels) {
    for (const group of groups) {
      if (group.panels && !group.panels.includes(panel.name)) continue;
      const name = `${panel.name}-${group.name}`;
      const overrides = [...panel.overrides, ...group.overrides, `name=${name}`, ...choice.overrides];
      const config = await withFrozenModels(await loadConfig(choice.config, overrides));
      for (const run of planGroup(name, config, group.once ? seeds.slice(0, 1) : seeds))
        runs.push({ ...run, panel: panel.name, experiment: group.name });
    }
  }
  return runs;
}

/**
 * Refuses runs that find pitch, loads the data set of each panel and refuses a plan whose panels are of numbers and of labels, whose metrics no table
 * can hold. A data set that cannot be loaded here is left to its runs.
 */
export async function requireOneTask(study: Study, runs: readonly StudyRun[]): Promise<void> {
  const ofPitch = runs.find(({ config }) => config.model.pitch);
  if (ofPitch)
    throw new UsageError(
      `The study "${study.name}" has runs that find pitch (${ofPitch.experiment}), and studies compare tags, classes or numbers; use "polytag sweep" for runs of pitch.`,
    );
  const configs = new Map(runs.map(({ panel, config }) => [panel, config]));
  if (configs.size < 2) return;
  const tasks = new Map<string, boolean>();
  for (const [panel, { data }] of configs) {
    const dataset = await loadDataset(data).catch((): null => null);
    if (dataset) tasks.set(panel, dataset.task === 'regression');
  }
  const [numbers, labels] = [true, false].map((kind) =>
    [...tasks].flatMap(([panel, isRegression]) => (isRegression === kind ? [panel] : [])).join(','),
  );
  if (numbers !== '' && labels !== '')
    throw new UsageError(
      `The study "${study.name}" has panels of numbers and of labels, which one report cannot hold; run it twice, with --panels ${numbers} and with --panels ${labels}, the second with another --out.`,
    );
}

function chosen<Item extends { name: string }>(
  kind: string,
  items: readonly Item[],
  names: readonly string[] | null,
  usual: (item: Item) => boolean,
): Item[] {
  if (names === null) return items.filter(usual);
  const unknown = names.find((name) => !items.some((item) => item.name === name));
  if (unknown !== undefined)
    throw new UsageError(
      `--${kind}s: the study has no ${kind} "${unknown}"; it has ${items.map(({ name }) => name).join(', ')}.`,
    );
  return items.filter(({ name }) => names.includes(name));
}
