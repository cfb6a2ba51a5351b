/** polytag data: bringing data sets in, and making a synthetic one. */
import type { CommandModule } from 'yargs';
import { startProgress } from '../../base/progress.js';
import { readSynonyms } from '../../data/sets/mtat/dataset.js';
import { downloadMtat, MTAT_BASE_URL } from '../../data/sets/mtat/download.js';
import { type ImportReport, inspectMtat } from '../../data/sets/mtat/import-report.js';
import { generateCorpus } from '../../data/synth/corpus.js';
import { corpusOptions } from '../corpus-options.js';
import { interruptible } from '../interrupt.js';
import { alignColumns, printNote, printResult } from '../print.js';
import { prepare } from './prepare.js';

function describeImport(report: ImportReport): string[] {
  const counts = ({
    train,
    validation,
    test,
  }: {
    train: number;
    validation: number;
    test: number;
  }): string[] => [train, validation, test].map((n) => n.toLocaleString('en'));
  const { protocols, artist_disjoint: disjoint } = report;
  return [
    `${report.clips.toLocaleString('en')} clips of ${report.artists} artists, ${report.songs.toLocaleString('en')} songs, ${report.lyrics.toLocaleString('en')} with lyrics`,
    `folders  ${Object.entries(report.folders)
      .map(([folder, n]) => `${folder} ${n}`)
      .join(', ')}`,
    alignColumns([
      ['split', 'protocol', 'train', 'validation', 'test'],
      ['official', 'all', ...counts(protocols.all)],
      ['official', 'labelled', ...counts(protocols.labelled)],
      ['artist-disjoint', 'all', ...counts(disjoint.all)],
      ['artist-disjoint', 'labelled', ...counts(disjoint.labelled)],
    ]),
    `artist-disjoint split: ${disjoint.hash}`,
    `top tags  ${report.top_tags.map(({ tag, count }) => `${tag} ${count}`).join(', ')}`,
  ];
}

const importCommand: CommandModule<object, { dir: string; json: boolean; tags: number; synonyms?: string }> =
  {
    command: 'import <dir>',
    describe: 'Read MagnaTagATune as it lies on disk and say what was found',
    builder: (yargs) =>
      yargs
        .positional('dir', {
          type: 'string',
          demandOption: true,
          describe: 'Folder with annotations_final.csv',
        })
        .option('tags', {
          type: 'number',
          requiresArg: true,
          default: 50,
          describe: 'How many of the most frequent tags',
        })
        .option('synonyms', {
          type: 'string',
          requiresArg: true,
          describe: 'YAML map of tags to merge, such as configs/mtat-synonyms.yaml',
        })
        .option('json', { type: 'boolean', default: false, describe: 'Print the report as JSON' }),
    handler: async ({ dir, json, tags, synonyms }) => {
      const report = await inspectMtat(dir, tags, synonyms ? await readSynonyms(synonyms) : {});
      for (const line of json ? [JSON.stringify(report, null, 2)] : describeImport(report)) printResult(line);
      for (const { row, reason } of report.skipped.slice(0, 10))
        printNote(`Warning: row ${row} is left out: ${reason}.`);
      if (report.missing_audio > 0) {
        printNote(
          `Warning: ${report.missing_audio} of ${report.clips} audio files are missing, the first is ${report.missing_examples[0]}; training will need them ("polytag data mtat download ${dir}").`,
        );
      }
    },
  };

const download: CommandModule<object, { dir: string; url: string }> = {
  command: 'download <dir>',
  describe: 'Download and unpack the official files (3 GB), going on where an earlier call stopped',
  builder: (yargs) =>
    yargs
      .positional('dir', {
        type: 'string',
        demandOption: true,
        describe: 'Folder for the data set, such as data/mtat',
      })
      .option('url', {
        type: 'string',
        requiresArg: true,
        default: MTAT_BASE_URL,
        describe: 'Where the files are',
      }),
  handler: async ({ dir, url }) => {
    const { archive } = await interruptible((signal) =>
      downloadMtat({ out: dir, baseUrl: url, progress: startProgress, signal }),
    );
    printResult(JSON.stringify(archive));
    printNote(`MagnaTagATune is in ${dir}; "polytag data mtat import ${dir}" says what was found.`);
  },
};

const mtat: CommandModule = {
  command: 'mtat',
  describe: 'MagnaTagATune',
  builder: (yargs) =>
    yargs.command(importCommand).command(download).demandCommand(1, 'Say what to do: import or download.'),
  handler: () => {},
};

const synth: CommandModule<object, { out: string; clips: number; seconds: number; seed: number }> = {
  command: 'synth <out>',
  describe: 'Make a synthetic corpus in the layout of MagnaTagATune',
  builder: (yargs) =>
    yargs
      .positional('out', { type: 'string', demandOption: true, describe: 'Folder for the corpus' })
      .options(corpusOptions),
  handler: async ({ out, clips, seconds, seed }) => {
    const progress = startProgress('Synthesising', clips, 'clips');
    const summary = await generateCorpus({ out, clips, seconds, seed, progress }).finally(() =>
      progress.stop(),
    );
    printResult(JSON.stringify(summary, null, 2));
  },
};

export const data: CommandModule = {
  command: 'data',
  describe: 'Data sets: import, download, synthesise, prepare',
  builder: (yargs) =>
    yargs
      .command(mtat)
      .command(synth)
      .command(prepare)
      .demandCommand(1, 'Say what to do: mtat, synth or prepare.'),
  handler: () => {},
};
