/** Writes a corpus of synthetic hums: songs whose notes are known, sung by randomly drawn voices. */
import { join } from 'node:path';
import { encodeAudio } from '../../../audio/encode/encode.js';
import { UsageError } from '../../../base/errors.js';
import { explainWriteError, makeFolder, writeWhole } from '../../../base/files.js';
import { countText } from '../../../base/format.js';
import { type Progress, silentProgress } from '../../../base/progress.js';
import { randomGenerator } from '../../../base/random.js';
import { CURVE_ENDING, pitchCurveText } from '../../pitch-curve.js';
import { checkTarget, checkWhole, markText, SYNTHETIC_MARK } from '../mark.js';
import { SAMPLE_RATE } from '../sound/portable.js';
import { writeMissingClips } from '../write-clips.js';
import { drawSinger, perform, type ScoreNote, type SungNote } from './performance.js';
import { renderHum } from './voice.js';

/** Changes whenever the same options would give other bytes. */
const VERSION = 1;

const STATEMENT =
  'SYNTHETIC corpus: the songs were sung by voices that polytag synthesized. Numbers measured on it say little about people.';

/** A song by the name of its class and its files. */
export interface SongToSing {
  name: string;
  notes: ScoreNote[];
}

export interface HumCorpusOptions {
  /** Folder to write to: empty, absent, or holding (a part of) the very same corpus. */
  out: string;
  /** Two or more, of different names and at least one note each. */
  songs: readonly SongToSing[];
  /** Number of recordings, from that of songs to 100,000: every voice sings every song, and the last one those that are left. */
  clips: number;
  /** Length of a recording in whole seconds, 2 to 60. */
  seconds: number;
  seed: number;
  /** Receives the recordings done; stopped at the end, also after a failure. */
  progress?: Progress;
  /** Stops after a recording; the same call goes on from there. */
  signal?: AbortSignal;
}

export interface HumCorpusSummary {
  out: string;
  clips: number;
  seconds: number;
  seed: number;
  songs: number;
  voices: number;
  /** Made now, and by earlier, interrupted calls. */
  rendered: number;
  kept: number;
}

/**
 * Writes `VOICE/SONG.flac` with `VOICE/SONG.csv` beside it, the notes as they are sung (`onset` and `offset` in seconds, `midi` with its
 * fraction), and `VOICE/SONG.f0.csv`, the pitch with vibrato and glides, which the data set `hums` reads: songs from their beginning, transposed to the voice, at a speed drawn for each. The same
 * options give the same bytes. Called again after an interruption it makes what is missing.
 *
 * @throws UsageError for sizes out of range, names that are no file names or come twice, or a folder that holds something else
 * @throws Failure when the disk is full or the folder cannot be written
 */
export async function generateHums(options: HumCorpusOptions): Promise<HumCorpusSummary> {
  const { progress = silentProgress } = options;
  try {
    return await writeHums(options, progress);
  } finally {
    progress.stop();
  }
}

async function writeHums(options: HumCorpusOptions, progress: Progress): Promise<HumCorpusSummary> {
  const { out, songs, clips, seconds, seed, signal } = options;
  requireSongs(songs);
  checkWhole('clips', clips, songs.length, 100_000);
  checkWhole('seconds', seconds, 2, 60);
  checkWhole('seed', seed, 0, Number.MAX_SAFE_INTEGER);
  const mark = markText({ kind: 'hums', version: VERSION, seed, clips, seconds, songs }, STATEMENT);
  await checkTarget(out, mark);
  const voices = Math.ceil(clips / songs.length);
  const plan = Array.from({ length: clips }, (_, i) => ({
    song: songs[i % songs.length],
    voice: `voice-${String(Math.floor(i / songs.length) + 1).padStart(4, '0')}`,
  }));
  try {
    for (const voice of new Set(plan.map((own) => own.voice))) await makeFolder(join(out, voice));
  } catch (error) {
    throw explainWriteError(out, error);
  }
  await writeWhole(join(out, SYNTHETIC_MARK), mark);
  const rendered = await writeMissingClips(plan, {
    pathOf: ({ voice, song }) => join(out, voice, `${song.name}.flac`),
    async render({ voice, song }) {
      const singer = drawSinger(randomGenerator(seed, 'singer', voice));
      const random = randomGenerator(seed, 'hum', voice, song.name);
      const sung = perform(song.notes, singer, seconds, random);
      const { samples, pitch } = renderHum(sung, singer, seconds, random);
      // Notes and pitch come first, so that no recording is without.
      await writeWhole(join(out, voice, `${song.name}.csv`), notesTable(sung));
      await writeWhole(join(out, voice, `${song.name}${CURVE_ENDING}`), pitchCurveText(pitch));
      // MP3 would move the notes by what an encoder puts before the sound.
      return encodeAudio({ channels: [samples], sampleRate: SAMPLE_RATE }, 'flac');
    },
    ...{ noun: 'recording', progress, signal },
  });
  return { ...{ out, clips, seconds, seed }, songs: songs.length, voices, rendered, kept: clips - rendered };
}

function requireSongs(songs: readonly SongToSing[]): void {
  if (songs.length < 2)
    throw new UsageError(`songs: ${countText(songs.length, 'song')}; give at least two songs.`);
  const names = songs.map(({ name }) => name);
  const wrong = names.find((name) => /[\\/:*?"<>|\0]/.test(name) || name.startsWith('.') || name === '');
  if (wrong !== undefined) throw new UsageError(`songs: "${wrong}" is not a file name; rename the song.`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new UsageError(`songs: two songs are named "${twice}"; rename one of them.`);
}

const notesTable = (notes: readonly SungNote[]): string =>
  `onset,offset,midi\n${notes.map(({ onset, offset, midi }) => `${onset.toFixed(4)},${offset.toFixed(4)},${midi.toFixed(3)}\n`).join('')}`;
