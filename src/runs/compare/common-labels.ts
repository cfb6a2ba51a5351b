/** Runs that score different labels of one data set, read by the labels that all of them have. */
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { evaluatePredictions } from '../../eval/evaluate.js';
import type { Metrics } from '../../eval/metrics.js';
import type { Predictions } from '../../eval/predictions.js';
import type { Thresholds } from '../../eval/thresholds.js';
import type { StoredRun } from '../read.js';
import { type ComparedLabels, comparableRuns, type LeftOut } from './comparable.js';

/** Runs with their common labels. */
interface CommonLabels {
  /** The same runs, their predictions and metrics of the common labels alone. */
  runs: StoredRun[];
  /** What was left out, in a sentence; null where all runs have the same labels. */
  note: string | null;
}

/** A run of tags. */
type TagRun = StoredRun & { metrics: Metrics; predictions: Predictions };

/**
 * Restricts runs of tags to the labels that all of them have, by name, and evaluates them again at their own thresholds.
 * Examples stay as they are, those without a common tag included. Labels are in the order of the first run. Throws UsageError
 * for classes and numbers, which are not scored one by one, and for runs without a common label.
 */
function withCommonLabels(runs: readonly StoredRun[]): CommonLabels {
  const other = runs.find(({ predictions }) => predictions.task !== 'tagging');
  if (other)
    throw new UsageError(
      `--labels common: the run in ${other.folder} predicts ${other.predictions.task === 'regression' ? 'numbers' : 'classes'}, and single labels can be taken out of tags only; leave the option out.`,
    );
  const [first] = runs;
  const common = first.predictions.labels.filter((label) =>
    runs.every(({ predictions }) => predictions.labels.includes(label)),
  );
  if (common.length === 0)
    throw new UsageError(
      `--labels common: no label is in all of ${runs.map(({ folder }) => folder).join(', ')}; compare runs of one data set.`,
    );
  if (runs.every(({ predictions }) => predictions.labels.length === common.length))
    return { runs: runs as StoredRun[], note: null };
  const counts = runs.map(({ folder, predictions }) => `${folder} has ${predictions.labels.length}`);
  return {
    runs: runs.map((run) => restricted(run as TagRun, common)),
    note: `Compared on the ${countText(common.length, 'label')} that all runs have (${common.join(', ')}): ${counts.join(', ')}.`,
  };
}

function restricted(run: TagRun, common: readonly string[]): TagRun {
  const { predictions, metrics } = run;
  const columns = common.map((label) => predictions.labels.indexOf(label));
  const width = predictions.labels.length;
  const at = (place: number): number =>
    Math.floor(place / columns.length) * width + columns[place % columns.length];
  const size = predictions.ids.length * columns.length;
  const own: Predictions = {
    ...predictions,
    labels: [...common],
    scores: Float32Array.from({ length: size }, (_, place) => predictions.scores[at(place)]),
    targets: Uint8Array.from({ length: size }, (_, place) => predictions.targets[at(place)]),
    // Of chunks, whose scores a comparison does not read.
    slices: undefined,
  };
  const { protocol, split } = metrics;
  // The intervals of a comparison are made of its own resamples.
  const options = {
    protocol,
    split,
    seed: 0,
    bootstrapSamples: 0,
    thresholds: thresholdsOf(metrics, columns),
  };
  return { ...run, predictions: own, metrics: evaluatePredictions(own, options) };
}

/** The thresholds that a run's tags were assigned at. */
function thresholdsOf({ per_label: labels }: Metrics, columns: readonly number[]): Thresholds {
  const chosen = columns.map((column) => labels[column]);
  return {
    f1: chosen.map(({ threshold }) => threshold!),
    accuracy: chosen.map(({ threshold, accuracy_threshold: own }) => (own ?? threshold)!),
  };
}

/**
 * The runs that can be compared, on their common labels where these are asked for, which `onLabels` says in a sentence. Throws
 * UsageError as `withCommonLabels`.
 */
export function selectRuns(
  given: readonly StoredRun[],
  labels: ComparedLabels = 'same',
): { comparable: StoredRun[]; leftOut: LeftOut[]; onLabels: string | null } {
  const { compared, leftOut } = comparableRuns(given, labels);
  if (labels === 'same') return { comparable: compared, leftOut, onLabels: null };
  const { runs, note } = withCommonLabels(compared);
  // Their truth may still differ.
  const again = comparableRuns(runs);
  return { comparable: again.compared, leftOut: [...leftOut, ...again.leftOut], onLabels: note };
}
