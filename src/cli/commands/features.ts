/** polytag features: features of a recording as an array, as times, or as a page with sound. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { DAMAGE_POLICIES, DamagedAudio, type DamagePolicy } from '../../audio/audio.js';
import { UsageError } from '../../base/errors.js';
import { nearestName } from '../../base/nearest-name.js';
import { silentProgress, startProgress } from '../../base/progress.js';
import { explainReadError } from '../../base/read-errors.js';
import { describeExtraction, jsonOfExtraction } from '../../data/recording/describe.js';
import { isFramewise } from '../../data/recording/extract.js';
import { extractInThread } from '../../data/recording/extract-thread.js';
import { writeFeatureCsv } from '../../data/recording/feature-csv.js';
import {
  type FeatureSettings,
  type OptionName,
  optionSpecs,
  parseOption,
} from '../../features/kind-options.js';
import { FEATURE_KINDS, type FeatureKindName, featureKinds, settingsFor } from '../../features/kinds.js';
import { requirePictureEnding, writePicture } from '../../report/pages/feature/write.js';
import { PAGE_STEPS, writeRecordingPageInThread } from '../../report/pages/recording/write.js';
import { numberText, requirePlace, switchOption, textOption } from '../arguments.js';
import { interruptible, printNote, printResult, typedCommand } from '../terminal.js';

interface FeaturesArguments {
  audio: string;
  more?: string[];
  kind?: string;
  out?: string;
  plot?: string;
  model?: string;
  json: boolean;
  duration?: string;
  damaged: DamagePolicy;
}

const OPTION_NAMES = Object.keys(optionSpecs) as OptionName[];

/** Recordings from this length on, in seconds, show progress. */
const SLOW = 300;

/** A default as a person types it. */
function spelledDefault([name, value]: [string, unknown]): string[] {
  if (value === undefined) return [];
  const text = typeof value === 'number' ? Number(value.toFixed(2)) : value;
  return [`--${optionSpecs[name as OptionName].flag} ${text}`];
}

function kindsHelp(): string {
  const lines = Object.entries(featureKinds).flatMap(([name, kind]) => [
    `  ${`${name}${isFramewise(kind) ? ' *' : ''}`.padEnd(12)}${kind.describe}`,
    `${' '.repeat(16)}${Object.entries(kind.defaults).flatMap(spelledDefault).join(' ')}`,
  ]);
  return `Kinds, their arrays, and their options with defaults:
${lines.join('\n')}
* streams: memory does not grow with the recording's length. The others hold it whole.
All take --sample-rate 16000 and --hop-length 256. Frames are of 512 samples, and of 2048 where
librosa's are: onset, chroma, pitch, tempo and what builds on them. --f-max is half the sample rate.`;
}

function builder(yargs: Argv): Argv<FeaturesArguments> {
  const options = Object.fromEntries(
    OPTION_NAMES.map((name) => {
      const { flag, describe, isWord = false } = optionSpecs[name];
      const option = isWord ? textOption(describe) : numberText(describe);
      return [flag, { ...option, group: 'Options of some kinds:' }];
    }),
  );
  return yargs
    .positional('audio', {
      type: 'string',
      demandOption: true,
      describe: 'MP3, WAV, FLAC, Ogg Vorbis, Opus or AAC file',
    })
    .positional('more', {
      type: 'string',
      array: true,
      describe: 'Nothing: of several files, call the command for each',
    })
    .option('kind', textOption('Kind of feature (see below)'))
    .option(
      'out',
      textOption('Write the values to this file: .npy, an array of float32, or .csv, a row per frame'),
    )
    .option(
      'plot',
      textOption(
        'Write a page with sound and plots to this .html file; with --kind: a picture of it (.png, .svg, .html)',
      ),
    )
    .option(
      'model',
      textOption("With --plot: add the tags of this model to the page (a name, or a run's folder)"),
    )
    .option('json', switchOption('Print the results as JSON'))
    .option('duration', numberText('Seconds from the beginning (default: all)'))
    .option('damaged', {
      choices: DAMAGE_POLICIES,
      default: 'keep-good-part' as DamagePolicy,
      describe: 'Treatment of a file that cannot be decoded completely',
    })
    .options(options)
    .example('$0 features song.mp3 --plot song.html', 'A page with sound, spectrogram, pitch and segments')
    .example('$0 features song.mp3 --kind mel --log db --out mel.npy', 'An array for NumPy')
    .example('$0 features song.mp3 --kind rms --out loudness.csv', 'A table for a spreadsheet')
    .example('$0 features song.mp3 --kind beats --json', 'Times in seconds')
    .epilogue(kindsHelp()) as unknown as Argv<FeaturesArguments>;
}

/** What was given for an option, as text. */
const given = (value: unknown): string | undefined => (value === undefined ? undefined : String(value));

function kindNamed(name: string): FeatureKindName {
  const known = FEATURE_KINDS.find((kind) => kind === name);
  if (known) return known;
  throw new UsageError(
    `There is no kind "${name}"; the nearest is "${nearestName(name, FEATURE_KINDS)}" ("polytag features --help" lists all).`,
  );
}

/** The options that were typed, for a kind that has them. */
function chosenOptions(args: object, kind: FeatureKindName): Partial<FeatureSettings> {
  const has = (name: OptionName): boolean =>
    name === 'sampleRate' || name === 'hopLength' || name in featureKinds[kind].defaults;
  return Object.fromEntries(
    OPTION_NAMES.flatMap((name) => {
      const { flag } = optionSpecs[name];
      const text = given((args as Record<string, unknown>)[flag]);
      if (text === undefined) return [];
      if (!has(name)) {
        const own = OPTION_NAMES.filter(has).map((other) => `--${optionSpecs[other].flag}`);
        throw new UsageError(`The kind ${kind} has no --${flag}; it has ${own.join(', ')}.`);
      }
      return [[name, parseOption(name, text)]];
    }),
  );
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0.001 && Number.isFinite(seconds)))
    throw new UsageError(`--duration must be a number of seconds above 0, not "${text}".`);
  return seconds;
}

async function requireAudio(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw explainReadError(path, error) ?? error;
  });
  if (found.isDirectory())
    throw new UsageError(
      `${path} is a folder, and features takes one file; call it for each of its files (for f in ${path}/*.mp3; do npx polytag features "$f" --plot "$f.html"; done).`,
    );
}

/** Reports the progress of a long recording on standard error. */
function secondsProgress(label: string): {
  onSeconds(decodedSeconds: number, total: number | null): void;
  stop(): void;
} {
  let progress: ReturnType<typeof startProgress> | null = null;
  return {
    onSeconds(decodedSeconds, total) {
      if (total === null || total < SLOW) return;
      progress ??= startProgress(label, Math.round(total), 's');
      progress.update(Math.min(Math.round(decodedSeconds), Math.round(total)));
    },
    stop: () => progress?.stop(),
  };
}

function noteLoss(audio: string, { lost }: { lost: number }): void {
  if (lost > 0)
    printNote(
      `Warning: ${lost === 1 ? 'a part' : `${lost} parts`} of ${audio} could not be decoded and ${lost === 1 ? 'is' : 'are'} left out.`,
    );
}

const isCsv = (out: string): boolean => out.toLowerCase().endsWith('.csv');

/** Calls `work` with the path of an array: --out where it is one, else one in a folder that is removed afterwards. */
async function withArray<T>(
  out: string | null,
  plot: string | undefined,
  work: (array: string | null) => Promise<T>,
): Promise<T> {
  if (out === null ? plot === undefined : !isCsv(out)) return work(out);
  const folder = await mkdtemp(join(tmpdir(), 'polytag-'));
  try {
    return await work(join(folder, 'array.npy'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runKind(
  args: FeaturesArguments,
  name: FeatureKindName,
  plot: string | undefined,
  duration?: number,
): Promise<void> {
  const { audio, json, damaged: damage } = args;
  if (given(args.model) !== undefined)
    throw new UsageError('--model adds tags to the page of a whole song; remove it, or remove --kind.');
  const out = given(args.out) ?? null;
  const settings = settingsFor(featureKinds[name], chosenOptions(args, name));
  await requireAudio(audio);
  if (out !== null) await requirePlace('out', out, '.npy', '.csv');
  if (plot !== undefined) {
    requirePictureEnding(plot);
    await requirePlace('plot', plot, extname(plot).toLowerCase());
    if (name === 'tempo')
      throw new UsageError('--plot: tempo is a single number, of which there is no picture; remove --plot.');
  }
  const progress = secondsProgress(name);
  const { onSeconds } = progress;
  await withArray(out, plot, async (array) => {
    const request = { audio, kind: name, settings, duration, damage, out: array, onSeconds, log: printNote };
    const extraction = await interruptible((signal) => extractInThread({ ...request, signal }), {
      note: 'Stopping.',
    }).finally(() => progress.stop());
    noteLoss(audio, extraction);
    const about = { audio, kind: name, settings, out, ...extraction };
    const lines = describeExtraction(about);
    for (const line of json ? [JSON.stringify(jsonOfExtraction(about), null, 2)] : lines) printResult(line);
    const { shape, found, seconds } = extraction;
    if (out !== null && isCsv(out)) {
      await writeFeatureCsv({ kind: name, settings, array: array!, shape, out });
      printNote(`Table: ${out}`);
    } else if (out !== null) printNote(`Array: ${out}`);
    if (plot === undefined) return;
    const picture = { audio, name, settings, shape, found, seconds, array: array!, out: plot, lines };
    await writePicture({ ...picture, command: typedCommand() });
    printNote(`Picture: ${plot}`);
  });
}

async function runPlot(args: FeaturesArguments, out: string, duration?: number): Promise<void> {
  const { audio, json, damaged: damage } = args;
  for (const flag of ['out', ...OPTION_NAMES.map((name) => optionSpecs[name].flag)])
    if ((args as unknown as Record<string, unknown>)[flag] !== undefined)
      throw new UsageError(
        `--plot without --kind draws the whole song and takes no --${flag}; remove it, or add --kind.`,
      );
  await requireAudio(audio);
  await requirePlace('plot', out, '.html');
  const model = given(args.model);
  // Loaded when wanted: models take as long to load as everything else here.
  const tags = model === undefined ? null : await (await import('../song-tags.js')).tagsOfSong(audio, model);
  const steps = process.stderr.isTTY ? startProgress('Analysing', PAGE_STEPS, 'steps') : silentProgress;
  let done = 0;
  const onStep = (label: string): void => steps.update(done++, label);
  const request = { audio, out, duration, damage, onStep, tags, command: typedCommand() };
  const page = await interruptible((signal) => writeRecordingPageInThread(request, signal), {
    note: 'Stopping.',
  }).finally(() => steps.stop());
  noteLoss(audio, page);
  for (const line of json ? [JSON.stringify(page.facts, null, 2)] : page.lines) printResult(line);
  printNote(`Page: ${out}`);
}

export const features: CommandModule<object, FeaturesArguments> = {
  command: 'features <audio> [more..]',
  describe: 'Compute features of a recording: an array, times, or a page with sound',
  builder,
  handler: async (args) => {
    if (args.more && args.more.length > 0)
      throw new UsageError(
        `features takes one file, and ${args.more.length + 1} were given; call it for each (for f in *.mp3; do npx polytag features "$f" ${args.kind === undefined ? '--plot "$f.html"' : `--kind ${args.kind} --out "$f.csv"`}; done).`,
      );
    const duration = secondsOf(given(args.duration));
    const plot = given(args.plot);
    const kind = given(args.kind);
    if (plot === undefined && kind === undefined)
      throw new UsageError(
        'Give --kind and one of its names ("polytag features --help" lists them), or --plot FILE.html.',
      );
    try {
      if (kind !== undefined) await runKind(args, kindNamed(kind), plot, duration);
      else await runPlot(args, plot!, duration);
    } catch (error) {
      if (!(error instanceof DamagedAudio) || args.damaged !== 'skip') throw error;
      printNote(`Skipped: ${error.message}`);
    }
  },
};
