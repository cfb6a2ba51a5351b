/** polytag classify: the class of recordings by a vote of random snippets. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { Failure, Interrupted, UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { startProgress } from '../../base/progress.js';
import { alignColumns } from '../../base/text-tables.js';
import {
  type ClassifiedTrack,
  classifyTracks,
  requireClassifier,
} from '../../catalogue/classify/classify-tracks.js';
import {
  type Confusion,
  isConfusing,
  readConfusion,
  writeConfusion,
} from '../../catalogue/classify/confusion.js';
import { fitConfusion } from '../../catalogue/classify/fit-confusion.js';
import { verdictOf } from '../../catalogue/classify/verdict.js';
import { findTracks } from '../../catalogue/inputs/tracks.js';
import { PUBLIC_LINKS } from '../../catalogue/links/link-policy.js';
import { isLink, type NamedTrack, openLinks } from '../../catalogue/links/open-links.js';
import { findYtDlp } from '../../catalogue/links/yt-dlp.js';
import { loadDataset } from '../../data/sets/index.js';
import { loadEngine } from '../../engine/engine.js';
import { openPredictor } from '../../hub/model-folder.js';
import { findModel } from '../../hub/store.js';
import { runPath } from '../../runs/layout.js';
import { readConfig } from '../../runs/read.js';
import { numberTextOr, requiredText, switchOption, wholeOption, withOwnOptions } from '../arguments.js';
import { interruptible, onOneLine, printNote, printResult } from '../terminal.js';

const sampleOptions = {
  snippets: numberTextOr(20, 'Random snippets of each recording, each as long as the model takes at once'),
  seed: numberTextOr(1, 'Which snippets: the same seed gives the same ones'),
} as const;

interface SampleArguments {
  snippets: string;
  seed: string;
}

const samplingOf = ({ snippets, seed }: SampleArguments): { snippets: number; seed: number } => ({
  snippets: wholeOption('snippets', snippets, { least: 1 }),
  seed: wholeOption('seed', seed, { least: 0 }),
});

const percent = (part: number | null): string =>
  part === null ? 'undefined' : `${(100 * part).toFixed(1)} %`;

const sentenceOf = ({ margin, precision, recall, mixes, recordings }: Confusion): string =>
  `A vote with a margin below ${margin.toFixed(3)} is confusing: precision ${percent(precision)}, recall ${percent(recall)} on ${countText(mixes, 'mix', 'mixes')} and ${countText(recordings, 'recording')} of the validation split, each half by the threshold of the other.`;

const fit: CommandModule<object, SampleArguments & { run: string; mixes: string; json: boolean }> = {
  command: 'fit <run>',
  describe: 'Fit when a vote is confusing, on mixes of the validation recordings of a run',
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: 'Folder of a finished run' })
      .options(sampleOptions)
      .option('mixes', numberTextOr(100, 'Mixes of two recordings, and recordings alone'))
      .option('json', switchOption('Print as JSON'))
      .example('$0 classify fit reports/piano', 'Then "polytag classify" says what is confusing')
      .example('$0 classify fit reports/piano --mixes 300 --json', 'With more mixes, for a program'),
  handler: async ({ run, mixes: given, json, ...sampling }) => {
    const options = { ...samplingOf(sampling), mixes: wholeOption('mixes', given, { least: 2 }) };
    const config = await readConfig(run);
    const folder = runPath(run, 'model');
    await loadEngine();
    const predictor = await openPredictor(folder);
    try {
      requireClassifier(predictor);
      const dataset = await loadDataset(config.data);
      const confusion = await interruptible((signal) =>
        fitConfusion(predictor, dataset, {
          ...{ ...options, signal, log: printNote },
          progress: (items) => startProgress('Mixing', items, 'recordings'),
        }),
      );
      await writeConfusion(folder, confusion);
      printResult(json ? JSON.stringify(confusion, null, 2) : sentenceOf(confusion));
    } finally {
      predictor.dispose();
    }
  },
};

const classifyOptions = {
  ...sampleOptions,
  model: requiredText('Folder of a run of classes, or the name of a model'),
  with: {
    choices: ['yt-dlp'] as const,
    requiresArg: true,
    describe: 'Fetch pages of YouTube and the like by your own yt-dlp; mind their terms and the rights',
  },
  outside: switchOption('Allow playlists to name tracks outside their folders'),
  strict: switchOption('Exit with 1 when a recording could not be classified'),
  json: switchOption('Print as JSON'),
} as const;

interface ClassifyArguments extends SampleArguments {
  paths?: string[];
  model: string;
  with?: 'yt-dlp';
  outside: boolean;
  strict: boolean;
  json: boolean;
}

function rowOf({ name, vote, error, warning }: ClassifiedTrack, confusion: Confusion | null): string[] {
  if (vote === null) return [onOneLine(name), '', '', '', '', onOneLine(error!)];
  const { votes, snippets, probability, margin } = vote;
  const notes = [
    ...(isConfusing(vote, confusion) ? ['confusing'] : []),
    ...(warning === null ? [] : [warning]),
  ];
  return [
    ...[onOneLine(name), onOneLine(vote.class), `${votes} of ${snippets}`],
    ...[probability.toFixed(3), margin.toFixed(3), onOneLine(notes.join('; '))],
  ];
}

export const classify: CommandModule<object, ClassifyArguments> = {
  command: 'classify [paths..]',
  describe: 'Classify recordings, or links to them, by a vote of random snippets',
  builder: (yargs) => {
    yargs.command(fit).positional('paths', {
      type: 'string',
      array: true,
      describe: 'Files, folders, M3U playlists, links of http or https, or - for a list on standard input',
    });
    return withOwnOptions(yargs, classifyOptions)
      .example('$0 classify song.mp3 --model reports/piano', 'Piano or other?')
      .example('$0 classify https://example.org/a.mp3 --model reports/piano --json', 'A link, for a program')
      .example(
        '$0 classify fit reports/piano',
        'First: when is a vote confusing?',
      ) as unknown as Argv<ClassifyArguments>;
  },
  handler: async ({ paths = [], model, json, strict, outside, with: program, ...sampling }) => {
    const options = samplingOf(sampling);
    if (paths.length === 0)
      throw new UsageError(
        'Give files, folders, playlists or links to classify, or - for a list on standard input.',
      );
    const links = paths.filter(isLink);
    const others = paths.filter((word) => !isLink(word));
    if (program !== undefined && links.length === 0)
      throw new UsageError('--with yt-dlp is for links, and none is given; remove it.');
    const ytDlp = program === undefined ? null : await findYtDlp(program);
    const files =
      others.length === 0 ? [] : await findTracks(others, { allowOutside: outside, onNote: printNote });
    const folder = await findModel(model);
    const confusion = await readConfusion(folder);
    await loadEngine();
    const predictor = await openPredictor(folder);
    const temporary = await mkdtemp(join(tmpdir(), 'polytag-links-'));
    const done: ClassifiedTrack[] = [];
    try {
      requireClassifier(predictor);
      if (predictor.inputs.list.some(({ source }) => source === 'text'))
        printNote(
          `The model ${predictor.description.name} takes lyrics too; it classifies by the sound alone.`,
        );
      await interruptible(async (signal) => {
        const named = async function* (): AsyncGenerator<NamedTrack, void> {
          for (const path of files) yield { name: path, path };
          yield* openLinks(links, { folder: temporary, policy: PUBLIC_LINKS, ytDlp, signal });
        };
        for await (const track of classifyTracks(predictor, named(), { ...options, signal })) {
          done.push(track);
          if (track.path?.startsWith(temporary)) await rm(track.path, { force: true });
        }
        if (signal.aborted) throw new Interrupted(`Stopped after ${countText(done.length, 'recording')}.`);
      });
      if (json)
        printResult(
          JSON.stringify(
            done.map((one) => verdictOf(one, predictor.labels, confusion)),
            null,
            2,
          ),
        );
      else {
        const head = ['recording', 'class', 'votes', 'probability', 'margin', ''];
        printResult(alignColumns([head, ...done.map((one) => rowOf(one, confusion))]).trimEnd());
        printNote(
          confusion
            ? sentenceOf(confusion)
            : `The model does not know when a vote is confusing; "polytag classify fit RUN" fits that on its run.`,
        );
      }
    } finally {
      predictor.dispose();
      await rm(temporary, { recursive: true, force: true });
    }
    const failed = done.filter(({ error }) => error !== null).length;
    if (strict && failed > 0)
      throw new Failure(
        `${countText(failed, 'recording')} of ${done.length} could not be classified; the lines above give the reasons.`,
      );
  },
};
