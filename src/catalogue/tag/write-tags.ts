/** Writes top tags into the metadata of audio files: of copies, or in place. */
import { randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { copyFile, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, extname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { File as TaggedFile } from 'node-taglib-sharp';
import { readBoxHeader } from '../../audio/formats/mp4/boxes.js';
import { hasFixedPlace } from '../../audio/formats/mp4/fragments.js';
import { id3v2Length } from '../../audio/tags.js';
import { Failure, messageOf } from '../../base/errors.js';
import { explainWriteError, makeFolder } from '../../base/files.js';
import { withFlacGrouping } from './flac-tags.js';
import { withGrouping } from './id3v2.js';
import type { Journal } from './journal.js';
import { withOggGrouping } from './ogg-tags.js';
import { setChunkGrouping } from './riff-id3.js';
import type { ReadStamp } from './track-stamp.js';

/** Target of files with tags: a folder for copies, or the tracks themselves. */
export type TagTarget = { copies: string } | 'in-place';

/** The folder that all tracks lie in. */
function commonFolder(tracks: readonly string[]): string {
  const folders = tracks.map((track) => dirname(resolve(track)).split(sep));
  const [first] = folders;
  let depth = first.length;
  for (const folder of folders)
    while (first.slice(0, depth).join(sep) !== folder.slice(0, depth).join(sep)) depth--;
  return first.slice(0, depth).join(sep) || sep;
}

/** Path of each track's copy, by track: the tracks' folders below their common one, so that no two collide. */
export function copyPaths(tracks: readonly string[], folder: string): Map<string, string> {
  const root = tracks.length > 0 ? commonFolder(tracks) : '.';
  return new Map(
    tracks.map((track) => {
      const inside = relative(root, resolve(track));
      return [track, join(folder, isAbsolute(inside) ? basename(inside) : inside)];
    }),
  );
}

/** Bytes that tell a format, and the length of an ID3v2 tag. */
const HEAD_BYTES = 16;

/** What begins formats that are not tagged by ID3v2, and where it stands behind such a tag. */
const MARKS = { flac: ['fLaC', 0], ogg: ['OggS', 0], mp4: ['ftyp', 4] } as const;

/** Largest box of a fragment that is read. */
const LARGEST_BOX = 1 << 26;

/**
 * Throws Failure where tags before the media would move fragments that state their place in the file: the library changes
 * the tables of other files, but not these.
 */
async function checkFragments(path: string): Promise<void> {
  const file = await open(path);
  try {
    const read = async (at: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    for (let at = 0; ; ) {
      const header = readBoxHeader(await read(at, HEAD_BYTES));
      if (!header) return;
      const { type, headerLength, length } = header;
      if (type === 'moof' && hasFixedPlace(await read(at + headerLength, Math.min(length, LARGEST_BOX))))
        throw new Failure('its fragments state their places in the file, which tags would change');
      at += length;
      if (!Number.isSafeInteger(at)) return;
    }
  } finally {
    await file.close();
  }
}

/** The beginning of a track's file: its ID3v2 tag (null: none), and the first bytes of the file and of what follows the tag. */
async function beginningOf(track: string): Promise<{ tag: Uint8Array | null; head: Buffer; sound: Buffer }> {
  const file = await open(track);
  try {
    const read = async (length: number, at: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at);
      return buffer.subarray(0, bytesRead);
    };
    const head = await read(HEAD_BYTES, 0);
    const length = id3v2Length(head);
    const tag = length === 0 ? null : await read(length, 0);
    if (tag !== null && tag.length < length) throw new Failure('its ID3v2 tag reaches beyond its end');
    return { tag, head, sound: await read(HEAD_BYTES, length) };
  } finally {
    await file.close();
  }
}

/** Writes a copy of a track with another grouping; what else it holds stays the same. */
async function setGrouping(track: string, copy: string, grouping: string): Promise<void> {
  const { tag, head, sound } = await beginningOf(track);
  if (['RIFF', 'FORM'].includes(head.toString('latin1', 0, 4))) {
    await copyFile(track, copy);
    return setChunkGrouping(copy, grouping);
  }
  const is = ([mark, at]: readonly [string, number]): boolean =>
    sound.toString('latin1', at, at + 4) === mark;
  const isMp4 = is(MARKS.mp4);
  if (is(MARKS.flac)) {
    const changed = await withFlacGrouping(track, tag?.length ?? 0, grouping);
    return pipeline(pieces(changed.head, track, changed.length), createWriteStream(copy));
  }
  if (is(MARKS.ogg)) return pipeline(withOggGrouping(track, grouping), createWriteStream(copy));
  // A frame of MPEG audio or ADTS begins with eleven ones.
  if (!isMp4 && sound[0] === 0xff && (sound[1] & 0xe0) === 0xe0) {
    const changed = pieces(withGrouping(tag, grouping), track, tag?.length ?? 0);
    return pipeline(changed, createWriteStream(copy));
  }
  if (isMp4) await checkFragments(track);
  await copyFile(track, copy);
  await setByLibrary(copy, grouping, isMp4);
}

/** Whether an error is the system's, such as one of a full disk. */
const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** Sets the grouping by the library; its own words, which name the copy or its code, are not passed on. */
async function setByLibrary(path: string, grouping: string, isMp4: boolean): Promise<void> {
  const library = await import('node-taglib-sharp');
  let tagged: TaggedFile | undefined;
  try {
    tagged = library.File.createFromPath(path);
    const own = isMp4 ? tagged.getTag(library.TagTypes.Apple, true) : tagged.tag;
    own.grouping = grouping;
    tagged.save();
  } catch (error) {
    if (isSystemError(error)) throw error;
    throw new Failure(
      /^(Unsupported format|File does not begin)/.test(messageOf(error))
        ? 'tags are not written into files of its format'
        : 'it has a form that is not understood',
    );
  } finally {
    tagged?.dispose();
  }
}

async function* pieces(head: Uint8Array, path: string, from: number): AsyncGenerator<Uint8Array> {
  yield head;
  yield* createReadStream(path, { start: from });
}

/**
 * Writes top tags into a file's metadata, as its grouping ("content group"), which players show and no library takes
 * for the genre; other metadata and the sound stay as they are: in ID3v2 every other frame to the byte. The file is
 * written under another name and renamed.
 *
 * @param tops - names of tags, best first
 * @param target - the file to write; the track itself to change it in place
 * @throws Failure when the format holds no metadata, or the file cannot be written
 */
export async function writeTags(track: string, tops: readonly string[], target: string): Promise<void> {
  await makeFolder(dirname(target));
  // The library derives the format from the ending.
  const temporary = join(dirname(target), `.${randomUUID().slice(0, 8)}.part${extname(track)}`);
  try {
    await setGrouping(track, temporary, tops.join(', '));
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    const explained = explainWriteError(target, error);
    if (explained !== error) throw explained;
    throw new Failure(`${track}: its metadata cannot be written (${messageOf(error)}); exclude it.`);
  }
}

/**
 * Writes the metadata of all tracks that were tagged, and returns how many; a file that cannot be written is reported.
 * Where it changes the tracks themselves, the journal gets their new state.
 */
export async function writeAllTags(
  journal: Journal,
  tracks: string[],
  target: TagTarget,
  readStamp: ReadStamp,
  log: (line: string) => void,
): Promise<number> {
  const targets = target === 'in-place' ? null : copyPaths(tracks, target.copies);
  let written = 0;
  for await (const row of journal.read(tracks)) {
    const { path, error, tops } = row;
    if (error !== null) continue;
    try {
      await writeTags(path, tops, targets?.get(path) ?? path);
      if (target === 'in-place') await journal.add({ ...row, ...(await readStamp(path)) });
      written++;
    } catch (failure) {
      log(messageOf(failure));
    }
  }
  return written;
}
