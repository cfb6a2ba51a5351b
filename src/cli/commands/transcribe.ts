/** polytag transcribe: a recording of a voice to notes. */
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { CommandModule } from 'yargs';
import { DAMAGE_POLICIES, DamagedAudio, type DamagePolicy } from '../../audio/audio.js';
import { messageOf, UsageError } from '../../base/errors.js';
import { writeWhole } from '../../base/files.js';
import { startProgress } from '../../base/progress.js';
import { explainReadError } from '../../base/read-errors.js';
import { alignColumns } from '../../base/text-tables.js';
import { writeVoicePageInThread } from '../../report/pages/voice/write.js';
import { transcriptionFacts } from '../../transcription/facts.js';
import { isTracker, openTracker } from '../../transcription/files/open-tracker.js';
import {
  type FileTranscription,
  type PolyphonicFileTranscription,
  type RecordingRequest,
  transcribeFile,
} from '../../transcription/files/transcribe-file.js';
import { NOTE_VALUES, type NoteValue } from '../../transcription/grid-notes.js';
import { doubtsOf } from '../../transcription/input-quality.js';
import {
  OUTPUT_ENDINGS,
  type OutputEnding,
  type POLYPHONIC_ENDINGS,
  polyphonicOutputs,
  transcriptionOutputs,
} from '../../transcription/outputs/index.js';
import { toJson } from '../../transcription/outputs/json.js';
import { pitchTrackers, TRACKER_NAMES } from '../../transcription/trackers/index.js';
import { VOICE_RANGE } from '../../transcription/trackers/pyin.js';
import type { TranscribeSettings } from '../../transcription/transcribe.js';
import {
  numberBetween,
  numberText,
  numberTextOr,
  requirePlace,
  switchOption,
  textOption,
} from '../arguments.js';
import { AUTO, type MeterArguments, meterOf, meterOptions } from '../meter-options.js';
import { interruptible, printNote, printResult, typedCommand } from '../terminal.js';
import {
  openPolyphonic,
  POLYPHONIC,
  type PolyphonicArguments,
  polyphonicOptions,
  refuseOptions,
  refusePolyphonicOptions,
  refuseScore,
} from '../transcribe-polyphonic.js';

interface TranscribeArguments extends PolyphonicArguments, MeterArguments {
  audio: string;
  out?: string[];
  plot?: string;
  /** A tracker, the model of chords, or the folder of a run. */
  model: string;
  grid: string;
  strength: string;
  tempo?: string;
  hold: string;
  fMin?: string;
  fMax?: string;
  duration?: string;
  damaged: DamagePolicy;
  json: boolean;
}

/** Recordings from this length on, in seconds, show progress. */
const SLOW = 60;

/** The shortest note of a score when no grid is given. */
const SCORE_GRID: NoteValue = 16;

/** Milliseconds that a new pitch must last. */
const HOLD = 90;

const GRIDS = ['off', ...NOTE_VALUES.map(String)];

const endingOf = (path: string): OutputEnding => extname(path).toLowerCase() as OutputEnding;

function settingsOf(args: TranscribeArguments): TranscribeSettings {
  const strength = numberBetween('strength', args.strength, 0, 1);
  return {
    hold: numberBetween('hold', args.hold, 0, 2000) / 1000,
    tempo: args.tempo === undefined ? undefined : numberBetween('tempo', args.tempo, 20, 400),
    grid:
      args.grid === 'off'
        ? undefined
        : { shortest: Number(args.grid) as NoteValue, strength, tuplets: args.tuplets },
  };
}

async function requireRecording(path: string): Promise<void> {
  const found = await stat(path).catch((error: unknown) => {
    throw explainReadError(path, error) ?? error;
  });
  if (found.isDirectory())
    throw new UsageError(
      `${path} is a folder, and transcribe takes one file; call it for each of its files.`,
    );
}

/** Transcribes files by one model, until it is disposed of. */
interface Transcriber {
  transcribe(request: RecordingRequest): Promise<FileTranscription | PolyphonicFileTranscription>;
  dispose(): void;
}

/** Range in Hz as it was given, in part or not at all. */
function rangeOf({ model, fMin, fMax }: TranscribeArguments): { fMin?: number; fMax?: number } {
  const [least, most] = model === POLYPHONIC ? [20, 5000] : [30, 4000];
  const hz = (flag: string, text?: string): number | undefined =>
    text === undefined ? undefined : numberBetween(flag, text, least, most);
  return { fMin: hz('f-min', fMin), fMax: hz('f-max', fMax) };
}

/** Checks the options of the model that was chosen, and opens it. */
async function open(args: TranscribeArguments, settings: TranscribeSettings): Promise<Transcriber> {
  const { model, out = [] } = args;
  const given = rangeOf(args);
  if (model === POLYPHONIC) {
    refuseOptions(model, {
      ...{ grid: args.grid !== 'off', strength: args.strength !== '1' },
      ...{ hold: args.hold !== String(HOLD), beats: args.beats !== AUTO },
      ...{ pickup: args.pickup !== AUTO, tuplets: args.tuplets },
      plot: args.plot !== undefined,
    });
    for (const path of out) refuseScore(path);
    return openPolyphonic(args, { ...given, tempo: settings.tempo });
  }
  refusePolyphonicOptions(model, args);
  const usual = isTracker(model) ? VOICE_RANGE : { fMin: 0, fMax: Number.POSITIVE_INFINITY };
  const range = { fMin: given.fMin ?? usual.fMin, fMax: given.fMax ?? usual.fMax };
  if (!(range.fMin < range.fMax))
    throw new UsageError(`--f-min (${range.fMin} Hz) must be below --f-max (${range.fMax} Hz).`);
  const tracker = await openTracker(model, range);
  return {
    transcribe: (request) => transcribeFile({ ...request, tracker, settings }),
    dispose: () => tracker.dispose(),
  };
}

async function run(args: TranscribeArguments): Promise<void> {
  const { audio, out = [], plot, model, json, damaged: damage } = args;
  const settings = settingsOf(args);
  const meter = meterOf(args);
  const duration =
    args.duration === undefined ? undefined : numberBetween('duration', args.duration, 0.001, 1e6);
  await requireRecording(audio);
  for (const path of out) await requirePlace('out', path, ...OUTPUT_ENDINGS);
  if (plot !== undefined) await requirePlace('plot', plot, '.html');
  const transcriber = await open(args, settings);
  let progress: ReturnType<typeof startProgress> | null = null;
  const onSeconds = (done: number, total: number | null): void => {
    if (total === null || total < SLOW) return;
    progress ??= startProgress('Transcribing', Math.round(total), 's');
    progress.update(Math.min(Math.round(done), Math.round(total)));
  };
  try {
    const result = await interruptible(
      (signal) => transcriber.transcribe({ audio, duration, damage, signal, onSeconds }),
      { note: 'Stopping.' },
    ).finally(() => progress?.stop());
    if (result.lost > 0)
      printNote(`Warning: a part of ${audio} could not be decoded and is left out (${result.lost} places).`);
    const doubts = doubtsOf(result.quality, result.notes.length);
    for (const doubt of doubts) printNote(`Warning: ${doubt}`);
    // The page takes longest: who stops it wants no other file either.
    if (plot !== undefined && model !== POLYPHONIC && result.f0 !== null) {
      const page = { audio, out: plot, transcription: result, tracker: model, doubts, duration, damage };
      await interruptible((signal) => writeVoicePageInThread({ ...page, command: typedCommand() }, signal), {
        note: 'Stopping.',
      });
    }
    const score = { shortest: settings.grid?.shortest ?? SCORE_GRID, ...meter, tuplets: args.tuplets };
    for (const path of out)
      await writeWhole(
        path,
        result.f0 === null
          ? polyphonicOutputs[endingOf(path) as (typeof POLYPHONIC_ENDINGS)[number]](result)
          : transcriptionOutputs[endingOf(path)](result, score),
      );
    if (json) printResult(toJson(result).trimEnd());
    else printResult(alignColumns(transcriptionFacts(result)));
    for (const path of out) printNote(`Written: ${path}`);
    if (plot !== undefined) printNote(`Page: ${plot}`);
  } finally {
    transcriber.dispose();
  }
}

export const transcribe: CommandModule<object, TranscribeArguments> = {
  command: 'transcribe <audio>',
  describe: 'Transcribe a recording of a voice, or of several: notes, tuning, tempo, key and pitch curve',
  builder: (yargs) =>
    yargs
      .positional('audio', {
        type: 'string',
        demandOption: true,
        describe: 'Recording: MP3, WAV, FLAC, Ogg Vorbis, Opus or AAC',
      })
      .option('out', {
        type: 'string',
        array: true,
        requiresArg: true,
        describe: `Write the notes to this file; may be given several times: ${OUTPUT_ENDINGS.join(', ')}`,
      })
      .option(
        'plot',
        textOption('Write a page with the notes over the spectrogram, and a player, to this .html file'),
      )
      .option('model', {
        type: 'string',
        requiresArg: true,
        default: 'pyin',
        describe: `Of one voice: ${TRACKER_NAMES.map((name) => `${name}, ${pitchTrackers[name].describe}`).join('; ')}; the folder of a run that finds pitch; of chords and several voices: ${POLYPHONIC}, a network ("models pull ${POLYPHONIC}")`,
      })
      .option('grid', {
        type: 'string',
        choices: GRIDS,
        default: 'off',
        describe: `Move the notes to a grid of this shortest note, 16 for sixteenths (scores always have one, by default ${SCORE_GRID})`,
      })
      .option('strength', numberTextOr(1, 'With --grid: share of the way that notes are moved, 0 to 1'))
      .option('tempo', numberText('Quarters per minute (default: fitted to the notes)'))
      .options(meterOptions)
      .option(
        'hold',
        numberTextOr(HOLD, 'Milliseconds that a new pitch must last to be a note; more gives fewer notes'),
      )
      .options(polyphonicOptions)
      .option('f-min', numberText(`Lowest pitch in Hz (default: ${VOICE_RANGE.fMin}; ${POLYPHONIC}: all)`))
      .option('f-max', numberText(`Highest pitch in Hz (default: ${VOICE_RANGE.fMax}; ${POLYPHONIC}: all)`))
      .option('duration', numberText('Seconds from the beginning (default: all)'))
      .option('damaged', {
        choices: DAMAGE_POLICIES,
        default: 'keep-good-part' as DamagePolicy,
        describe: 'Treatment of a file that cannot be decoded completely',
      })
      .option('json', switchOption('Print the notes and the pitch curve as JSON'))
      .example('$0 transcribe hum.wav --out notes.json', 'Notes and the pitch curve')
      .example('$0 transcribe hum.wav --plot hum.html', 'See and play what was found')
      .example('$0 transcribe hum.wav --out hum.mid --out hum.musicxml', 'For a sequencer, and as a score')
      .example('$0 transcribe piano.mp3 --model basic-pitch --out piano.mid', 'Chords, or several voices')
      .example('$0 transcribe hum.wav --model reports/pitch --out hum.mid', 'By a network of your own')
      .example(
        '$0 transcribe hum.wav --out hum.mid --grid 8 --strength 0.5',
        'Half the way to a grid of eighths',
      ) as never,
  handler: async (args) => {
    try {
      await run(args);
    } catch (error) {
      if (error instanceof RangeError) throw new UsageError(messageOf(error));
      if (!(error instanceof DamagedAudio) || args.damaged !== 'skip') throw error;
      printNote(`Skipped: ${error.message}`);
    }
  },
};
