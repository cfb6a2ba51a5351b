/** Links that a client gives: none leads into the network of the server. Nothing here leaves the machine. */
import { readdir } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeWav } from '../../../src/audio/encode/wav.js';
import { PUBLIC_LINKS } from '../../../src/catalogue/links/link-policy.js';
import { LITERALS } from '../../catalogue/links/literals.js';
import { policyWith, startServer } from '../../catalogue/links/server.js';
import { type RunningStudio, runJob, type SentEvent, startStudio } from './running.js';

/** A second of a tone. */
const TONE = encodeWav([Float32Array.from({ length: 16_000 }, (_, n) => 0.3 * Math.sin(n / 6))], 16_000);

let server: Server;
let origin: string;
/** Requests that reached the server that nobody may reach. */
const reached: string[] = [];
beforeAll(async () => {
  ({ server, origin } = await startServer((request, response) => {
    reached.push(`${request.headers.host}${request.url}`);
    const { searchParams, pathname } = new URL(request.url!, 'http://x');
    const to = searchParams.get('to');
    if (to !== null) response.writeHead(302, { location: to }).end();
    else if (pathname === '/page') response.setHeader('content-type', 'text/html').end('<html>');
    else if (pathname === '/large.wav') response.end(Buffer.alloc(3_000_000));
    else response.end(TONE);
  }));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchBy = (studio: RunningStudio, link: string): Promise<SentEvent> =>
  runJob(studio.origin, '/api/jobs/recognise', {
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ link }),
  });

describe('under the policy of the command', () => {
  let studio: RunningStudio;
  /** Answers of names, each in turn: a name that changes its address between two questions is one attack. */
  const answers: Record<string, string[][]> = {
    'inside.example': [['10.0.0.7']],
    'loop.example': [['127.0.0.1']],
    'both.example': [['93.184.216.34', '127.0.0.1']],
    'metadata.example': [['169.254.169.254']],
    'six.example': [['::ffff:127.0.0.1']],
    'text.example': [['localhost']],
    'nothing.example': [[]],
  };
  beforeAll(async () => {
    const resolve = async (host: string): Promise<string[]> => {
      const all = answers[host] ?? [];
      if (all.length === 0) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
      return all.length > 1 ? all.shift()! : all[0];
    };
    const links = { ...PUBLIC_LINKS, resolve, seconds: 2 };
    studio = await startStudio({ links, limits: { perMinute: 10_000 } });
  });
  afterAll(() => studio.stop());

  it('no form of an address that is not public is connected to', async () => {
    const port = new URL(origin).port;
    for (const literal of LITERALS) {
      const { event, data } = await fetchBy(studio, `http://${literal}:${port}/a.wav`);
      expect([literal, event, data.error]).toEqual([
        literal,
        'failed',
        expect.stringMatching(/is not fetched|cannot be reached|is not a valid link/),
      ]);
    }
    expect(reached).toEqual([]);
  });

  it.each(['inside', 'loop', 'both', 'metadata', 'six', 'text', 'nothing'])(
    'the name %s.example, which leads nowhere public, is not connected to',
    async (name) => {
      const { port } = new URL(origin);
      const { event, data } = await fetchBy(studio, `http://${name}.example:${port}/a.wav`);
      expect([event, data.error]).toEqual([
        'failed',
        expect.stringMatching(/is not a public address|cannot be reached/),
      ]);
      expect(reached).toEqual([]);
    },
  );

  it.each([
    'file:///etc/passwd',
    'ftp://example.org/a.wav',
    'gopher://127.0.0.1:1/',
    'data:audio/wav;base64,AAAA',
    'javascript:alert(1)',
    'http://user:secret@example.org/a.wav',
    'http://',
    '/etc/passwd',
    '../../etc/passwd',
    'not a link',
  ])('%s is not fetched', async (link) => {
    const { event, data } = await fetchBy(studio, link);
    expect([event, data.error]).toEqual([
      'failed',
      expect.stringMatching(/is not fetched|is not a valid link/),
    ]);
    expect(String(data.error)).not.toContain('secret');
  });
});

describe('where one address is allowed', () => {
  let studio: RunningStudio;
  let rebound = 0;
  beforeAll(async () => {
    const names = { 'songs.example': ['127.0.0.1'] };
    const allowed = policyWith(names, { bytes: 1e6 });
    // Public when it is checked, another time it is not.
    const resolve = async (host: string): Promise<string[]> =>
      host === 'rebinding.example' ? [rebound++ === 0 ? '127.0.0.1' : '10.0.0.1'] : allowed.resolve(host);
    studio = await startStudio({ links: { ...allowed, resolve }, limits: { perMinute: 10_000 } });
  });
  afterAll(() => studio.stop());

  it('a link becomes a project under the name of its file', async () => {
    const { port } = new URL(origin);
    const { event, data } = await fetchBy(studio, `http://songs.example:${port}/a/My%20song.wav?x=1`);
    expect(event).toBe('result');
    expect(data).toMatchObject({
      project: { title: 'My song', source: { name: 'My song.wav', seconds: 1 } },
    });
  });

  it('a name that changes its address after it was checked leads where it was checked', async () => {
    const { port } = new URL(origin);
    const { event } = await fetchBy(studio, `http://rebinding.example:${port}/a.wav`);
    expect([event, rebound]).toEqual(['result', 1]);
  });

  it('redirects are checked as links are', async () => {
    reached.length = 0;
    const inside = [
      'http://169.254.169.254/latest/meta-data/',
      'http://10.0.0.1/',
      'http://[::1]/',
      'http://0x7f.1:1/',
    ];
    for (const to of [...inside, 'file:///etc/passwd', 'http://nobody.example/', '//192.168.0.1/']) {
      const { event, data } = await fetchBy(studio, `${origin}/moved?to=${encodeURIComponent(to)}`);
      if (to === 'http://0x7f.1:1/') {
        // The allowed address in another notation: it is reached, and nobody listens.
        expect(data.error).toMatch(/cannot be fetched/);
        continue;
      }
      expect([to, event, data.error]).toEqual([
        to,
        'failed',
        expect.stringMatching(/is not fetched|cannot be reached/),
      ]);
    }
    expect(reached.every((one) => one.startsWith('127.0.0.1'))).toBe(true);
  });

  it.each([
    ['/page', /is a web page, not an audio file/],
    ['/large.wav', /is larger than the 1 MB that are fetched/],
    [`/a?to=${encodeURIComponent('/a?to=/a')}`, null],
  ])('%s is one sentence', async (path, sentence) => {
    const { event, data } = await fetchBy(studio, `${origin}${path}`);
    if (sentence === null) expect(event).toBe('result');
    else expect([event, data.error]).toEqual(['failed', expect.stringMatching(sentence)]);
  });

  it('nothing is left of what was refused', async () => {
    expect(await readdir(join(studio.folder, '.jobs'))).toEqual([]);
    expect(studio.said).toEqual([]);
  });
});
