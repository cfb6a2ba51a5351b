/** polytag data: bringing data sets in, looking at them, and making a synthetic one. */
import { basename, extname } from 'node:path';
import type { CommandModule } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { startProgress } from '../../base/progress.js';
import type { DataSet, Download, Importer } from '../../data/data-set.js';
import { downloadPublication } from '../../data/download/publication.js';
import { dataSets } from '../../data/sets/index.js';
import { generateCorpus } from '../../data/synth/corpus.js';
import { generateHums, type HumCorpusOptions, type HumCorpusSummary } from '../../data/synth/hums/corpus.js';
import { generateInstruments } from '../../data/synth/instruments/corpus.js';
import { PIANOS, type PianoDefinition } from '../../data/synth/instruments/programs.js';
import { readScores } from '../../transcription/files/read-scores.js';
import { corpusOptions, switchOption } from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';
import { describeData } from './describe-data.js';
import { prepare } from './prepare.js';

type ImportArguments = { dir: string; json: boolean } & Record<string, unknown>;

const importCommand = (
  name: string,
  example: string,
  { describe, folder, options, run }: Importer,
): CommandModule<object, ImportArguments> => ({
  command: 'import <dir>',
  describe,
  builder: (yargs) => {
    for (const [name, option] of Object.entries(options))
      yargs.option(name, { ...option, requiresArg: true });
    return yargs
      .positional('dir', { type: 'string', demandOption: true, describe: folder })
      .option('json', switchOption('Print the report as JSON'))
      .example(`$0 data ${name} import ${example}`, 'What is there: tracks, splits, labels, missing files')
      .example(`$0 data ${name} import ${example} --json`, 'The same for a program');
  },
  handler: async (args) => {
    const given = Object.fromEntries(Object.keys(options).map((name) => [name, args[name]]));
    const { report, lines, warnings } = await run(args.dir, given);
    for (const line of args.json ? [JSON.stringify(report, null, 2)] : lines) printResult(line);
    for (const warning of warnings) printNote(`Warning: ${warning}.`);
  },
});

const downloadCommand = (
  name: string,
  title: string,
  { describe, folder, publication }: Download,
): CommandModule<object, { dir: string; url: string }> => ({
  command: 'download <dir>',
  describe,
  builder: (yargs) =>
    yargs
      .positional('dir', {
        type: 'string',
        demandOption: true,
        describe: `Folder for the data set, such as ${folder}`,
      })
      .option('url', {
        type: 'string',
        requiresArg: true,
        default: publication.baseUrl,
        describe: 'Address of the folder with the files',
      })
      .example(`$0 data ${name} download ${folder}`, 'Fetch and unpack; the same command resumes')
      .example(`$0 data ${name} import ${folder}`, 'Then: what was found'),
  handler: async ({ dir, url }) => {
    const { archive } = await interruptible((signal) =>
      downloadPublication(publication, { out: dir, baseUrl: url, progress: startProgress, signal }),
    );
    printResult(JSON.stringify(archive));
    printNote(`${title} is in ${dir}; "polytag data ${name} import ${dir}" reports what was found.`);
  },
});

/** `polytag data NAME`, where a data set can be imported or downloaded. */
function setCommand(name: string, { title, download, import: importer }: DataSet): CommandModule[] {
  const commands: [string, CommandModule][] = [];
  if (importer)
    commands.push([
      'import',
      importCommand(name, download?.folder ?? `data/${name}`, importer) as CommandModule,
    ]);
  if (download) commands.push(['download', downloadCommand(name, title, download) as CommandModule]);
  if (commands.length === 0) return [];
  const words = commands.map(([word]) => word).join(' or ');
  const folder = download?.folder ?? `data/${name}`;
  return [
    {
      command: name,
      describe: title,
      builder: (yargs) =>
        yargs
          .command(commands.map(([, command]) => command))
          .example(`$0 data ${name} ${commands[0][0]} ${folder}`, 'What is there')
          .example(
            `$0 data ${name} ${download ? 'download' : 'import'} ${folder}${download ? '' : ' --json'}`,
            download ? 'Fetch and unpack' : 'The same for a program',
          )
          .demandCommand(1, `Give a command: ${words}.`),
      handler: () => {},
    },
  ];
}

const setCommands = Object.entries(dataSets).flatMap(([name, set]) => setCommand(name, set));

/** The corpora that can be made, by `--kind`. */
const CORPORA = { songs: generateCorpus, piano: generateInstruments, hums: generateHumsOf } as const;

/** Hums of scores: a song is named by its title in a book of tunes, else by its file. */
async function generateHumsOf({
  scores,
  ...options
}: Omit<HumCorpusOptions, 'songs'> & { scores?: string }): Promise<HumCorpusSummary> {
  if (scores === undefined)
    throw new UsageError('--kind hums sings songs; give a file or folder of scores as --songs.');
  const { songs } = await readScores(scores, { signal: options.signal });
  const toSing = songs.map(({ id, title, melodies: [{ onsets, pitches, end }] }) => ({
    name: id.includes('#') && title !== null ? title : basename(id, extname(id)),
    notes: onsets.map((onset, i) => ({ onset, offset: onsets[i + 1] ?? end, pitch: pitches[i] })),
  }));
  return generateHums({ ...options, songs: toSing });
}

interface SynthArguments {
  out: string;
  kind: keyof typeof CORPORA;
  clips: number;
  seconds: number;
  seed: number;
  pianos: PianoDefinition | undefined;
  songs: string | undefined;
}

const synth: CommandModule<object, SynthArguments> = {
  command: 'synth <out>',
  describe:
    'Make a synthetic corpus: songs in the layout of MagnaTagATune, instruments in class folders, or hums by voice',
  builder: (yargs) =>
    yargs
      .positional('out', { type: 'string', demandOption: true, describe: 'Folder for the corpus' })
      .options(corpusOptions)
      .option('kind', {
        choices: Object.keys(CORPORA) as (keyof typeof CORPORA)[],
        requiresArg: true,
        default: 'songs' as const,
        describe:
          'songs with tags and lyrics; piano: General MIDI instruments, piano and other; hums: the songs of --songs by randomly drawn voices',
      })
      .option('pianos', {
        choices: Object.keys(PIANOS) as PianoDefinition[],
        requiresArg: true,
        describe:
          'With --kind piano, what the class is: acoustic (the default), or all, with electric grands and pianos and honky-tonk',
      })
      .option('songs', {
        type: 'string',
        requiresArg: true,
        describe:
          'With --kind hums, the songs: a file or folder of scores, as "polytag hum index" reads them',
      })
      .example('$0 data synth data/synth', '600 clips of 5 s with lyrics')
      .example('$0 data synth data/small --clips 64 --seconds 2 --seed 7', 'A small one')
      .example('$0 data synth data/piano --kind piano --clips 1600 --seconds 8', 'Piano or other')
      .example(
        '$0 data synth data/voices --kind hums --songs tunes.abc --clips 400 --seconds 8',
        'Ten tunes by 40 voices',
      ),
  handler: async ({ out, kind, clips, seconds, seed, pianos, songs }) => {
    if (songs !== undefined && kind !== 'hums')
      throw new UsageError('--songs is for hums; add --kind hums, or leave it out.');
    if (pianos !== undefined && kind !== 'piano')
      throw new UsageError('--pianos is for instruments; add --kind piano, or leave it out.');
    const progress = startProgress('Synthesising', clips, 'clips');
    const summary = await interruptible(
      (signal): Promise<object> =>
        CORPORA[kind]({ ...{ out, clips, seconds, seed, pianos }, scores: songs, progress, signal }),
    ).finally(() => progress.stop());
    printResult(JSON.stringify(summary, null, 2));
  },
};

export const data: CommandModule = {
  command: 'data',
  describe: 'Data sets: import, download, synthesise, describe, prepare',
  builder: (yargs) =>
    yargs
      .command(setCommands)
      .command(synth)
      .command(describeData)
      .command(prepare)
      .example('$0 data mtat download data/mtat', 'Fetch MagnaTagATune')
      .example('$0 data mtat import data/mtat', 'What was found')
      .example('$0 data synth data/synth', 'A synthetic corpus')
      .demandCommand(
        1,
        `Give a command: ${setCommands.map(({ command }) => command).join(', ')}, synth, describe or prepare.`,
      ),
  handler: () => {},
};
