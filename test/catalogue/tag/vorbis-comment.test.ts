/** Vorbis comments of FLAC and Ogg files, and fragments of MP4: nothing but the grouping changes. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { boxes } from '../../../src/audio/formats/mp4/boxes.js';
import { readTrack } from '../../../src/audio/formats/mp4/track.js';
import { writeTags } from '../../../src/catalogue/tag/write-tags.js';
import { mp4File } from '../../audio/broken/mp4-writer.js';
import { packetsOf, page, streamPages } from '../../audio/broken/ogg-writer.js';
import { goldenBytes } from '../../audio/golden.js';
import { filesOfEveryFormat } from '../../audio/made-files.js';

const length = (size: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(size);
  return bytes;
};

const listOf = (fields: readonly Buffer[]): Buffer =>
  Buffer.concat([
    length(9),
    Buffer.from('my vendor'),
    length(fields.length),
    ...fields.flatMap((field) => [length(field.length), field]),
  ]);

/** What libraries that write all fields again change: case, text that is not UTF-8, pictures, what is no field. */
const ODD = [
  Buffer.from('TITLE=One'),
  Buffer.from('title=Two'),
  Buffer.from('Artist=AC/DC; x'),
  Buffer.from('EMPTY='),
  Buffer.from('no field'),
  Buffer.from('LATIN=caf\xe9', 'latin1'),
  Buffer.from(`COVERART=${'A'.repeat(70_000)}`),
  Buffer.from('METADATA_BLOCK_PICTURE=not a picture'),
  Buffer.from('LINES=a\r\nb\0'),
];
const GROUPINGS = [Buffer.from('Grouping=old'), Buffer.from('GROUPING=older')];
const BEFORE = listOf([GROUPINGS[0], ...ODD, GROUPINGS[1]]);
const AFTER = listOf([...ODD, Buffer.from('GROUPING=guitar, 吉他')]);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-comments-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function tagged(name: string, bytes: Uint8Array): Promise<Buffer> {
  const [track, copy] = [join(folder, name), join(folder, `copy-${name}`)];
  await writeFile(track, bytes);
  await writeTags(track, ['guitar', '吉他'], copy);
  expect(await decodeAudio(copy)).toEqual(await decodeAudio(track));
  return readFile(copy);
}

describe('FLAC', () => {
  const block = (type: number, content: Uint8Array): Buffer => {
    const header = Buffer.alloc(4);
    header.writeUInt32BE(content.length);
    header[0] = type;
    return Buffer.concat([header, content]);
  };

  it.each([
    ['alone', Buffer.alloc(0)],
    ['behind an ID3v2 tag', Buffer.from('ID3\x04\0\0\0\0\0\x04\0\0\0\0', 'latin1')],
  ])('has the same blocks and frames, %s', async (_, front) => {
    const flac = Buffer.from((await filesOfEveryFormat())['stereo.flac']);
    const info = flac.subarray(8, 42);
    let sound = 4;
    for (let isLast = false; !isLast; sound += 4 + flac.readUIntBE(sound + 1, 3)) isLast = flac[sound] >= 128;
    const file = (comment: Buffer): Buffer =>
      Buffer.concat([
        front,
        Buffer.from('fLaC'),
        block(0, info),
        block(2, Buffer.from('TESTsecret')),
        block(4, comment),
        block(1 | 0x80, Buffer.alloc(20)),
        flac.subarray(sound),
      ]);
    expect(await tagged('a.flac', file(BEFORE))).toEqual(file(AFTER));
    const none = Buffer.concat([front, Buffer.from('fLaC'), block(0x80, info), flac.subarray(sound)]);
    const added = await tagged('none.flac', none);
    expect(added.subarray(-(flac.length - sound))).toEqual(flac.subarray(sound));
  });
});

describe('Ogg', () => {
  const kinds = { opus: [2, 'OpusTags', 'tail'], vorbis: [3, '\x03vorbis', '\x01'] } as const;

  it.each(['opus', 'vorbis'] as const)('%s has the same packets, on any number of pages', async (kind) => {
    const [wanted, mark, tail] = kinds[kind];
    const packets = packetsOf(goldenBytes(kind === 'opus' ? 'opus.opus' : 'vorbis.ogg'));
    const comment = (list: Buffer): Buffer =>
      Buffer.concat([Buffer.from(mark, 'latin1'), list, Buffer.from(tail)]);
    const stream = (list: Buffer, serial: number): Uint8Array[] =>
      streamPages({
        serial,
        headers: [packets[0], comment(list), ...packets.slice(2, wanted)],
        packets: packets.slice(wanted),
        samples: packets.slice(wanted).map(() => (kind === 'opus' ? 960 : 0)),
      });
    const first = stream(BEFORE, 1);
    const written = packetsOf(await tagged(`a.${kind === 'opus' ? 'opus' : 'ogg'}`, Buffer.concat(first)));
    expect(written).toEqual([packets[0], comment(AFTER), ...packets.slice(2)]);
    if (kind === 'vorbis') return;
    // Streams that follow, of another number and of the same, with junk between; the first alone is tagged.
    for (const serial of [1, 2]) {
      const second = Buffer.concat(stream(BEFORE, serial));
      const chain = await tagged('chain.opus', Buffer.concat([...first, Buffer.from('junk OggS'), second]));
      expect(chain.subarray(-second.length)).toEqual(second);
    }
  });

  it('is refused, and left, where it has no tags to write or damaged headers', async () => {
    const [head] = packetsOf(goldenBytes('opus.opus'));
    const pages = streamPages({ headers: [head], packets: [], samples: [] });
    const cases = {
      'cut.opus': Buffer.concat(pages),
      'theora.ogg': page({
        sequence: 0,
        granule: 0,
        flags: { first: true },
        packets: [Buffer.from('\x80theora')],
      }),
      'list.opus': Buffer.concat(
        streamPages({
          headers: [head, Buffer.from('OpusTags\xff\xff\xff\xff', 'latin1')],
          packets: [],
          samples: [],
        }),
      ),
    };
    for (const [name, bytes] of Object.entries(cases)) {
      await writeFile(join(folder, name), bytes);
      await expect(writeTags(join(folder, name), ['x'], join(folder, name)), name).rejects.toThrow(
        /its metadata cannot be written \((it has no stream|its list of tags is cut)/,
      );
      expect(await readFile(join(folder, name))).toEqual(Buffer.from(bytes));
    }
  });
});

describe('MP4', () => {
  it('is refused where fragments state their places in the file', async () => {
    const golden = goldenBytes('aac.m4a');
    const movie = [...boxes(golden)].find(({ type }) => type === 'moov')!.content;
    const track = readTrack(movie);
    const units = [...track.units()].map(({ offset, size }) => golden.subarray(offset, offset + size));
    const { asc } = track.codec as { asc: Uint8Array };
    const fragments = mp4File({ units, asc, sampleRate: 44_100, channels: 2, perFragment: 5 });
    // The place relative to the fragment becomes one in the file.
    const moof = fragments.indexOf('moof') - 4;
    const tfhd = fragments.indexOf('tfhd', moof);
    const fixed = Buffer.concat([
      fragments.subarray(0, tfhd + 12),
      Buffer.alloc(8),
      fragments.subarray(tfhd + 12),
    ]);
    for (const at of [moof, fixed.indexOf('traf', moof) - 4, tfhd - 4])
      fixed.writeUInt32BE(fixed.readUInt32BE(at) + 8, at);
    fixed.writeUInt32BE(1, tfhd + 4);
    await writeFile(join(folder, 'fixed.m4a'), fixed);
    await expect(writeTags(join(folder, 'fixed.m4a'), ['x'], join(folder, 'fixed.m4a'))).rejects.toThrow(
      /its fragments state their places in the file/,
    );
    expect(await readFile(join(folder, 'fixed.m4a'))).toEqual(fixed);
  });
});
