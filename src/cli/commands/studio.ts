/** polytag studio: the server of the studio. */
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { Interrupted } from '../../base/errors.js';
import { startProgress } from '../../base/progress.js';
import { STUDIO_BANK_NAMES, type StudioBankName } from '../../studio/files/banks.js';
import { EXPORT_FORMS, exportProject, formOf, readProjectFile } from '../../studio/files/export-project.js';
import { serveStudio } from '../../studio/server/serve.js';
import {
  numberTextOr,
  requiredText,
  requirePlace,
  textOption,
  textOr,
  wholeOption,
  withOwnOptions,
} from '../arguments.js';
import { interruptible, printNote, printResult } from '../terminal.js';

const PORT = 8765;

const studioOptions = {
  project: textOr('studio', 'Folder of the projects; it is made where it is missing'),
  port: numberTextOr(PORT, 'Port; 0 for any that is free'),
  host: textOr(
    '127.0.0.1',
    'Address to listen at; for others than this machine a token in the link is asked for',
  ),
  tagger: textOr('musicnn-mtt', 'Model of tags: its name, or the folder of a run'),
  piano: textOption('Folder of a run of classes, for "piano or other"'),
  timbre: textOption('Folder of a run of instruments, which names the timbre of a hum'),
  songs: textOption('File of songs that "polytag hum index" made, in which hums are looked up'),
  index: textOption('Index, or table with embeddings, of similar tracks'),
} as const satisfies Record<string, Options>;

const exportOptions = {
  out: requiredText(`File to write: ${EXPORT_FORMS.map((form) => `.${form}`).join(', ')}`),
  bank: {
    choices: STUDIO_BANK_NAMES,
    default: 'sonivox' as StudioBankName,
    describe: 'Instruments of what is rendered; the first is built in',
  },
} as const satisfies Record<string, Options>;

const exporting: CommandModule<object, { file: string } & InferredOptionTypes<typeof exportOptions>> = {
  command: 'export <file>',
  describe: 'Write a project as sound, MIDI or a score, without a server',
  builder: (yargs) =>
    yargs
      .positional('file', {
        type: 'string',
        demandOption: true,
        describe: 'Project file, or folder of a project',
      })
      .options(exportOptions)
      .example('$0 studio export piece.json --out piece.mp3', 'As the page does')
      .example('$0 studio export studio/0123456789abcdef --out piece.musicxml', 'A project of the server'),
  handler: async ({ file, out, bank }) => {
    const form = formOf(out);
    await requirePlace('out', out);
    const project = await readProjectFile(file);
    const progress = startProgress('Writing', 100, '%');
    const onStep = (step: string, done: number): void => progress.update(Math.round(100 * done), step);
    await interruptible(
      async (signal) => {
        const writing = exportProject(project, out, form, { bank, signal, onStep });
        await writing.catch((error: unknown) => {
          throw signal.aborted ? new Interrupted('Stopped; nothing was written.') : error;
        });
      },
      { note: 'Stopping.' },
    ).finally(() => progress.stop());
    printNote(`Written: ${out}`);
  },
};

export const studio: CommandModule<object, InferredOptionTypes<typeof studioOptions>> = {
  command: 'studio',
  describe: 'Open the studio in a browser: hum, edit, score, MP3',
  builder: (yargs) => {
    yargs.command(exporting);
    return withOwnOptions(yargs, studioOptions)
      .example('$0 studio', `Then open http://127.0.0.1:${PORT}/`)
      .example('$0 studio --project tunes --songs songs.gz', 'With a folder of projects, and songs to find')
      .example('$0 studio --piano reports/piano --index catalogue', 'With models and a catalogue of yours')
      .example('$0 studio --host 0.0.0.0', 'For other machines too, by the token in the link')
      .example(
        '$0 studio export piece.json --out piece.mp3',
        'A project to a file, without a server',
      ) as never;
  },
  handler: async ({ project, port: text, host, tagger, piano, timbre, songs, index }) => {
    const port = wholeOption('port', text, { least: 0, most: 65_535 });
    const models = {
      ...{ tagger, piano: piano ?? null, timbre: timbre ?? null },
      ...{ songs: songs ?? null, index: index ?? null },
    };
    await interruptible(
      async (signal) => {
        await serveStudio({ folder: project, port, host, models, log: printNote }, signal, (link) => {
          printResult(link);
          printNote('Press Ctrl-C to stop.');
        });
        throw new Interrupted('Stopped; every project is saved.');
      },
      { note: 'Stopping.' },
    );
  },
};
