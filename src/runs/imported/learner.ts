/** Scores of another toolkit in place of a model: nothing is learned, and the road to evaluation and report is the same. */

import { basename } from 'node:path';
import { UsageError } from '../../base/errors.js';
import { fileSha256 } from '../../base/files.js';
import { countText } from '../../base/format.js';
import type { Config } from '../../config/schema.js';
import { type Dataset, type Example, examplesOf } from '../../data/dataset.js';
import { restrictLabels } from '../../data/restrict-labels.js';
import type { ExamplePredictions } from '../../eval/predictions.js';
import { type Thresholds, tagThresholds } from '../../eval/thresholds.js';
import { withTruth } from '../../eval/with-truth.js';
import type { ExampleTask } from '../../models/heads/index.js';
import type { ImportedOptions } from '../../models/imported.js';
import { exampleTaskOf, requireNoConditions } from '../../training/checks.js';
import { describeEnvironment } from '../environment.js';
import { clipViews } from '../example-views.js';
import type { FitJob, Fitted, Learner, Scored, ScoreJob } from '../learner.js';
import { requireRetrieval } from '../retrieval.js';
import { writeConfig, writeLog } from '../write.js';
import { type ChosenColumns, namesText } from './columns.js';
import { type MatchedRows, matchRows } from './match.js';
import { probabilitiesOf } from './probabilities.js';
import { type ImportedScores, readScores, writeScores } from './stored-scores.js';
import { readScoreTable, type ScoreTable } from './table.js';

export const importedLearner: Learner = { fit, score };

/** Names of rows that a note gives. */
const SHOWN_ROWS = 3;

/**
 * Reads a table of scores as the run's predictions of the test split, or of all folds. Labels without a column are left out
 * of the run. Throws UsageError for a table that cannot be read or has no row for some test example.
 */
async function fit(job: FitJob): Promise<Fitted> {
  const { config, out, onNote, log } = job;
  const options = config.model.predictions!;
  requireNoModel(config);
  const whole = await job.loadData();
  const task = exampleTaskOf(config, whole.task);
  log(`Reading ${options.file}.`);
  const table = await readScoreTable(options, whole.labels);
  requireAllClasses(table, task, options.file);
  const labels = table.taken.map(({ label }) => label);
  const scores = probabilitiesOf(table, { file: options.file, task, logits: options.logits }, onNote);
  const imported: ImportedScores = { ids: table.ids, labels, scores };
  const dataset = restrictLabels(whole, labels);
  const matched = matchRows(options.file, table.ids, dataset, table.place);
  const sha256 = await fileSha256(options.file);
  for (const note of importNotes(options, table, matched, sha256)) onNote(note);
  const examples = requireRows(
    dataset.folds ? dataset.examples : examplesOf(dataset, 'test'),
    matched,
    {
      file: options.file,
      allowed: options.allow_missing,
      advice: 'add them, or set model.predictions.allow_missing to leave them out',
    },
    onNote,
  );
  const predictions = predictionsOf(imported, matched, examples, task);
  const thresholds = thresholdsOf(imported, matched, dataset, task);
  if (task === 'tagging' && thresholds === null)
    onNote(
      `There are no scores of the whole validation split to choose thresholds by: tags are assigned from a score of 0.5 on, which accuracy and F1 depend on.`,
    );
  await writeScores(out, imported);
  // What nothing was trained with would only mislead; a reader of the file fills in the defaults.
  const { inputs, loss, training, ...effective } = config;
  const configText = await writeConfig(out, effective);
  await writeLog(out, []);
  const environment = await describeEnvironment(null, {
    seed: config.seed,
    data_fingerprint: dataset.fingerprint,
    predictions: {
      file: options.file,
      sha256,
      rows: table.ids.length,
      unmatched_rows: matched.unmatched.length,
      ignored_columns: table.ignored,
      missing_labels: table.missing,
    },
  });
  return {
    ...{ dataset, configText, environment, history: [], examples, predictions, thresholds },
    conditions: async () => [],
    views: () => clipViews(config, examples, predictions),
    dispose: () => undefined,
  };
}

/** Scores a split with the rows that the run keeps, whatever split or protocol they were imported for. */
async function score({ run, config, dataset: whole, split, log }: ScoreJob): Promise<Scored> {
  const options = config.model.predictions!;
  requireNoModel(config);
  const task = exampleTaskOf(config, whole.task);
  const kept = await readScores(run);
  const imported = restrictScores(kept, whole.labels);
  if (imported.labels.length === 0)
    throw new UsageError(
      `${run} has scores of none of the labels of ${whole.root}; evaluate on the data set and data.target that they were imported for.`,
    );
  const missing = whole.labels.filter((label) => !imported.labels.includes(label));
  if (missing.length > 0) log(missingLabelsNote(run, imported.labels.length, missing));
  const dataset = restrictLabels(whole, imported.labels);
  const matched = matchRows(run, imported.ids, dataset, (row) => `row ${row + 1}`);
  const wanted = dataset.folds && split === 'test' ? dataset.examples : examplesOf(dataset, split);
  const examples = requireRows(
    wanted,
    matched,
    {
      file: run,
      allowed: options.allow_missing,
      advice: 'evaluate on a split and protocol that the imported table covers',
    },
    log,
  );
  return {
    dataset,
    predictions: predictionsOf(imported, matched, examples, task),
    thresholds: thresholdsOf(imported, matched, dataset, task),
    conditions: async () => [],
    dispose: () => undefined,
  };
}

/** Throws UsageError for parts of the evaluation that ask a model. */
function requireNoModel(config: Config): void {
  requireNoConditions(config);
  requireRetrieval(config, null);
  if (config.evaluation.confusing)
    throw new UsageError(
      'evaluation.confusing: votes of snippets need a model, and imported scores have none; remove this key.',
    );
}

/** Throws UsageError where a class has no column: the highest score would be that of another one. */
function requireAllClasses({ missing }: ChosenColumns, task: ExampleTask, file: string): void {
  if (task !== 'classification' || missing.length === 0) return;
  throw new UsageError(
    `${file} has no column for the ${missing.length === 1 ? 'class' : 'classes'} ${namesText(missing, 5)}; a choice among classes needs a score of each, and model.predictions.rename takes columns of other names.`,
  );
}

/** The labels of a data set that scores were kept of, in its order. */
function restrictScores({ ids, labels, scores }: ImportedScores, wanted: readonly string[]): ImportedScores {
  const columns = wanted.map((label) => labels.indexOf(label)).filter((column) => column >= 0);
  const own = new Float32Array(ids.length * columns.length);
  for (let row = 0; row < ids.length; row++)
    for (const [j, column] of columns.entries())
      own[row * columns.length + j] = scores[row * labels.length + column];
  return { ids, labels: columns.map((column) => labels[column]), scores: own };
}

/** The examples that have a row. Throws UsageError where some have none, unless these may be left out. */
function requireRows(
  examples: readonly Example[],
  { rowOf, unmatched }: MatchedRows,
  { file, allowed, advice }: { file: string; allowed: boolean; advice: string },
  onNote: (note: string) => void,
): Example[] {
  const found = examples.filter(({ id }) => rowOf.has(id));
  if (found.length === examples.length) return found;
  const first = examples.find(({ id }) => !rowOf.has(id))!;
  const lacking = `${(examples.length - found.length).toLocaleString('en-US')} of the ${countText(examples.length, 'example')}`;
  if (found.length === 0)
    throw new UsageError(
      `${file} has no row for any of the ${countText(examples.length, 'example')} that are scored${unmatched.length > 0 ? `: the ids of ${countText(unmatched.length, 'row')} are not known to the data set` : ''}; give the ids or paths of its recordings, such as ${first.id}.`,
    );
  if (!allowed)
    throw new UsageError(
      `${file} has no row for ${lacking} that are scored, the first being ${first.id}; ${advice}.`,
    );
  onNote(
    `--allow-missing: ${lacking} that are scored have no row and are left out, so that the numbers are of another test set.`,
  );
  return found;
}

function predictionsOf(
  { labels, scores }: ImportedScores,
  { rowOf }: MatchedRows,
  examples: readonly Example[],
  task: ExampleTask,
): ExamplePredictions {
  const width = labels.length;
  const own = new Float32Array(examples.length * width);
  for (const [row, { id }] of examples.entries()) {
    const from = rowOf.get(id)! * width;
    own.set(scores.subarray(from, from + width), row * width);
  }
  return withTruth(examples, task, labels, own);
}

/** Thresholds of tags from the validation split; null where not all of it has scores. */
function thresholdsOf(
  imported: ImportedScores,
  matched: MatchedRows,
  dataset: Dataset,
  task: ExampleTask,
): Thresholds | null {
  if (dataset.folds) return null;
  const validation = examplesOf(dataset, 'validation');
  return validation.every(({ id }) => matched.rowOf.has(id))
    ? tagThresholds(predictionsOf(imported, matched, validation, task))
    : null;
}

const missingLabelsNote = (file: string, present: number, missing: readonly string[]): string =>
  `${present} of ${present + missing.length} labels: ${file} has no scores of the others (${namesText(missing)}), and all means are over those that it has.`;

/** What a reader must know of the import, a sentence each. */
function importNotes(
  { file: path, rename }: ImportedOptions,
  { ids, taken, ignored, near, missing }: ScoreTable,
  { unmatched }: MatchedRows,
  sha256: string,
): string[] {
  const file = basename(path);
  const quoted = unmatched.slice(0, SHOWN_ROWS).map((row) => ids[row]);
  const renamed = Object.entries(rename).map(([column, label]) => `${column} as ${label}`);
  return [
    `The scores were imported from ${file} (${countText(ids.length, 'row')}, SHA-256 ${sha256.slice(0, 12)}…): there is no model here, and what theirs was trained on is not known, so leakage was not checked.`,
    missing.length > 0 ? missingLabelsNote(file, taken.length, missing) : [],
    renamed.length > 0 ? `Columns of ${file} were taken under other names: ${renamed.join(', ')}.` : [],
    ignored.length > 0
      ? `${countText(ignored.length, 'column')} of ${file} that ${ignored.length === 1 ? 'is no label' : 'are no labels'} of the data set ${ignored.length === 1 ? 'is' : 'are'} ignored: ${namesText(ignored)}.`
      : [],
    ...near.map(
      ({ column, label }) =>
        `The column ${column} of ${file} differs from the label "${label}" by spaces or signs and is not taken for it; model.predictions.rename takes it.`,
    ),
    unmatched.length > 0
      ? `${unmatched.length.toLocaleString('en-US')} of ${countText(ids.length, 'row')} of ${file} match no example of the data set under this protocol and are not scored: ${namesText(quoted)}${unmatched.length > quoted.length ? ', …' : ''}.`
      : [],
  ].flat();
}
