/** A hum to a project: its notes, style, timbre, and the songs that it is like. */
import { Failure, lineOf, UsageError } from '../../../base/errors.js';
import { fileSha256 } from '../../../base/files.js';
import { classifyTracks } from '../../../catalogue/classify/classify-tracks.js';
import { rankedTags } from '../../../catalogue/tag/top-tags.js';
import { openTracker } from '../../../transcription/files/open-tracker.js';
import { readSongs } from '../../../transcription/files/song-file.js';
import { type FileTranscription, transcribeFile } from '../../../transcription/files/transcribe-file.js';
import { doubtsOf } from '../../../transcription/input-quality.js';
import { melodyOf } from '../../../transcription/songs/song.js';
import { SongSearch } from '../../../transcription/songs/song-search.js';
import { dividePassages } from '../../form/divide-passages.js';
import { fromTranscription } from '../../project/from-transcription.js';
import { readProject } from '../../project/migrations.js';
import type { Project } from '../../project/schema.js';
import type { RecogniseSettings } from '../recognise-settings.js';
import { withModel } from './model.js';
import type { Tell } from './protocol.js';
import { BEYOND, byItsName, requireShort, type SentRecording } from './recording.js';
import { styleOfTags } from './style-of-tags.js';
import { scoreWindows } from './windows.js';

/** A recording that becomes a project. */
export interface RecogniseRequest extends SentRecording {
  settings: RecogniseSettings;
  /** Model of tags, which decides the style. */
  tagger: string;
  /** Folder of a run of instruments; null for none. */
  timbre: string | null;
  /** File of songs; null for none. */
  songs: string | null;
}

/** A project with what makes it doubtful. */
export interface Recognition {
  project: Project;
  warnings: string[];
}

/** Tags that a project keeps, and songs. */
const [TAGS, SONGS] = [10, 5];

const rounded = (value: number): number => Number(value.toFixed(4));

async function transcribeSent(
  { path, name, limit, settings }: RecogniseRequest,
  tell: Tell,
): Promise<FileTranscription> {
  const { model, hold, tempo, fMin, fMax } = settings;
  const tracker = await openTracker(model, { fMin, fMax });
  try {
    return await transcribeFile({
      ...{ audio: path, tracker, settings: { hold: hold / 1000, tempo }, damage: 'keep-good-part' },
      duration: limit + BEYOND,
      onSeconds: (done, total) => {
        requireShort({ name, limit }, done);
        tell('finding notes', 0.5 * Math.min(1, done / (total ?? limit)));
      },
    });
  } finally {
    tracker.dispose();
  }
}

/** Where a model that is not needed for notes cannot be used, the reason becomes a warning. */
async function unlessMissing(what: string, warnings: string[], work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    warnings.push(`${what}: ${lineOf(error)}`);
  }
}

async function styleOf(
  { path, tagger }: RecogniseRequest,
  project: Project,
  onShare: (share: number) => void,
): Promise<Project['style']> {
  return withModel(tagger, async (predictor) => {
    if (predictor.description.task !== 'tagging')
      throw new UsageError(`the model ${tagger} gives no tags; choose another with --tagger.`);
    const { row } = await scoreWindows(predictor, path, project.source!.seconds, onShare);
    const ranked = rankedTags(predictor.labels, row.scores);
    const tags = ranked.slice(0, TAGS).map(({ tag, score }) => ({ tag, score: rounded(score) }));
    const name = styleOfTags(ranked, project.beats);
    return name === null ? { ...project.style, tags } : { name, chosen_by: 'tagger', tags };
  });
}

async function timbreOf({ path, name }: RecogniseRequest, run: string): Promise<Project['timbre']> {
  return withModel(run, async (predictor) => {
    for await (const { vote, error } of classifyTracks(predictor, [{ name, path }], {
      snippets: 20,
      seed: 1,
    })) {
      if (vote === null) throw new Failure(error!);
      return { label: vote.class, confidence: rounded(vote.probability) };
    }
    return null;
  });
}

/**
 * Makes a project of a recording of one voice.
 *
 * @throws UsageError where the tracker's model is not here, or the recording is too long; Failure where it cannot be
 *   decoded
 */
export async function recogniseRecording(request: RecogniseRequest, tell: Tell): Promise<Recognition> {
  const { path, name, settings, timbre, songs } = request;
  try {
    const transcription = await transcribeSent(request, tell);
    const { notes, seconds, quality, lost } = transcription;
    requireShort(request, seconds);
    const warnings = doubtsOf(quality, notes.length);
    if (lost > 0)
      warnings.unshift(`A part of ${name} could not be decoded and is left out (${lost} places).`);
    const { grid, strength, beats, pickup } = settings;
    const source = { name, sha256: await fileSha256(path), seconds, settings, warnings: [] };
    let project: Project = {
      ...fromTranscription(transcription, source, {
        ...{ grid, strength },
        ...(beats !== 'auto' && { beats }),
        ...(pickup !== 'auto' && { pickup }),
      }),
      title: name.replace(/\.[^.]*$/, '') || name,
    };
    if (notes.length > 0) {
      tell('style', 0.5);
      await unlessMissing(`The style stays ${project.style.name}`, warnings, async () => {
        const style = await styleOf(request, project, (share) => tell('style', 0.5 + 0.25 * share));
        project = { ...project, style };
      });
    }
    if (timbre !== null && notes.length > 0) {
      tell('timbre', 0.75);
      await unlessMissing('The timbre is not known', warnings, async () => {
        project = { ...project, timbre: await timbreOf(request, timbre) };
      });
    }
    if (songs !== null && melodyOf(notes) !== null) {
      tell('songs', 0.85);
      await unlessMissing('No songs were looked up', warnings, async () => {
        const found = new SongSearch(await readSongs(songs)).find(notes, { count: SONGS });
        const listed = found.map(({ song: { id, title }, distance }) => ({
          ...{ id, title, distance: rounded(distance) },
        }));
        project = { ...project, songs: listed };
      });
    }
    tell('passages', 0.95);
    project = { ...project, source: { ...source, warnings } };
    return { project: readProject(dividePassages(project), name), warnings };
  } catch (error) {
    throw byItsName(request, error);
  }
}
