/** A project as a file: sound, MIDI, a score, a page. */

import { readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { ReadStyle, File as TaggedFile } from 'node-taglib-sharp';
import { type EncodedFormat, type EncodeOptions, encodeAudio } from '../../audio/encode/encode.js';
import { UsageError } from '../../base/errors.js';
import { replaceWhole, writeWhole } from '../../base/files.js';
import { explainReadError } from '../../base/read-errors.js';
import { projectMidi } from '../exchange/project-midi.js';
import { projectMusicXml } from '../exchange/project-musicxml.js';
import { projectPage } from '../exchange/project-page.js';
import { readProject } from '../project/migrations.js';
import type { Project } from '../project/schema.js';
import { audibleTracks, pieceTicks, secondsOf } from '../project/timeline.js';
import { type Rendered, renderProject } from '../render/render.js';
import { scoreSvg } from '../score/score.js';
import { readStudioBank, type StudioBankName } from './banks.js';

/** How a project is written. */
export interface ExportOptions {
  /** Instruments of what is rendered. Default: the built-in bank. */
  bank?: StudioBankName;
  /** Receives the step and the share that is done. */
  onStep?: (step: string, done: number) => void;
  signal?: AbortSignal;
}

/** A form in which a project can be written. */
interface ExportForm {
  mediaType: string;
  write(project: Project, out: string, options: ExportOptions): Promise<void>;
}

/** Longest piece that is rendered, in seconds: half an hour, which takes 2 GB. */
const LONGEST = 1800;

/** In Hz. */
const SAMPLE_RATE = 44_100;

/** How MP3 is written. */
const MP3 = { bitRate: 192, gapless: true };

/** Share of the time that rendering takes; the rest is encoding. */
const RENDERING = 0.7;

const PITCH_CLASSES = ['C', 'C#', 'D', 'Eb', 'E', 'F', 'F#', 'G', 'Ab', 'A', 'Bb', 'B'];

/** Writes title, tempo and key into a file of sound, in the form that players read (TBPM and TKEY of ID3v2). */
function writeMetadata(path: string, type: string, { title, tempo, key }: Project): void {
  const tagged = TaggedFile.createFromPath(path, type, ReadStyle.None);
  try {
    const { tag } = tagged;
    if (title !== '') tag.title = title;
    tag.beatsPerMinute = Math.round(tempo);
    if (key !== null) tag.initialKey = `${PITCH_CLASSES[key.tonic]}${key.mode === 'minor' ? 'm' : ''}`;
    tagged.save();
  } finally {
    tagged.dispose();
  }
}

/**
 * Renders the whole piece.
 *
 * @throws UsageError for a piece that is too long, or a bank that is not installed
 */
async function rendered(
  project: Project,
  { bank = 'sonivox', onStep, signal }: ExportOptions,
): Promise<Rendered> {
  const seconds = secondsOf(project, pieceTicks(project));
  if (seconds > LONGEST)
    throw new UsageError(
      `The piece lasts ${Math.round(seconds / 60)} minutes, and ${LONGEST / 60} can be rendered; leave passages out, or write it as MIDI.`,
    );
  const onProgress = (share: number): void => onStep?.('playing', RENDERING * share);
  const bytes = await readStudioBank(bank);
  const sound = await renderProject(project, bytes, { sampleRate: SAMPLE_RATE, onProgress, signal });
  onStep?.('encoding', RENDERING);
  return sound;
}

/** Renders and encodes. `tagType`: the library's name of the format, where the file gets metadata. */
const sound =
  (format: EncodedFormat, encoding: EncodeOptions, tagType: string | null): ExportForm['write'] =>
  async (project, out, options) => {
    const file = await encodeAudio(await rendered(project, options), format, encoding);
    await replaceWhole(out, async (temporary) => {
      await writeWhole(temporary, file);
      if (tagType !== null) writeMetadata(temporary, tagType, project);
    });
  };

/** A page that plays the piece, with its score where a track sounds. */
const page: ExportForm['write'] = async (project, out, options) => {
  const mp3 = await encodeAudio(await rendered(project, options), 'mp3', MP3);
  const score = audibleTracks(project).length > 0 ? await scoreSvg(project, { title: false }) : undefined;
  await writeWhole(out, projectPage({ project, mp3, score }));
};

/** Every form by the ending of its files; a new one is a line. */
const exportForms = {
  mp3: { mediaType: 'audio/mpeg', write: sound('mp3', MP3, 'taglib/mp3') },
  wav: { mediaType: 'audio/wav', write: sound('wav', {}, null) },
  flac: { mediaType: 'audio/flac', write: sound('flac', {}, 'taglib/flac') },
  mid: { mediaType: 'audio/midi', write: (project, out) => writeWhole(out, projectMidi(project)) },
  musicxml: {
    mediaType: 'application/vnd.recordare.musicxml+xml',
    write: (project, out) => writeWhole(out, projectMusicXml(project)),
  },
  html: { mediaType: 'text/html', write: page },
} satisfies Record<string, ExportForm>;

/** Ending of the files of a form, without its dot. */
export type ExportFormName = keyof typeof exportForms;

/** Names of all forms. */
export const EXPORT_FORMS = Object.keys(exportForms) as ExportFormName[];

/** Media type of the files of a form. */
export const mediaTypeOfForm = (form: ExportFormName): string => exportForms[form].mediaType;

/** The form of a file by its ending. Throws UsageError for another ending. */
export function formOf(path: string): ExportFormName {
  const ending = extname(path).slice(1).toLowerCase();
  if ((EXPORT_FORMS as string[]).includes(ending)) return ending as ExportFormName;
  throw new UsageError(`${path} must end in ${EXPORT_FORMS.map((name) => `.${name}`).join(', ')}.`);
}

/**
 * Writes a project into a file, which is whole or absent.
 *
 * @throws UsageError for a piece that is too long to be rendered, or a bank that is not installed; Failure when the disk
 *   is full; the signal's reason
 */
export async function exportProject(
  project: Project,
  out: string,
  form: ExportFormName,
  options: ExportOptions = {},
): Promise<void> {
  await exportForms[form].write(project, out, options);
  options.onStep?.('written', 1);
}

/**
 * Reads a project file.
 *
 * @param path - the file, or the folder of the project
 * @throws UsageError for a file that does not exist, is not a project, or is damaged
 */
export async function readProjectFile(path: string): Promise<Project> {
  const isFolder = (await stat(path).catch(() => null))?.isDirectory() ?? false;
  const file = isFolder ? join(path, 'project.json') : path;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw explainReadError(file, error) ?? error;
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UsageError(`${file} is not valid JSON; give a project file of the studio.`);
  }
  return readProject(json, file);
}
