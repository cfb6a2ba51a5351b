import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseFile } from 'music-metadata';
import { File as TaggedFile } from 'node-taglib-sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { copyPaths, writeTags } from '../../../src/catalogue/tag/write-tags.js';
import { filesOfEveryFormat } from '../../audio/made-files.js';

describe('writeTags', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-write-tags-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('tags a copy of every format, whose sound is the same; the original is not touched', async () => {
    for (const [name, bytes] of Object.entries(await filesOfEveryFormat())) {
      const [track, copy] = [join(folder, name), join(folder, 'copies', name)];
      await writeFile(track, bytes);
      await writeTags(track, ['guitar', 'female vocal', '吉他'], copy);
      const file = TaggedFile.createFromPath(copy);
      expect(file.tag.grouping, name).toBe('guitar, female vocal, 吉他');
      file.dispose();
      expect(new Uint8Array(await readFile(track)), name).toEqual(new Uint8Array(bytes));
      expect(await decodeAudio(copy), name).toEqual(await decodeAudio(track));
    }
  });

  it('leaves nothing behind where there is no metadata to write', async () => {
    const odd = join(folder, 'odd.xyz');
    await writeFile(odd, 'no audio');
    await expect(writeTags(join(folder, 'nowhere.mp3'), [], join(folder, 'none', 'x.mp3'))).rejects.toThrow(
      /nowhere\.mp3: its metadata cannot/,
    );
    await expect(writeTags(odd, [], join(folder, 'none', 'odd.xyz'))).rejects.toThrow(
      /odd\.xyz: its metadata cannot/,
    );
    expect((await readdir(join(folder, 'none'))).filter((name) => name.includes('part'))).toEqual([]);
  });
});

/** An ID3v2.3 or 2.4 tag of text frames, with padding. */
function id3Tag(version: 3 | 4, frames: readonly [string, Uint8Array][], padding = 0, flags = 0): Buffer {
  const safe = (size: number): number[] => [21, 14, 7, 0].map((shift) => (size >> shift) & 127);
  const big = (size: number): number[] => [24, 16, 8, 0].map((shift) => (size >> shift) & 255);
  const body = Buffer.concat([
    ...frames.map(([id, content]) =>
      Buffer.concat([
        Buffer.from(id),
        Buffer.from([...(version === 4 ? safe : big)(content.length), 0, 0]),
        content,
      ]),
    ),
    Buffer.alloc(padding),
  ]);
  return Buffer.concat([Buffer.from('ID3'), Buffer.from([version, 0, flags, ...safe(body.length)]), body]);
}

const latin = (text: string): Buffer => Buffer.concat([Buffer.of(0), Buffer.from(text, 'latin1')]);

/** What players and libraries write that another library would write differently, or drop. */
const FRAMES: [string, Uint8Array][] = [
  ['TPE1', latin('AC/DC')],
  ['TCON', latin('R&B/Soul')],
  ['TSOP', latin('DC, AC')],
  ['TSOT', latin('title sort')],
  ['TDOR', latin('1999')],
  ['TYER', latin('0999')],
  ['TIPL', latin('producer\0X')],
  ['TXXX', latin('mood\0warm')],
  ['XYZ1', Buffer.of(1, 2, 3, 255, 0, 254)],
  ['APIC', Buffer.concat([latin('image/png'), Buffer.alloc(300, 7)])],
];

/** Every native field of a file by an independent reader, apart from the grouping. */
async function fieldsOf(path: string): Promise<Record<string, unknown>> {
  const { native } = await parseFile(path);
  const isOther = ({ id }: { id: string }): boolean => !/^(TIT1|GRP1|TT1|GROUPING|©grp)$/i.test(id);
  return Object.fromEntries(Object.entries(native).map(([kind, tags]) => [kind, tags.filter(isOther)]));
}

describe('writeTags changes its own field alone', () => {
  let folder: string;
  let mp3: Uint8Array;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-own-field-'));
    mp3 = (await filesOfEveryFormat())['stereo.mp3'];
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it.each([
    ['ID3v2.3', id3Tag(3, FRAMES)],
    ['ID3v2.3 with padding', id3Tag(3, FRAMES, 500)],
    ['ID3v2.4', id3Tag(4, FRAMES)],
    ['a grouping before', id3Tag(3, [['TIT1', latin('old')], ...FRAMES])],
    ['no tag', Buffer.alloc(0)],
  ])('%s: every other frame is the same to the byte', async (_, tag) => {
    const [track, copy] = [join(folder, 'a.mp3'), join(folder, 'b.mp3')];
    await writeFile(track, Buffer.concat([tag, mp3]));
    await writeTags(track, ['guitar', '吉他'], copy);
    const [before, after] = [await readFile(track), await readFile(copy)];
    for (const [, content] of tag.length > 0 ? FRAMES : [])
      expect(after.includes(Buffer.from(content))).toBe(true);
    // The sound and whatever stands behind it.
    expect(after.subarray(after.length - mp3.length)).toEqual(Buffer.from(mp3));
    expect(after.includes('TAG')).toBe(before.includes('TAG'));
    expect(await fieldsOf(copy)).toEqual(tag.length > 0 ? await fieldsOf(track) : { 'ID3v2.3': [] });
    const { common } = await parseFile(copy);
    expect(common.grouping).toBe('guitar, 吉他');
    // Once more: nothing moves.
    await writeTags(copy, ['x'], join(folder, 'c.mp3'));
    expect((await readFile(join(folder, 'c.mp3'))).length).toBe(after.length);
    expect((await parseFile(join(folder, 'c.mp3'))).common.grouping).toBe('x');
  });

  it('WAV: a LIST chunk and what stands behind the chunks stay, in any order of chunks', async () => {
    const wav = Buffer.from((await filesOfEveryFormat())['stereo.wav']);
    const info = Buffer.from('INFOIART\x06\0\0\0Artist', 'latin1');
    const list = Buffer.concat([Buffer.from('LIST'), Buffer.from([info.length, 0, 0, 0]), info]);
    const whole = Buffer.concat([wav, list, Buffer.from('TAG'.padEnd(128, '\0'))]);
    whole.writeUInt32LE(wav.length + list.length - 8, 4);
    const [track, copy, twice] = ['a.wav', 'b.wav', 'c.wav'].map((name) => join(folder, name));
    await writeFile(track, whole);
    await writeTags(track, ['guitar'], copy);
    await writeTags(copy, ['guitar', 'flute'], twice);
    for (const path of [copy, twice]) {
      const bytes = await readFile(path);
      expect(bytes.subarray(12, whole.length - 128)).toEqual(whole.subarray(12, whole.length - 128));
      expect(bytes.subarray(-128)).toEqual(whole.subarray(-128));
      expect((await decodeAudio(path)).channels).toEqual((await decodeAudio(track)).channels);
      expect((await fieldsOf(path)).exif).toEqual((await fieldsOf(track)).exif);
    }
    expect((await parseFile(twice)).common.grouping).toBe('guitar, flute');
  });

  it.each(['stereo.flac', 'aac.m4a', 'vorbis.ogg', 'opus.opus'])('%s: every other field', async (name) => {
    const [track, named, copy] = ['x', 'y', 'z'].map((stem) => join(folder, `${stem}-${name}`));
    await writeFile(track, (await filesOfEveryFormat())[name]);
    const file = TaggedFile.createFromPath(track);
    file.tag.title = 'Title';
    file.tag.performers = ['AC/DC', 'B'];
    file.tag.genres = ['R&B/Soul', 'Pop'];
    file.tag.titleSort = 'sort';
    file.save();
    file.dispose();
    await writeTags(track, ['guitar'], named);
    await writeTags(named, ['flute'], copy);
    for (const path of [named, copy]) expect(await fieldsOf(path)).toEqual(await fieldsOf(track));
    expect([(await parseFile(copy)).common.grouping].flat()).toEqual(['flute']);
  });

  it('refuses a damaged ID3v2 tag, and leaves the track', async () => {
    const track = join(folder, 'damaged.mp3');
    const tag = id3Tag(3, FRAMES);
    tag.writeUInt32BE(0x7fffffff, 14);
    await writeFile(track, Buffer.concat([tag, mp3]));
    await expect(writeTags(track, ['x'], track)).rejects.toThrow(
      /damaged\.mp3: its metadata cannot be written \(its ID3v2 tag is damaged\); exclude it/,
    );
    expect(await readFile(track)).toEqual(Buffer.concat([tag, mp3]));
  });
});

describe('copyPaths', () => {
  it('keeps folders apart below the common one', () => {
    const paths = copyPaths(['/m/a/1.mp3', '/m/b/1.mp3', '/m/a/c/2.mp3'], 'out');
    expect([...paths.values()]).toEqual(['a/1.mp3', 'b/1.mp3', 'a/c/2.mp3'].map((name) => join('out', name)));
  });
});
