/** The files of a run beside its page, each with what is in it. */
import { RUN_FILES, type RunFile } from '../../../runs/layout.js';
import { html } from '../../kit/html.js';
import { linked } from '../../kit/links.js';
import type { Section } from '../../kit/sections.js';
import { record } from '../../kit/text.js';

/** What is in a file or folder, for those that a reader may want. */
const CONTENTS: Partial<Record<RunFile, string>> = {
  metrics: 'every metric with its interval, for programs',
  predictions: 'one row per test example, one column per label',
  config: 'the configuration with every default; the run can be repeated from it',
  environment: 'versions, engine, threads, seed, revision, fingerprint of the data',
  log: 'one line per epoch',
  conditions: 'metrics under changed test conditions',
  missingWords: 'words of the lyrics that the given word vectors lack',
  model: 'weights and settings, for polytag tag and for the browser',
  checkpoints: 'state of the training, from which the run can be resumed',
  tensorboard: 'curves for TensorBoard',
};

/**
 * The section of links; null where nothing is known to be there.
 *
 * @param present - names in the run's folder, with those of `figures/` and `tables/` by their paths
 */
export function filesSection(present: readonly string[]): Section | null {
  const own = (Object.keys(CONTENTS) as RunFile[]).filter((file) => present.includes(RUN_FILES[file]));
  const inside = (folder: string): string[] => present.filter((name) => name.startsWith(`${folder}/`));
  const list = (folder: string) =>
    inside(folder).map((name, i) => [i > 0 && ', ', linked(name.slice(folder.length + 1), name)]);
  const rows = [
    ...own.map((file) => [linked(RUN_FILES[file], RUN_FILES[file]), CONTENTS[file]!] as const),
    ...(['figures', 'tables'] as const).flatMap((folder) =>
      inside(folder).length === 0 ? [] : [[folder, html`${list(folder)}`] as const],
    ),
  ];
  if (rows.length === 0) return null;
  return {
    id: 'files',
    title: 'Files of this run',
    link: 'Files',
    html: html`<p class="aside">The links hold as long as this page stays in the run's folder.</p>${record(rows)}`,
  };
}
