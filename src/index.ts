/**
 * `polytag`: the library. Twelve names at most, from which everything else can be reached; each has an example that
 * the tests run. What needs no Node is in `polytag/browser`, `polytag/audio` and `polytag/features`.
 */
import { decodeAudio as decode } from './audio/decode.js';
import { UsageError } from './base/errors.js';
import { CodeSearcher } from './catalogue/similar/code-searcher.js';
import { isIndex } from './catalogue/similar/index-folder.js';
import { openModelEncoders } from './catalogue/tag/lyrics.js';
import { resolveConfig } from './config/load.js';
import { withNoiseProfile } from './config/noise-profile.js';
import type { Dataset } from './data/dataset.js';
import { type DataOptions, dataSchema, loadDataset } from './data/sets/index.js';
import type { Metrics } from './eval/metrics.js';
import type { AnyMetrics, ConditionResult } from './eval/run-report.js';
import type { FeatureSettings } from './features/kind-options.js';
import { type FeatureKindName, featureKinds, settingsFor } from './features/kinds.js';
import type { WholeFeature } from './features/matrix.js';
import { bandsFirst } from './features/matrix.js';
import { loadPredictor } from './hub/model-folder.js';
import { Tagger } from './models/tagger.js';
import { writeReport } from './report/pages/run/write.js';
import { type EvaluateOptions, evaluateRun as evaluate } from './runs/evaluate.js';
import {
  readConditions,
  readConfig,
  readEnvironment,
  readLog,
  readMetrics,
  readPredictions,
} from './runs/read.js';
import type { RunResult } from './runs/results.js';
import { type RunOptions, runExperiment as run } from './runs/run.js';
import type { PitchTracker } from './transcription/f0.js';
import { openBasicPitch as openPulledBasicPitch } from './transcription/files/open-pulled.js';
import { openTracker as open, type TrackerSource } from './transcription/files/open-tracker.js';
import type { BasicPitch } from './transcription/polyphonic/basic-pitch.js';
import type { PitchRange } from './transcription/trackers/pyin.js';

export type { CodeSearcher } from './catalogue/similar/code-searcher.js';
export type { Dataset, Example } from './data/dataset.js';
export type { Metrics } from './eval/metrics.js';
export type { PitchMetrics } from './eval/pitch/metrics.js';
export type { RegressionMetrics } from './eval/regression/metrics.js';
export type { TaggerInput, TagResult } from './models/tagger.js';
export type { Study } from './runs/study/study.js';
export type { PitchTracker, Tagger };

/**
 * Decodes a recording: MP3, WAV and its relatives, FLAC, Ogg Vorbis, Opus, AAC, Apple Lossless, and what the user's own
 * ffmpeg reads. `errors` counts parts that are damaged and left out, `missing` is how many seconds of them the file tells.
 *
 * @example
 * import { decodeAudio } from 'polytag';
 *
 * const { channels, sampleRate } = await decodeAudio('song.mp3', { mono: true, sampleRate: 16_000 });
 * console.log(channels[0].length / sampleRate, 'seconds');
 */
export const decodeAudio = decode;

/**
 * Computes a feature of samples: any kind of `polytag features`, with librosa's names and numbers.
 *
 * @param samples - mono, at `settings.sampleRate`
 * @param kind - `mel`, `chroma`, `onsets`, `pyin`, …
 * @param settings - what differs from the kind's defaults, and from a `sampleRate` of 16,000 Hz and a `hopLength` of 256
 * @returns the array with its shape, as `polytag features --out FILE.npy` writes it, and times where the kind finds events
 * @throws RangeError when a setting is out of range
 * @example
 * import { computeFeature, decodeAudio } from 'polytag';
 *
 * const { channels: [samples] } = await decodeAudio('song.mp3', { mono: true, sampleRate: 16_000 });
 * const chroma = computeFeature(samples, 'chroma', { sampleRate: 16_000 });
 * console.log(chroma.shape); // [12, frames]
 */
export function computeFeature(
  samples: Float32Array,
  kind: FeatureKindName,
  settings: Partial<FeatureSettings> = {},
): WholeFeature {
  const chosen = featureKinds[kind];
  const all = settingsFor(chosen, settings);
  if ('compute' in chosen) return chosen.compute(samples, all);
  const rows = chosen.rows(samples, all, true);
  return { shape: [rows.bands, rows.frames], order: 'C', values: bandsFirst(rows) };
}

/**
 * Loads a model for tagging: a published one that was pulled, an imported one, or that of a run.
 *
 * @param nameOrRun - `musicnn-mtt`, or the folder of a run or of a model
 * @returns the tagger; call `dispose()` at the end
 * @throws UsageError when there is no such model, saying how to get it; Failure when its files are damaged
 * @example
 * import { decodeAudio, loadTagger } from 'polytag';
 *
 * const tagger = await loadTagger('reports/quickstart');
 * const { channels: [samples], sampleRate } = await decodeAudio('song.mp3', { mono: true });
 * const { tags } = tagger.tag({ samples, sampleRate });
 * console.log(tags[0].label, tags[0].score);
 * tagger.dispose();
 */
export async function loadTagger(nameOrRun: string): Promise<Tagger> {
  const predictor = await loadPredictor(nameOrRun);
  try {
    return new Tagger(predictor, await openModelEncoders(predictor));
  } catch (error) {
    predictor.dispose();
    throw error;
  }
}

/**
 * Opens a pitch tracker for `transcribe`; call `dispose()` at the end.
 *
 * @param source - `pyin`; `swift-f0`, which has to be pulled before; or the folder of a run that finds pitch
 * @param range - in Hz. Default: 65 to 1050; of a run, that of its network
 * @throws UsageError when its model was not pulled, or a run finds no pitch; Failure when its file is damaged; RangeError for a range that it
 *   cannot cover
 * @example
 * import { decodeAudio, openTracker } from 'polytag';
 * import { transcribe } from 'polytag/transcription';
 *
 * const { channels: [samples], sampleRate } = await decodeAudio('hum.mp3', { mono: true });
 * const tracker = await openTracker('pyin', { fMin: 80, fMax: 700 });
 * const { notes } = await transcribe({ samples, sampleRate }, {}, tracker);
 * tracker.dispose();
 * console.log(notes.length, 'notes');
 */
export const openTracker = (source: TrackerSource, range?: PitchRange): Promise<PitchTracker> =>
  open(source, range);

/**
 * Opens Basic Pitch for `transcribePolyphonic`, which has to be pulled before; call `dispose()` at the end.
 *
 * @throws UsageError when it was not pulled; Failure when its file is damaged
 * @example
 * import { decodeAudio, openBasicPitch } from 'polytag';
 * import { transcribePolyphonic } from 'polytag/transcription';
 *
 * const { channels: [samples], sampleRate } = await decodeAudio('piano.mp3', { mono: true });
 * const network = await openBasicPitch();
 * const { notes } = transcribePolyphonic({ samples, sampleRate }, network);
 * network.dispose();
 * console.log(notes.length, 'notes');
 */
export const openBasicPitch = (): Promise<BasicPitch> => openPulledBasicPitch();

/**
 * Reads a finished run; of a regression with `loadRun<RegressionMetrics>`, of pitch with `loadRun<PitchMetrics>`, as their
 * metrics are others.
 *
 * @param folder - of the run
 * @throws UsageError naming the file that is missing or damaged
 * @example
 * import { loadRun } from 'polytag';
 *
 * const { metrics, config } = await loadRun('reports/quickstart');
 * console.log(config.name, metrics.roc_auc.macro);
 */
export async function loadRun<Own extends AnyMetrics = Metrics>(folder: string) {
  const [config, metrics, predictions, log, conditions, environment] = await Promise.all([
    readConfig(folder),
    readMetrics(folder),
    readPredictions(folder),
    readLog(folder),
    readConditions(folder),
    readEnvironment(folder),
  ]);
  return {
    ...{ folder, config, predictions, log, environment },
    metrics: metrics as Own,
    conditions: conditions as ConditionResult<Own>[],
  };
}

/**
 * Evaluates a run's model again, on another split, protocol or under other conditions.
 *
 * @param folder - of a finished run
 * @param options - `split` (default: test), `overrides` as on the command line, `out` for a folder of results
 * @throws UsageError when the run has no model, or the data's labels are not the model's
 * @example
 * import { evaluateRun } from 'polytag';
 *
 * const { metrics } = await evaluateRun('reports/quickstart', { split: 'validation' });
 * console.log(metrics.pr_auc.macro);
 */
export function evaluateRun<Own extends AnyMetrics = Metrics>(
  folder: string,
  options: Partial<Omit<EvaluateOptions, 'run'>> = {},
): Promise<{ metrics: Own; conditions: ConditionResult<Own>[] }> {
  const given = { overrides: [], split: 'test' as const, out: null, log: () => {}, ...options, run: folder };
  return evaluate(given) as Promise<{ metrics: Own; conditions: ConditionResult<Own>[] }>;
}

/**
 * Runs an experiment from a config object: trains, evaluates on the test split and writes the run's folder with its
 * report.
 *
 * @param config - the keys of a config file
 * @param options - `out` is the run's folder; the others as the options of `polytag run`
 * @throws UsageError for what the config gets wrong; Interrupted when `signal` stops it
 * @example
 * import { runExperiment } from 'polytag';
 *
 * const { metrics } = await runExperiment(
 *   {
 *     data: { root: 'data/quickstart' },
 *     model: { branches: { mel: { channels: [8, 8] } } },
 *     training: { epochs: 1 },
 *   },
 *   { out: 'reports/from-code' },
 * );
 * console.log(metrics.roc_auc.macro);
 */
export async function runExperiment<Own extends AnyMetrics = Metrics>(
  config: Record<string, unknown>,
  options: { out: string } & Partial<Omit<RunOptions, 'config' | 'writeReport'>>,
): Promise<RunResult & { metrics: Own }> {
  const defaults = { existing: 'refuse' as const, log: () => {}, writeReport };
  const result = run({ ...defaults, ...options, config: await withNoiseProfile(resolveConfig(config)) });
  return result as Promise<RunResult & { metrics: Own }>;
}

/**
 * Checks the description of a study: experiments as overrides of one config, and the differences to be tested.
 * `polytag study NAME` runs files in `experiments/` whose default export is one.
 *
 * @example
 * import { defineStudy } from 'polytag';
 *
 * const study = defineStudy({
 *   name: 'depth',
 *   title: 'Does depth help?',
 *   question: 'Two convolution blocks or four?',
 *   config: 'configs/mtat.yaml',
 *   panels: [{ name: 'tags', label: 'top 50 tags' }],
 *   groups: [
 *     { name: 'two', label: 'two blocks', overrides: ['model.branches.mel.channels=[32, 32]'] },
 *     { name: 'four', label: 'four blocks' },
 *   ],
 *   contrasts: [{ group: 'four', minus: 'two' }],
 * });
 * console.log(study.groups.length);
 */
export { defineStudy } from './runs/study/study.js';

/**
 * Opens a data set: its examples with labels, groups and splits. Audio files are not opened.
 *
 * @param options - the keys of `data` in a config
 * @throws UsageError when a file is missing or nothing is left
 * @example
 * import { openDataset } from 'polytag';
 *
 * const { examples, labels } = await openDataset({ root: 'data/quickstart', top_tags: 10 });
 * console.log(examples.length, labels);
 */
export function openDataset(options: Record<string, unknown>): Promise<Dataset> {
  return loadDataset(dataSchema().parse(options) as DataOptions);
}

/**
 * Opens the binary codes of an index for many searches; all of them are in memory, 8 bytes for 64 bits.
 *
 * @param index - what `polytag index build --hash` wrote
 * @param options - `tables`: takes some seconds for 10 million codes, and then finds those within a small distance fast
 * @throws UsageError when it is not an index or has no codes; Failure when it is damaged
 * @example
 * import { openCodes } from 'polytag';
 *
 * const codes = await openCodes('catalogue', { tables: true });
 * const found = codes.nearest(codes.codeOf(0), { count: 10, wanted: (row) => row !== 0 });
 * for (const { row, distance } of found) console.log(distance, codes.paths[row]);
 */
export async function openCodes(index: string, options: { tables?: boolean } = {}): Promise<CodeSearcher> {
  if (!(await isIndex(index))) throw new UsageError(`${index} is not an index of "polytag index build".`);
  return CodeSearcher.open(index, options);
}

/**
 * The error of wrong use: one sentence that says what is wrong, where, and what to do.
 *
 * @example
 * import { loadTagger, UsageError } from 'polytag';
 *
 * try {
 *   await loadTagger('no-such-model');
 * } catch (error) {
 *   if (error instanceof UsageError) console.log(error.message);
 * }
 */
export { UsageError } from './base/errors.js';
