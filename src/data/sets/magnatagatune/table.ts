/**
 * MagnaTagATune's tables: which clip carries which tags, and what is known of its song.
 *
 * E. Law, K. West, M. Mandel, M. Bay, J. S. Downie: Evaluation of algorithms using games: the case of music
 * tagging. ISMIR 2009. Licence: CC BY-NC-SA 3.0. 25,863 clips of 29 s from 230 artists, 188 tags.
 */
import { basename, join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import { requireFolder } from '../../../base/files.js';
import { findTable, readTable, type SkippedRow } from '../../table.js';

/** One clip as the tables give it. */
export interface MtatClip {
  id: string;
  /** Path of the audio, relative to the data set's folder: `0/artist-album-01-title-0-29.mp3`. */
  path: string;
  /** The folder, one hexadecimal digit. */
  folder: string;
  artist: string;
  /** The artist as the file name begins, which does not depend on clip_info_final.csv. */
  artistKey: string;
  /** Null where the file name does not say it. */
  album: string | null;
  /** Artist, album and track: what the clip was cut from. */
  song: string;
  title: string;
  /** Positions of its tags in the table's columns. */
  tags: number[];
}

export interface MtatTables {
  tags: string[];
  clips: MtatClip[];
  skipped: SkippedRow[];
}

const FOLDERS = /^[0-9a-f]$/;

type NamedClip = Pick<MtatClip, 'artist' | 'artistKey' | 'album' | 'song' | 'title'>;

/** Song of a file name: `artist-album-NN-title-START-END.mp3`, each part without a hyphen. */
function parseName(path: string): NamedClip {
  const stem = basename(path).replace(/\.[^.]*$/, '');
  const match = /^(.*?)-(.*)-(\d+)-(.*)-(\d+)-(\d+)$/.exec(stem);
  if (!match) return { artist: stem, artistKey: stem, album: null, song: stem, title: stem };
  const [, artist, album, track, title] = match;
  const readable = (text: string): string => text.replaceAll('_', ' ').trim();
  return {
    artist: readable(artist),
    artistKey: artist,
    album: `${artist}-${album}`,
    song: `${artist}-${album}-${track}-${title}`,
    title: readable(title),
  };
}

/** Artist, song and title by clip id, where clip_info_final.csv is there. */
async function readClipInfo(root: string): Promise<Map<string, { artist: string; title: string }>> {
  const byId = new Map<string, { artist: string; title: string }>();
  const path = await findTable(join(root, 'clip_info_final.csv'));
  if (!path) return byId;
  let columns: Record<string, number> = {};
  await readTable(
    path,
    '\t',
    (header) => {
      columns = Object.fromEntries(header.map((name, i) => [name, i]));
      for (const name of ['clip_id', 'artist', 'title']) {
        if (!(name in columns))
          throw new UsageError(
            `${path} has no column "${name}"; it must be MagnaTagATune's clip_info_final.csv.`,
          );
      }
    },
    (fields) => {
      byId.set(fields[columns.clip_id], {
        artist: fields[columns.artist].trim(),
        title: fields[columns.title].trim(),
      });
      return null;
    },
  );
  return byId;
}

/**
 * Reads annotations_final.csv (or .csv.gz) and, if present, clip_info_final.csv: tags in column order, clips in row
 * order, and the skipped rows with the reason. Throws a UsageError when the folder or the table is missing or is
 * another table.
 */
export async function readMtatTables(root: string): Promise<MtatTables> {
  await requireFolder(root, 'data.root');
  const path = await findTable(join(root, 'annotations_final.csv'));
  if (!path) {
    throw new UsageError(
      `data.root: ${root} holds no annotations_final.csv; run "polytag data mtat download ${root}", or give the folder that has it.`,
    );
  }
  const info = await readClipInfo(root);
  const clips: MtatClip[] = [];
  const seen = new Set<string>();
  let tags: string[] = [];
  const { skipped } = await readTable(
    path,
    '\t',
    (header) => {
      if (header[0] !== 'clip_id' || header[header.length - 1] !== 'mp3_path' || header.length < 3) {
        throw new UsageError(
          `${path} must have the columns clip_id, one per tag, mp3_path, separated by tabs; its first column is "${header[0]}".`,
        );
      }
      tags = header.slice(1, -1);
    },
    (fields) => {
      const clipPath = fields[fields.length - 1];
      const folder = clipPath.split('/')[0];
      if (!/^\d+$/.test(fields[0])) return `clip_id "${fields[0]}" is not a number`;
      if (seen.has(fields[0])) return `clip_id ${fields[0]} is in an earlier row too`;
      if (!FOLDERS.test(folder) || clipPath.includes('..') || clipPath.split('/').length !== 2) {
        return `mp3_path "${clipPath}" is in none of the folders 0 to f`;
      }
      const positive: number[] = [];
      for (let i = 1; i < fields.length - 1; i++) {
        if (fields[i] === '1') positive.push(i - 1);
        else if (fields[i] !== '0') return `the tag "${tags[i - 1]}" is "${fields[i]}", neither 0 nor 1`;
      }
      seen.add(fields[0]);
      const named = parseName(clipPath);
      const known = info.get(fields[0]);
      clips.push({
        id: fields[0],
        path: clipPath,
        folder,
        artist: known?.artist || named.artist,
        artistKey: named.artistKey,
        album: named.album,
        song: named.song,
        title: known?.title || named.title,
        tags: positive,
      });
      return null;
    },
  );
  if (clips.length === 0)
    throw new UsageError(`${path} holds no clip that can be read; check that it is MagnaTagATune's table.`);
  return { tags, clips, skipped };
}
