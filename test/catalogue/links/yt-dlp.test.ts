/** yt-dlp, by a stub in its place: what it is asked, and what becomes of its answers. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openLinks } from '../../../src/catalogue/links/open-links.js';
import { fetchPage, findYtDlp } from '../../../src/catalogue/links/yt-dlp.js';
import { policyWith, startServer } from './server.js';

let folder: string;
let program: string;
let server: Server;
let origin: string;

/** Writes its arguments down, and two files for a playlist; `gone` in a link is a video that is gone. */
const STUB = `#!${process.execPath}
const { mkdirSync, writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const words = process.argv.slice(2);
if (words[0] === '--version') {
  console.log(process.env.STUB_VERSION ?? '2026.10.26');
  process.exit(0);
}
writeFileSync(join(__dirname, 'words.json'), JSON.stringify(words));
const link = words.at(-1);
const place = dirname(words[words.indexOf('--output') + 1]);
mkdirSync(place, { recursive: true });
for (const [i, title] of link.includes('gone') ? [] : [[1, 'First'], [2, 'Second \\u2014 live']]) {
  const filepath = join(place, '0000' + i + '.webm');
  writeFileSync(filepath, 'sound ' + i);
  console.log(JSON.stringify({ title, filepath }));
}
if (link.includes('partly') || link.includes('gone')) {
  console.error('ERROR: [youtube] x: Video unavailable');
  process.exit(1);
}
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-yt-dlp-'));
  program = join(folder, 'yt-dlp');
  await writeFile(program, STUB);
  await chmod(program, 0o755);
  ({ server, origin } = await startServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<html></html>'),
  ));
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('yt-dlp', () => {
  it('is found with its version; where it is not, a sentence says so', async () => {
    expect(await findYtDlp(program)).toEqual({ program, version: '2026.10.26' });
    await expect(findYtDlp(join(folder, 'none'))).rejects.toThrow(
      '--with yt-dlp: there is no yt-dlp on this machine; install it, or leave the option out.',
    );
  });

  it('gives the tracks of a page, without the user’s own options, the link last and behind --', async () => {
    const found = await findYtDlp(program);
    const tracks = await fetchPage('https://video.example/list', join(folder, 'a'), found, policyWith());
    expect(tracks.map(({ title }) => title)).toEqual(['First', 'Second — live']);
    expect(await readFile(tracks[1].path, 'utf8')).toBe('sound 2');
    const words = JSON.parse(await readFile(join(folder, 'words.json'), 'utf8'));
    expect(words[0]).toBe('--ignore-config');
    expect(words.slice(-2)).toEqual(['--', 'https://video.example/list']);
    expect(words[words.indexOf('--max-filesize') + 1]).toBe('1000');
    expect(words[words.indexOf('--js-runtimes') + 1]).toBe(`node:${process.execPath}`);
    await fetchPage(
      'https://video.example/',
      join(folder, 'b'),
      { program, version: '2024.01.01' },
      policyWith(),
    );
    expect(await readFile(join(folder, 'words.json'), 'utf8')).not.toContain('--js-runtimes');
  });

  it('keeps what it finds where some videos are gone; a page without any is one sentence', async () => {
    const found = await findYtDlp(program);
    const fetch = (link: string) => fetchPage(link, join(folder, 'c'), found, policyWith());
    expect(await fetch('https://video.example/partly')).toHaveLength(2);
    await expect(fetch('https://video.example/gone')).rejects.toThrow(
      'https://video.example/gone: yt-dlp finds no audio there (ERROR: [youtube] x: Video unavailable); check the link, or bring yt-dlp up to date.',
    );
  });

  it('is asked for pages alone, where it is switched on', async () => {
    const ytDlp = await findYtDlp(program);
    const names = [];
    const options = { folder: join(folder), policy: policyWith(), ytDlp };
    for await (const track of openLinks([`${origin}/watch`, 'http://10.0.0.1/watch'], options))
      names.push(track);
    expect(names).toEqual([
      { name: `${origin}/watch (First)`, path: join(folder, 'page-1', '00001.webm') },
      { name: `${origin}/watch (Second — live)`, path: join(folder, 'page-1', '00002.webm') },
      { name: 'http://10.0.0.1/watch', error: expect.stringContaining('is not a public address') },
    ]);
  });
});
