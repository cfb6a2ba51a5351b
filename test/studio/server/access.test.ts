/** Who may talk to the studio: names, sites, and tokens. */
import { networkInterfaces } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isLoopback, linkOf } from '../../../src/studio/server/access.js';
import { ask, type RunningStudio, startStudio } from './running.js';

const STATE = '/api/state';

describe('on loopback', () => {
  let studio: RunningStudio;
  beforeAll(async () => {
    studio = await startStudio();
  });
  afterAll(() => studio.stop());

  it('the link has no token', () => {
    expect(studio.link).toBe(`http://127.0.0.1:${studio.port}/`);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', '127.1.2.3', 'LOCALHOST'])('is reached as %s', async (name) => {
    const answer = await ask(studio.port, STATE, { headers: { host: `${name}:${studio.port}` } });
    expect(answer.status).toBe(200);
  });

  it.each([
    ...['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', 'localhost@evil.example'],
    ...['192.168.1.5', '0.0.0.0', '[::ffff:192.168.1.5]', 'localhost.', 'évil', '', 'a b', '127.0.0.1:1:2'],
  ])('is not reached as %j, which may be anybody', async (name) => {
    const answer = await ask(studio.port, STATE, { headers: { host: `${name}:${studio.port}` } });
    expect([400, 403]).toContain(answer.status);
    expect(answer.text).not.toContain('version');
  });

  it.each(['localhost', 'localhost:1', '127.0.0.1:80'])(
    'is not reached as %s, of another port',
    async (host) => {
      const { status, text } = await ask(studio.port, STATE, { headers: { host } });
      expect([status, text]).toEqual([
        403,
        expect.stringMatching(/^\{"error":"This server is not reached by/),
      ]);
    },
  );

  const foreign: [string, Record<string, string>][] = [
    ['another site', { origin: 'http://evil.example' }],
    ['another port', { origin: 'http://127.0.0.1:1' }],
    ['a file, or a frame in a sandbox', { origin: 'null' }],
    ['https', { origin: 'https://HOST' }],
    ['another site, without an origin', { 'sec-fetch-site': 'cross-site' }],
    ['another port, without an origin', { 'sec-fetch-site': 'same-site' }],
  ];
  it.each(foreign)('a page of %s is refused, whatever it asks', async (_, headers) => {
    const host = `127.0.0.1:${studio.port}`;
    const own = Object.fromEntries(Object.entries(headers).map(([k, v]) => [k, v.replace('HOST', host)]));
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', STATE],
      ['GET', '/api/projects'],
      ['POST', '/api/projects'],
      ['POST', '/api/jobs/tag'],
      ['PUT', '/api/projects/0123456789abcdef'],
      ['DELETE', '/api/projects/0123456789abcdef'],
      ['OPTIONS', '/api/projects'],
    ]) {
      const answer = await ask(studio.port, path, { method, headers: { host, ...own } });
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  it('its own page, and programs that are no browsers, are answered', async () => {
    for (const headers of [
      { origin: studio.origin, 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      {},
    ])
      expect((await ask(studio.port, STATE, { headers })).status).toBe(200);
  });

  it('every answer has the headers that keep a page in', async () => {
    const paths = ['/', STATE, '/api/nothing', '/api/projects/0123456789abcdef', '/api/jobs/x/events'];
    const answers = await Promise.all([
      ...paths.map((path) => ask(studio.port, path)),
      ask(studio.port, STATE, { headers: { host: 'evil.example' } }),
      ask(studio.port, '/api/projects', { method: 'POST' }, '{'),
    ]);
    for (const { headers } of answers) {
      const policy = String(headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
      for (const part of ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"])
        expect(policy).toContain(part);
      expect(policy).not.toContain('unsafe-inline');
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-embedder-policy': 'require-corp',
        'cross-origin-resource-policy': 'same-origin',
        'cache-control': 'no-store',
      });
    }
  });
});

describe('beyond loopback', () => {
  let studio: RunningStudio;
  let token: string;
  beforeAll(async () => {
    studio = await startStudio({ host: '0.0.0.0' });
    token = new URL(studio.link).searchParams.get('token')!;
  });
  afterAll(() => studio.stop());

  it('nothing is answered without the token', async () => {
    expect(token).toMatch(/^[0-9a-f]{32}$/);
    for (const path of ['/', STATE, '/?token=', `/?token=${'0'.repeat(32)}`, `${STATE}?token=${token}`]) {
      const { status, text } = await ask(studio.port, path);
      expect([path, status]).toEqual([path, 401]);
      expect(text).toContain('asks for its token');
      expect(text).not.toContain(token);
    }
    const headers = { cookie: `polytag-studio-${studio.port}=wrong` };
    expect((await ask(studio.port, STATE, { headers })).status).toBe(401);
  });

  it('the link gives a cookie that scripts cannot read and other sites do not send', async () => {
    const answer = await ask(studio.port, `/?token=${token}`);
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    const [cookie, ...flags] = answer.headers['set-cookie']![0].split('; ');
    expect(flags).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']));
    expect((await ask(studio.port, STATE, { headers: { cookie } })).status).toBe(200);
    const authorization = `Bearer ${token}`;
    expect((await ask(studio.port, STATE, { headers: { authorization } })).status).toBe(200);
  });

  it('is reached by its addresses, not by a name that may be made to lead here', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).map((one) => one.address),
    );
    const authorization = `Bearer ${token}`;
    for (const address of ['127.0.0.1', ...addresses.filter((one) => !one.includes(':'))]) {
      const headers = { host: `${address}:${studio.port}`, authorization };
      expect((await ask(studio.port, STATE, { headers })).status).toBe(200);
    }
    const headers = { host: `evil.example:${studio.port}`, authorization };
    expect((await ask(studio.port, STATE, { headers })).status).toBe(403);
  });
});

it.each([
  ...(['localhost', '127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'].map((host) => [host, true]) as [
    string,
    boolean,
  ][]),
  ...(['0.0.0.0', '::', '192.168.1.1', 'example.org', ''].map((host) => [host, false]) as [
    string,
    boolean,
  ][]),
])('%j is this machine alone: %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it('a link to an address of IPv6 has brackets', () => {
  expect(linkOf({ host: '::1', port: 80, token: null })).toBe('http://[::1]:80/');
  expect(linkOf({ host: 'fd00::1', port: 8, token: 'ab' })).toBe('http://[fd00::1]:8/?token=ab');
});
