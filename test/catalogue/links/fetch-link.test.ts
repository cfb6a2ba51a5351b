/** Links: what is fetched, what is refused, and the sentence for each. Nothing here leaves the machine. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchLink, WebPage } from '../../../src/catalogue/links/fetch-link.js';
import { isPublicAddress, type LinkPolicy, PUBLIC_LINKS } from '../../../src/catalogue/links/link-policy.js';
import { isLink, openLinks } from '../../../src/catalogue/links/open-links.js';
import { LITERALS } from './literals.js';
import { policyWith, startServer } from './server.js';

let folder: string;
let server: Server;
let origin: string;
/** Paths that were asked for. */
const asked: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-fetch-'));
  ({ server, origin } = await startServer((request, response) => {
    const path = request.url!;
    asked.push(path);
    const redirect = (location: string): void => void response.writeHead(302, { location }).end();
    if (path === '/song.mp3') response.end('sound');
    else if (path === '/page')
      response.setHeader('content-type', 'text/html; charset=utf-8').end('<p>no</p>');
    else if (path === '/disguised.mp3')
      response.setHeader('content-type', 'audio/mpeg').end('\ufeff \n<!DOCTYPE html><html></html>');
    else if (path === '/empty.mp3') response.end();
    else if (path === '/stated') response.setHeader('content-length', 5000).end(Buffer.alloc(5000));
    else if (path === '/endless') {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(300)));
      };
      response.on('drain', write);
      write();
    } else if (path === '/slow') response.write('a');
    else if (path === '/silent') return;
    else if (path === '/torn') {
      response.setHeader('content-length', 100);
      response.write('abc');
      setTimeout(() => response.destroy(), 20);
    } else if (path === '/moved') redirect('/song.mp3');
    else if (path === '/loop') redirect('/loop');
    else if (path === '/nowhere') redirect('http://[');
    else if (path === '/inside') redirect('http://169.254.169.254/latest/meta-data/');
    else if (path === '/by-name') redirect('http://inside.example/secret');
    else if (path === '/to-file') redirect('file:///etc/passwd');
    else response.writeHead(404).end();
  }));
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The sentence for a link that is refused; nothing is left of it. */
async function sentenceFor(link: string, policy: LinkPolicy = policyWith()): Promise<string> {
  const file = join(folder, 'refused');
  const error = await fetchLink(link, file, policy).then(
    () => 'fetched',
    (thrown: Error) => thrown.message,
  );
  expect(await readdir(folder)).not.toContain('refused');
  return error;
}

describe('a link', () => {
  it('is fetched, redirected or not, by name or address', async () => {
    const names = { 'songs.example': ['127.0.0.1'] };
    const port = new URL(origin).port;
    for (const link of [`${origin}/song.mp3`, `${origin}/moved`, `http://songs.example:${port}/song.mp3`]) {
      const file = join(folder, 'song');
      await fetchLink(link, file, policyWith(names));
      expect(await readFile(file, 'utf8')).toBe('sound');
      await rm(file);
    }
  });

  it.each([
    ['/page', / is a web page, not an audio file; give the link of the file itself\.$/],
    ['/disguised.mp3', / is a web page, not an audio file/],
    ['/empty.mp3', / is empty; check the link\.$/],
    ['/stated', / is larger than the 0 MB that are fetched/],
    ['/endless', / is larger than the 0 MB that are fetched/],
    ['/missing.mp3', / cannot be fetched: the server answers 404 Not Found; check the link\.$/],
    ['/torn', / cannot be fetched \(ECONNRESET\); check the link and the connection\.$/],
    ['/loop', / redirects more than 3 times; check the link\.$/],
    ['/nowhere', / redirects to nowhere; check the link\.$/],
    ['/to-file', /^file:\/\/\/etc\/passwd is not fetched: only links of http and https are/],
  ])('%s is one sentence', async (path, sentence) => {
    expect(await sentenceFor(`${origin}${path}`)).toMatch(sentence);
  });

  it('that takes too long, before or while it is read, is one sentence', async () => {
    const hurried = policyWith({}, { seconds: 0.2 });
    const sentence = / takes longer than the 0\.2 s that are waited; download the file and use that\.$/;
    expect(await sentenceFor(`${origin}/slow`, hurried)).toMatch(sentence);
    expect(await sentenceFor(`${origin}/silent`, hurried)).toMatch(sentence);
    const stuck = { ...hurried, resolve: () => new Promise<string[]>(() => {}) };
    expect(await sentenceFor('http://stuck.example/', stuck)).toMatch(sentence);
  });

  it('that is not valid, of another kind, with a password, or to nowhere is one sentence', async () => {
    expect(await sentenceFor('http://')).toBe(
      'http:// is not a valid link; give one such as https://example.org/song.mp3.',
    );
    expect(await sentenceFor('ftp://example.org/a.mp3')).toMatch(/only links of http and https are/);
    expect(await sentenceFor('http://me:secret@example.org/a.mp3')).toMatch(
      /^http:\/\/…@example\.org\/a\.mp3 /,
    );
    expect(await sentenceFor('http://gone.example/a.mp3')).toBe(
      'http://gone.example/a.mp3 cannot be reached: the host gone.example is not found (ENOTFOUND); check the link and the connection.',
    );
    expect(await sentenceFor('http://127.0.0.1:1/a.mp3')).toMatch(/ cannot be fetched \(ECONNREFUSED\)/);
  });

  it('stops with the signal', async () => {
    const controller = new AbortController();
    const fetching = fetchLink(`${origin}/slow`, join(folder, 'stopped'), policyWith(), controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(fetching).rejects.toMatchObject({ name: 'AbortError' });
    expect(await readdir(folder)).not.toContain('stopped');
  });
});

describe('server-side request forgery', () => {
  it.each(LITERALS)('refuses http://%s/', async (host) => {
    const never = { ...PUBLIC_LINKS, resolve: () => Promise.reject(new Error('resolved')) };
    expect(await sentenceFor(`http://${host}/`, never)).toMatch(
      / is not a public address; download the file and use that\.$/,
    );
  });

  it('refuses a name of which any address is not public', async () => {
    const policy = {
      ...policyWith({ 'both.example': ['93.184.215.14', '10.0.0.1'] }),
      allows: isPublicAddress,
    };
    expect(await sentenceFor('http://both.example/', policy)).toBe(
      'http://both.example/ is not fetched: both.example is 10.0.0.1, which is not a public address; download the file and use that.',
    );
    const local = { ...policyWith({ localhost: ['127.0.0.1', '::1'] }), allows: isPublicAddress };
    expect(await sentenceFor('http://localhost/', local)).toMatch(/ is not a public address/);
    const scoped = { ...policyWith({ 'odd.example': ['not an address'] }), allows: () => true };
    expect(await sentenceFor('http://odd.example/', scoped)).toMatch(/ is not a public address/);
  });

  it('resolves a name once and connects to what was checked: rebinding changes nothing', async () => {
    const answers = [['127.0.0.1'], ['10.0.0.1']];
    let times = 0;
    const rebinding = policyWith({}, { resolve: async () => answers[times++] });
    const file = join(folder, 'pinned');
    const { port } = new URL(origin);
    await fetchLink(`http://rebound.example:${port}/song.mp3`, file, rebinding);
    expect([times, await readFile(file, 'utf8')]).toEqual([1, 'sound']);
    await rm(file);
    // The second answer comes with the second request, which is checked again.
    expect(await sentenceFor(`http://rebound.example:${port}/song.mp3`, rebinding)).toMatch(
      /rebound\.example is 10\.0\.0\.1, which is not a public address/,
    );
  });

  it('checks every redirect, by address and by name', async () => {
    expect(await sentenceFor(`${origin}/inside`)).toMatch(/169\.254\.169\.254 is not a public address/);
    const names = policyWith({ 'inside.example': ['192.168.0.7'] });
    expect(await sentenceFor(`${origin}/by-name`, names)).toMatch(
      /inside\.example is 192\.168\.0\.7, which is not a public address/,
    );
  });

  it('lets public addresses through', () => {
    for (const address of ['93.184.215.14', '8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'])
      expect([address, isPublicAddress(address)]).toEqual([address, true]);
  });
});

describe('words of a command', () => {
  it('are links where they have a scheme', () => {
    expect(['https://a.b/c', 'HTTP://a', 'file:///x', 'ftp://a', 'javascript://x'].map(isLink)).toEqual(
      new Array(5).fill(true),
    );
    expect(['song.mp3', './http:', 'C:\\a', 'C://a', '-'].map(isLink)).toEqual(new Array(5).fill(false));
  });

  it('become files with the ending of their links, or a sentence, in order', async () => {
    const links = [`${origin}/song.mp3`, `${origin}/page`, `${origin}/moved`];
    const found = [];
    for await (const track of openLinks(links, { folder, policy: policyWith(), ytDlp: null }))
      found.push(track);
    expect(found).toEqual([
      { name: links[0], path: join(folder, '1.mp3') },
      { name: links[1], error: expect.stringMatching(/install yt-dlp and give --with yt-dlp\.$/) },
      { name: links[2], path: join(folder, '3') },
    ]);
    expect(new WebPage('x')).toBeInstanceOf(Error);
  });
});
