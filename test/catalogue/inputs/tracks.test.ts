import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
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

  it('passes over pipes, devices and sockets that are named as audio, and names them', async () => {
    await mkdir(at('special'));
    execFileSync('mkfifo', [at('special', 'pipe.mp3')]);
    await symlink('/dev/zero', at('special', 'zero.wav'));
    await symlink(at('outside.wav'), at('special', 'link.wav'));
    await symlink(at('nowhere.wav'), at('special', 'broken.wav'));
    await writeFile(at('special', '._song.mp3'), 'attributes');
    const server = createServer().listen(at('special', 'socket.flac'));
    await once(server, 'listening');
    const lines: string[] = [];
    const found = await findTracks([at('special')], { log: (line) => lines.push(line) });
    server.close();
    expect(found).toEqual([at('special', 'broken.wav'), at('special', 'link.wav')]);
    expect(lines.map((line) => line.replace(`${at('special')}/`, ''))).toEqual([
      '._song.mp3 holds attributes of macOS, no audio; it is passed over.',
      'pipe.mp3 is a named pipe; it is passed over.',
      'socket.flac is a socket; it is passed over.',
      'zero.wav is a device; it is passed over.',
    ]);
    await expect(decodeAudio(at('special', 'pipe.mp3'))).rejects.toThrow(/pipe\.mp3 is a named pipe/);
    await expect(decodeAudio('/dev/zero')).rejects.toThrow(/is a device/);
  });

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
  const list = async (encoding: string, lines: string[], given?: 'big5' | 'latin-1'): Promise<string[]> => {
    const path = join(folder, 'list.m3u');
    await writeFile(path, encode(lines.join('\r\n'), encoding));
    const found = await findTracks([path], { encoding: given });
    return found.map((track) => basename(track));
  };
  expect(await list('gb18030', ['#EXTM3U', '#EXTINF:61,林小雨', '夜色\\旧街口.mp3'])).toEqual(['旧街口.mp3']);
  expect(await list('big5', ['夜.mp3'], 'big5')).toEqual(['夜.mp3']);
  // One letter speaks for no language; .m3u is Latin-1 by convention.
  expect(await list('windows-1252', ['é.mp3'])).toEqual(['é.mp3']);
  await writeFile(join(folder, '김하늘.mp3'.normalize('NFD')), '');
  expect(await list('utf-8', ['김하늘.mp3'])).toEqual(['김하늘.mp3'.normalize('NFD')]);
  await rm(folder, { recursive: true });
});
