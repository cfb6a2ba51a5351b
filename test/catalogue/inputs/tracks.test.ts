import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { findTracks } from '../../../src/catalogue/inputs/tracks.js';
import { encode } from '../../text/encoded-texts.js';

describe('findTracks', () => {
  let root: string;
  const at = (...parts: string[]): string => join(root, ...parts);
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'polytag-tracks-'));
    await mkdir(at('music', 'b'), { recursive: true });
    await mkdir(at('empty'));
    for (const name of ['music/2.flac', 'music/10.MP3', 'music/cover.jpg', 'music/b/1.ogg', 'outside.wav'])
      await writeFile(at(name), '');
    await symlink(at('music'), at('music', 'loop'));
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it('searches folders by name, follows no link in a circle, and takes files as they are named', async () => {
    const inFolder = ['10.MP3', '2.flac', 'b/1.ogg'].map((name) => at('music', name));
    expect(await findTracks([at('music')])).toEqual(inFolder);
    expect(await findTracks([at('music', 'cover.jpg'), at('music'), at('music', '2.flac')])).toEqual([
      at('music', 'cover.jpg'),
      ...inFolder,
    ]);
  });

  it('says what it passes over in a folder: other kinds, hidden files, links to folders, pipes', async () => {
    await mkdir(at('mixed', '.hidden'), { recursive: true });
    for (const name of ['a.mp3', '._a.mp3', '.hidden/b.mp3', 'c.sid', 'd.SID', 'e.jpg', 'README'])
      await writeFile(at('mixed', name), '');
    await symlink(at('music'), at('mixed', 'linked'));
    await symlink(at('nowhere.mp3'), at('mixed', 'dangling.mp3'));
    await symlink('a.mp3', at('mixed', '0.mp3'));
    await symlink(at('music', '2.flac'), at('mixed', 'elsewhere.flac'));
    execFileSync('mkfifo', [at('mixed', 'pipe.mp3')]);
    const leftOut: string[] = [];
    const tracks = await findTracks([at('mixed')], { onNote: (note) => leftOut.push(note) });
    expect(tracks.map((path) => basename(path))).toEqual(['a.mp3', 'dangling.mp3', 'elsewhere.flac']);
    expect(leftOut).toEqual([
      'Left out, as their names do not end like audio: .sid 2, .jpg 1, no ending 1.',
      'Left out: 2 hidden files and folders.',
      'Left out: 1 link to a folder; name the folders themselves.',
      'Left out: 1 link to a track of the same folder.',
      `Left out, as they are pipes, devices or sockets: ${at('mixed', 'pipe.mp3')}.`,
    ]);
  });

  it('spells a track alike in folders and playlists, and reads file addresses in any case', async () => {
    const track = at('music', '2.flac');
    await writeFile(
      at('same.m3u'),
      `music/2.flac\nFILE://${track}\nfile://${track.replace('flac', '%66lac')}\n`,
    );
    expect(await findTracks([at('same.m3u'), track, at('music')])).toContain(track);
    expect(await findTracks([at('same.m3u')])).toEqual([track]);
  });

  it.each(['file://host/share/x.mp3', 'file:///%zz.mp3', 'file:///a%2Fb.mp3', 'file://['])(
    'refuses the address %s in a playlist in a sentence',
    async (address) => {
      await writeFile(at('address.m3u'), `music/2.flac\n${address}\n`);
      await expect(findTracks([at('address.m3u')])).rejects.toThrow(
        /address\.m3u, line 2: .* is not the address of a file on this machine .*; write its path instead/,
      );
    },
  );

  it('reads playlists of any line end and encoding', async () => {
    await writeFile(
      at('list.m3u'),
      Buffer.from('#EXTM3U\r\nmusic\\2.flac\r\n\r\nmusic/caf\xe9.mp3\r\n', 'latin1'),
    );
    expect((await findTracks([at('list.m3u')])).map((path) => path.split('/').slice(-2).join('/'))).toEqual([
      'music/2.flac',
      'music/café.mp3',
    ]);
    await writeFile(at('list.m3u8'), 'music/2.flac\nmusic/2.flac\n');
    expect(await findTracks([at('list.m3u8')])).toHaveLength(1);
  });

  it('refuses playlists that point outside or to the network, by line', async () => {
    await writeFile(at('music', 'out.m3u'), '2.flac\n../outside.wav\n');
    await expect(findTracks([at('music', 'out.m3u')])).rejects.toThrow(/out\.m3u, line 2: .* points outside/);
    expect(await findTracks([at('music', 'out.m3u')], { allowOutside: true })).toHaveLength(2);
    await writeFile(at('net.m3u'), 'http://radio.example/stream.mp3\n');
    await expect(findTracks([at('net.m3u')])).rejects.toThrow(/line 1: .* address on the network/);
  });

  it('reads a list on standard input', async () => {
    const input = Readable.from(['a.mp3\nb', ' c.mp3\r\n\na.mp3']);
    expect(await findTracks(['-'], { input })).toEqual(['a.mp3', 'b c.mp3']);
  });

  it('says when there is nothing', async () => {
    await expect(findTracks([at('empty')])).rejects.toThrow(
      /No audio files were found in .*empty; audio files end in \.mp3/,
    );
    await expect(findTracks([at('nowhere')])).rejects.toThrow(UsageError);
  });
});

it('reads a playlist in GB18030, in Latin-1 and by what it is told, and finds names in NFD', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-playlists-'));
  const notes: string[] = [];
  const list = async (encoding: string, lines: string[], given?: 'big5' | 'latin-1'): Promise<string[]> => {
    const path = join(folder, 'list.m3u');
    await writeFile(path, encode(lines.join('\r\n'), encoding));
    const found = await findTracks([path], { encoding: given, onNote: (note) => notes.push(note) });
    return found.map((track) => basename(track));
  };
  expect(await list('gb18030', ['#EXTM3U', '#EXTINF:61,林小雨', '夜色\\旧街口.mp3'])).toEqual(['旧街口.mp3']);
  expect(await list('big5', ['夜.mp3'], 'big5')).toEqual(['夜.mp3']);
  expect(notes).toEqual([]);
  // One letter speaks for no language; .m3u is Latin-1 by convention.
  expect(await list('windows-1252', ['é.mp3'])).toEqual(['é.mp3']);
  expect(notes).toEqual([
    expect.stringMatching(/list\.m3u is not UTF-8, .* not certain \(perhaps .*\); it is read as Latin-1/),
  ]);
  await writeFile(join(folder, '김하늘.mp3'.normalize('NFD')), '');
  expect(await list('utf-8', ['김하늘.mp3'])).toEqual(['김하늘.mp3'.normalize('NFD')]);
  await rm(folder, { recursive: true });
});
