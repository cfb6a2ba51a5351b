/** polytag studio: the server of the studio. */
import type { CommandModule, InferredOptionTypes, Options } from 'yargs';
import { Interrupted } from '../../base/errors.js';
import { serveStudio } from '../../studio/server/serve.js';
import { numberTextOr, textOption, textOr, wholeOption } from '../arguments.js';
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

export const studio: CommandModule<object, InferredOptionTypes<typeof studioOptions>> = {
  command: 'studio',
  describe: 'Open the studio in a browser: hum, edit, score, MP3',
  builder: (yargs) =>
    yargs
      .options(studioOptions)
      .example('$0 studio', `Then open http://127.0.0.1:${PORT}/`)
      .example('$0 studio --project tunes --songs songs.gz', 'With a folder of projects, and songs to find')
      .example('$0 studio --piano reports/piano --index catalogue', 'With models and a catalogue of yours')
      .example('$0 studio --host 0.0.0.0', 'For other machines too, by the token in the link'),
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
