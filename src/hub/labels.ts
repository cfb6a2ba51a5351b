/** The labels of imported weights, whose files do not name them. */
import { basename, dirname } from 'node:path';
import { UsageError } from '../base/errors.js';
import { exists } from '../base/files.js';
import { packagePath } from '../base/package.js';
import { readText } from '../text/files/read-text.js';

/** A published list of labels. */
interface LabelList {
  /** Words of a path that name its data set. */
  words: RegExp;
  /** Numbers of the network that only weights of its data set have. */
  options?: Record<string, number>;
  dataset: string;
  protocol: string;
}

/** The lists of Won et al. 2020, top 50 tags each, by the names that --labels takes; the first is assumed. */
const LISTS = {
  mtat: {
    words: /mtat|magnatagatune|(?:^|[^a-z])mtt(?:[^a-z]|$)/i,
    dataset: 'MagnaTagATune',
    protocol: 'top 50 tags, the split of Won et al. 2020, labelled clips',
  },
  msd: {
    words: /(?:^|[^a-z])msd(?:[^a-z]|$)|million.?song/i,
    options: { middle: 512, hidden: 500 },
    dataset: 'Million Song Dataset with Last.fm tags',
    protocol: 'top 50 tags, the split of Choi et al. 2016',
  },
  jamendo: { words: /jamendo/i, dataset: 'MTG-Jamendo', protocol: 'top 50 tags, split 0' },
} satisfies Record<string, LabelList>;

type ListName = keyof typeof LISTS;

/** Names of the published lists. */
export const LABEL_LISTS = Object.keys(LISTS) as ListName[];

const isList = (name: string): name is ListName => Object.hasOwn(LISTS, name);

/** Labels of a model, and what they say about its training. */
export interface ChosenLabels {
  labels: string[];
  /** Absent where the labels do not tell it. */
  trainedOn?: { dataset: string; protocol: string };
  /** What was assumed, in a sentence; null where nothing was. */
  note: string | null;
}

const published = async (name: ListName): Promise<Omit<ChosenLabels, 'note'>> => {
  const { dataset, protocol } = LISTS[name];
  const path = packagePath(`src/hub/mappings/labels/${name}.txt`);
  return { labels: await readLines(path), trainedOn: { dataset, protocol } };
};

async function readLines(path: string): Promise<string[]> {
  const text = await readText(path);
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/**
 * Chooses the labels of weights with `count` outputs: those that are given, a file with one a line or the name of a
 * published list; else the published list of as many that the file's path or the network's sizes name, else
 * MagnaTagATune's. Throws a UsageError when the number is another one, or there is nothing to assume.
 *
 * @param given - what --labels says; undefined where it says nothing
 */
export async function chooseLabels(
  given: string | undefined,
  { file, count, options }: { file: string; count: number; options: Record<string, unknown> },
): Promise<ChosenLabels> {
  if (given !== undefined) {
    // A file of that name is a file.
    const isFile = !isList(given) || (await exists(given));
    const chosen = isFile ? { labels: await readLines(given) } : await published(given);
    requireLabels(chosen.labels, given, count, file);
    return { ...chosen, note: null };
  }
  const place = `${basename(dirname(dirname(file)))}/${basename(dirname(file))}/${basename(file)}`;
  const named = LABEL_LISTS.filter((name) => LISTS[name].words.test(place));
  const shaped = LABEL_LISTS.filter((name) => {
    const { options: own }: LabelList = LISTS[name];
    return own && Object.entries(own).every(([key, value]) => options[key] === value);
  });
  const [name = LABEL_LISTS[0]] = [...shaped, ...(named.length === 1 ? named : [])];
  const chosen = await published(name);
  if (chosen.labels.length !== count)
    throw new UsageError(
      `${file} has ${count} outputs, and published lists have ${chosen.labels.length} labels; give yours with --labels FILE, one a line.`,
    );
  const why =
    shaped.length > 0
      ? 'which alone has a network of these sizes'
      : named.length === 1
        ? 'which its path names'
        : 'since neither the file nor its path names another';
  return {
    ...chosen,
    note: `The file names no labels; assumed: the top ${count} of ${LISTS[name].dataset} in the published order, ${why}. For others give --labels FILE, one a line, or --labels ${LABEL_LISTS.join('|')}.`,
  };
}

function requireLabels(labels: readonly string[], given: string, count: number, file: string): void {
  if (labels.length !== count)
    throw new UsageError(
      `--labels ${given}: it has ${labels.length} labels, and ${file} has ${count} outputs; give one label a line, in the order of the outputs.`,
    );
  const double = labels.find((label, i) => labels.indexOf(label) !== i);
  if (double !== undefined)
    throw new UsageError(`--labels ${given}: the label "${double}" stands in it twice; name each once.`);
}
