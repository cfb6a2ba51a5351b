/** The tables of the corpus, in the form of MagnaTagATune's: tab-separated, every field quoted, CRLF. */
import type { ClipPlan } from './plan/clip-plan.js';
import { SYNTHETIC_TAGS, tagRules } from './plan/tags.js';

function quotedRows(rows: readonly (readonly (string | number)[])[]): string {
  return rows
    .map((row) => `${row.map((field) => `"${String(field).replaceAll('"', '""')}"`).join('\t')}\r\n`)
    .join('');
}

const underscored = (name: string): string => name.replaceAll(' ', '_');

/** Path of a clip's audio below the corpus' folder: `FOLDER/artist-album-NN-title-START-END.mp3`. */
export function audioPath(clip: ClipPlan, seconds: number): string {
  const { artist, album, track, title } = clip.song;
  const parts = [artist.name, album, String(track).padStart(2, '0'), title].map(underscored);
  return `${clip.folder}/${[...parts, clip.start, clip.start + seconds].join('-')}.mp3`;
}

/** `annotations_final.csv`: clip_id, one column of 0 or 1 per tag, mp3_path. */
export function annotationsTable(clips: readonly ClipPlan[], seconds: number): string {
  return quotedRows([
    ['clip_id', ...SYNTHETIC_TAGS, 'mp3_path'],
    ...clips.map((clip) => [
      clip.id,
      ...SYNTHETIC_TAGS.map((tag) => (tagRules[tag](clip) ? 1 : 0)),
      audioPath(clip, seconds),
    ]),
  ]);
}

/** `clip_info_final.csv`: the ten columns of the original; the addresses are empty, as nothing is on sale. */
export function clipInfoTable(clips: readonly ClipPlan[], seconds: number): string {
  return quotedRows([
    [
      'clip_id',
      'track_number',
      'title',
      'artist',
      'album',
      'url',
      'segmentStart',
      'segmentEnd',
      'original_url',
      'mp3_path',
    ],
    ...clips.map(({ id, song, start, ...clip }) => [
      id,
      song.track,
      song.title,
      song.artist.name,
      song.album,
      '',
      start,
      start + seconds,
      '',
      audioPath({ id, song, start, ...clip }, seconds),
    ]),
  ]);
}

/** `labels.csv`: clip_id, mood (2 classes), quadrant (energy × stress, 4 classes). A negative mood is high stress. */
export function labelsTable(clips: readonly ClipPlan[]): string {
  const rows = clips.map(({ id, song }) => {
    const stress = song.mood === 'negative' ? 'high' : 'low';
    return `${id},${song.mood},${song.energy}-energy/${stress}-stress\n`;
  });
  return `clip_id,mood,quadrant\n${rows.join('')}`;
}
