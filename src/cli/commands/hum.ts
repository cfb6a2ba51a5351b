/** polytag hum: the song that somebody hums, among songs whose notes are known. */
import type { Argv, CommandModule, InferredOptionTypes, Options } from 'yargs';
import { UsageError } from '../../base/errors.js';
import { countText } from '../../base/format.js';
import { startProgress } from '../../base/progress.js';
import { alignColumns } from '../../base/text-tables.js';
import { writeVoicePageInThread } from '../../report/pages/voice/write.js';
import { openTracker } from '../../transcription/files/open-tracker.js';
import { readScores } from '../../transcription/files/read-scores.js';
import { readSongs, writeSongs } from '../../transcription/files/song-file.js';
import { transcribeFile } from '../../transcription/files/transcribe-file.js';
import { doubtsOf } from '../../transcription/input-quality.js';
import { SONG_ENDINGS } from '../../transcription/songs/readers/index.js';
import { LEAST_NOTES, melodyOf } from '../../transcription/songs/song.js';
import { type FoundSong, SongSearch } from '../../transcription/songs/song-search.js';
import { pitchTrackers, TRACKER_NAMES } from '../../transcription/trackers/index.js';
import type { Transcription } from '../../transcription/transcribe.js';
import {
  numberBetween,
  numberText,
  numberTextOr,
  requiredText,
  requireNew,
  requirePlace,
  switchOption,
  textOption,
  textOr,
  wholeOption,
  withOwnOptions,
} from '../arguments.js';
import { interruptible, onOneLine, printNote, printResult, typedCommand } from '../terminal.js';

const indexOptions = {
  out: requiredText('File of the songs'),
  overwrite: switchOption('Replace an existing file'),
  json: switchOption('Print the counts as JSON'),
} as const satisfies Record<string, Options>;

/** Files without a melody that are named on the terminal. */
const NAMED = 5;

const index: CommandModule<object, { folder: string } & InferredOptionTypes<typeof indexOptions>> = {
  command: 'index <folder>',
  describe: 'Make the file of songs that hums are looked up in, of a folder of scores',
  builder: (yargs) =>
    yargs
      .positional('folder', {
        type: 'string',
        demandOption: true,
        describe: `Folder, or one file: ${SONG_ENDINGS.join(', ')}`,
      })
      .options(indexOptions)
      .example('$0 hum index scores --out songs.gz', 'MIDI, MusicXML, ABC, and lists of notes')
      .example('$0 hum index tunes.abc --out songs.gz', 'A book of tunes'),
  handler: async ({ folder, out, overwrite, json }) => {
    await requirePlace('out', out);
    await requireNew(out, overwrite);
    let progress: ReturnType<typeof startProgress> | null = null;
    const { songs, without } = await interruptible((signal) =>
      readScores(folder, {
        signal,
        onFile: (done, files) => {
          progress ??= startProgress('Reading', files, 'files');
          progress.update(done);
        },
      }),
    ).finally(() => progress?.stop());
    for (const [id, reason] of without.slice(0, NAMED))
      printNote(`Left out: ${onOneLine(id)}: ${onOneLine(reason)}`);
    if (songs.length === 0)
      throw new UsageError(`${folder} holds no song that can be read; see what was left out.`);
    await writeSongs(out, songs);
    const counts = { out, songs: songs.length, left_out: without.length };
    const left = without.length === 0 ? '' : `, ${without.length} left out`;
    printResult(json ? JSON.stringify(counts, null, 2) : `${out}: ${countText(songs.length, 'song')}${left}`);
  },
};

const humOptions = {
  songs: { type: 'string', requiresArg: true, describe: 'File of songs that "polytag hum index" made' },
  top: numberTextOr(5, 'Most songs to show'),
  model: textOr(
    'pyin',
    `Pitch tracker: ${TRACKER_NAMES.map((name) => `${name}, ${pitchTrackers[name].describe}`).join('; ')}; or the folder of a run that finds pitch`,
  ),
  plot: textOption('Write a page with the hum, its notes and the songs, and a player, to this .html file'),
  'from-start': switchOption('Look at the beginnings of songs only'),
  duration: numberText('Seconds from the beginning (default: all)'),
  json: switchOption('Print the songs as JSON'),
} as const satisfies Record<string, Options>;

type HumArguments = { file?: string } & InferredOptionTypes<typeof humOptions>;

/** A hum with what makes it doubtful. */
interface Hummed {
  transcription: Transcription;
  doubts: string[];
  seconds: number | undefined;
}

async function transcribeHum(file: string, { model, duration }: HumArguments): Promise<Hummed> {
  const seconds = duration === undefined ? undefined : numberBetween('duration', duration, 0.001, 1e6);
  const tracker = await openTracker(model);
  try {
    const transcription = await interruptible(
      (signal) =>
        transcribeFile({
          ...{ audio: file, tracker, settings: {}, duration: seconds, damage: 'keep-good-part', signal },
        }),
      { note: 'Stopping.' },
    );
    const doubts = doubtsOf(transcription.quality, transcription.notes.length);
    for (const doubt of doubts) printNote(`Warning: ${doubt}`);
    return { transcription, doubts, seconds };
  } finally {
    tracker.dispose();
  }
}

const foundJson = ({ song: { id, title }, distance, start, transposition }: FoundSong) => ({
  song: id,
  title,
  distance: Number(distance.toFixed(4)),
  start,
  transposition: Number(transposition.toFixed(2)),
});

function foundText(found: readonly FoundSong[]): string {
  const lines = found.map(({ song: { id, title }, distance, start }) => [
    ...[
      distance.toFixed(3),
      onOneLine(title ?? id),
      onOneLine(id),
      start === 0 ? 'its beginning' : `note ${start + 1}`,
    ],
  ]);
  return alignColumns([['distance', 'song', 'file', 'from'], ...lines]);
}

export const hum: CommandModule<object, HumArguments> = {
  command: 'hum [file]',
  describe: 'Find the song that is hummed, among songs whose notes are known',
  builder: (yargs) => {
    yargs.command(index).positional('file', {
      type: 'string',
      describe: 'Recording of a voice that hums, sings or whistles a melody',
    });
    return withOwnOptions(yargs, humOptions)
      .example('$0 hum index scores --out songs.gz', 'First: the songs, from a folder of scores')
      .example('$0 hum me.wav --songs songs.gz', 'Then: which is it?')
      .example('$0 hum me.wav --songs songs.gz --plot me.html', 'See the song over the hum')
      .example('$0 hum me.wav --songs songs.gz --top 1 --json', 'For a program')
      .epilogue(
        'The hum may be at any pitch and tempo, and begin anywhere in the song. The distance is about semitones per note: below 0.3 is a good match.',
      ) as unknown as Argv<HumArguments>;
  },
  handler: async (args) => {
    const { file, songs, top, json, plot } = args;
    if (file === undefined || songs === undefined)
      throw new UsageError(
        'Give a recording and --songs, the file that "polytag hum index FOLDER --out SONGS" makes.',
      );
    const count = wholeOption('top', top, { least: 1 });
    if (plot !== undefined) await requirePlace('plot', plot, '.html');
    const search = new SongSearch(await readSongs(songs));
    const { transcription, doubts, seconds } = await transcribeHum(file, args);
    const { notes } = transcription;
    if (melodyOf(notes) === null)
      throw new UsageError(
        `${file}: A hum needs at least ${LEAST_NOTES} notes to be looked up, and ${countText(notes.length, 'note')} ${notes.length === 1 ? 'was' : 'were'} found; "polytag transcribe FILE --plot PAGE.html" shows them.`,
      );
    const found = search.find(notes, { count, fromStart: args['from-start'] });
    if (plot !== undefined) {
      const page = { audio: file, out: plot, duration: seconds, transcription, doubts, found };
      await interruptible(
        (signal) =>
          writeVoicePageInThread(
            { ...page, tracker: args.model, damage: 'keep-good-part', command: typedCommand() },
            signal,
          ),
        { note: 'Stopping.' },
      );
    }
    printResult(json ? JSON.stringify(found.map(foundJson), null, 2) : foundText(found));
    if (plot !== undefined) printNote(`Page: ${plot}`);
  },
};
