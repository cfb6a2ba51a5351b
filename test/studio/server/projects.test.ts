/** Projects over HTTP: every route, and bad input for each. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectJsonSchema } from '../../../src/studio/project/schema.js';
import { byteRange } from '../../../src/studio/server/send-file.js';
import { exampleProject } from '../example.js';
import { ask, type RunningStudio, startStudio } from './running.js';

let studio: RunningStudio;
beforeAll(async () => {
  studio = await startStudio();
});
afterAll(() => studio.stop());

interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body of any route
  body: any;
}

async function call(method: string, path: string, body?: unknown, headers = {}): Promise<Reply> {
  const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
  const response = await fetch(`${studio.origin}${path}`, { method, headers, body: text });
  const answer = await response.text();
  return { status: response.status, body: answer === '' ? null : JSON.parse(answer) };
}

const create = async (title?: string): Promise<{ id: string; revision: string }> =>
  (await call('POST', '/api/projects', exampleProject(title))).body;

const NOBODY = '/api/projects/0123456789abcdef';

describe('a project', () => {
  it('is made, listed, read, saved and deleted', async () => {
    const made = await call('POST', '/api/projects', exampleProject('Mine'));
    expect([made.status, made.body.id]).toEqual([201, expect.stringMatching(/^[0-9a-f]{16}$/)]);
    const { id, revision } = made.body;
    const read = await call('GET', `/api/projects/${id}`);
    expect(read).toEqual({ status: 200, body: { project: exampleProject('Mine'), revision } });
    const listed = await call('GET', '/api/projects');
    expect(listed.body).toEqual([{ id, title: 'Mine', seconds: 4, modified: expect.any(String) }]);
    const saved = await call('PUT', `/api/projects/${id}`, exampleProject('Yours'), { 'If-Match': revision });
    expect([saved.status, saved.body.revision]).toEqual([200, expect.stringMatching(/^[0-9a-f]{64}$/)]);
    expect(await call('DELETE', `/api/projects/${id}`)).toEqual({ status: 204, body: null });
    expect((await call('GET', `/api/projects/${id}`)).status).toBe(404);
  });

  it('is not overwritten by a tab that has not seen the last change', async () => {
    const { id, revision } = await create();
    const put = (title: string, known: string): Promise<Reply> =>
      call('PUT', `/api/projects/${id}`, exampleProject(title), { 'If-Match': `"${known}"` });
    const { body } = await put('Tab one', revision);
    const stale = await put('Tab two', revision);
    expect(stale).toEqual({
      status: 409,
      body: { error: expect.stringMatching(/changed elsewhere/), revision: body.revision },
    });
    expect((await put('Tab two', stale.body.revision)).status).toBe(200);
    await call('DELETE', `/api/projects/${id}`);
  });

  it.each([
    ['no JSON', '{', /^The request is not valid JSON/],
    ['nothing', '', /^The request is not valid JSON/],
    ['null', 'null', /is not a project of polytag/],
    ['a list', [], /is not a project of polytag/],
    ['another key', { ...exampleProject(), extra: 1 }, /Unrecognized key: "extra"/],
    ['a key of all objects', `{"__proto__":{},${JSON.stringify(exampleProject()).slice(1)}`, /__proto__/],
    ['a later version', { ...exampleProject(), version: 99 }, /is a project of version 99/],
    ['no passage', { ...exampleProject(), passages: [], order: [] }, /passages/],
    ['a note twice', exampleTwice(), /the id "n4" is given twice/],
  ])('of %s is refused with a sentence', async (_, body, sentence) => {
    for (const [method, path] of [
      ['POST', '/api/projects'],
      ['PUT', NOBODY],
    ]) {
      const reply = await call(method, path, body, { 'If-Match': 'x' });
      expect(reply).toEqual({ status: 400, body: { error: expect.stringMatching(sentence) } });
    }
  });

  it('is asked for with the revision that was changed', async () => {
    const { id } = await create();
    const { status, body } = await call('PUT', `/api/projects/${id}`, exampleProject());
    expect([status, body.error]).toEqual([428, expect.stringMatching(/If-Match/)]);
    await call('DELETE', `/api/projects/${id}`);
  });

  it.each(['GET', 'PUT', 'DELETE'])('that is not there is 404 to %s', async (method) => {
    const body = method === 'PUT' ? exampleProject() : undefined;
    const reply = await call(method, NOBODY, body, { 'If-Match': 'x' });
    expect(reply).toEqual({
      status: 404,
      body: { error: 'There is no such project; it may have been deleted.' },
    });
  });

  it('that is damaged is one sentence, and is listed', async () => {
    const id = '00000000000000d1';
    await mkdir(join(studio.folder, id));
    await writeFile(join(studio.folder, id, 'project.json'), '{');
    const { status, body } = await call('GET', `/api/projects/${id}`);
    expect([status, body.error]).toEqual([400, expect.stringMatching(/is damaged: it is not valid JSON/)]);
    const listed = (await call('GET', '/api/projects')).body as { id: string; error?: string }[];
    expect(listed.find((line) => line.id === id)).toMatchObject({ title: null, error: body.error });
    await call('DELETE', `/api/projects/${id}`);
  });
});

function exampleTwice(): object {
  const project = structuredClone(exampleProject());
  const [{ notes }] = project.tracks[0].clips;
  notes[1].id = notes[0].id;
  return project;
}

describe('the recording of a project', () => {
  it('comes whole or in parts, as a file and never as a page', async () => {
    const { id } = await create();
    const path = `/api/projects/${id}/source`;
    expect((await call('GET', path)).body.error).toMatch(/has no recording/);
    await writeFile(join(studio.folder, id, 'source'), '<script>0123456789');
    const whole = await ask(studio.port, path);
    expect([whole.status, whole.text]).toEqual([200, '<script>0123456789']);
    expect(whole.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': '18',
      'accept-ranges': 'bytes',
    });
    const part = await ask(studio.port, path, { headers: { range: 'bytes=8-11' } });
    expect([part.status, part.text, part.headers['content-range']]).toEqual([206, '0123', 'bytes 8-11/18']);
    const end = await ask(studio.port, path, { headers: { range: 'bytes=-2' } });
    expect([end.status, end.text]).toEqual([206, '89']);
    const none = await ask(studio.port, path, { headers: { range: 'bytes=18-' } });
    expect([none.status, none.headers['content-range']]).toEqual([416, 'bytes */18']);
    await call('DELETE', `/api/projects/${id}`);
    expect((await call('GET', path)).status).toBe(404);
  });

  it.each<[string | undefined, number, ReturnType<typeof byteRange>]>([
    [undefined, 10, null],
    ['bytes=0-', 10, { first: 0, last: 9 }],
    ['bytes=2-3', 10, { first: 2, last: 3 }],
    ['bytes=2-99', 10, { first: 2, last: 9 }],
    ['bytes=-3', 10, { first: 7, last: 9 }],
    ['bytes=-30', 10, { first: 0, last: 9 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=5-2', 10, null],
    ['bytes=-', 10, null],
    ['bytes=0-1,3-4', 10, null],
    ['lines=0-1', 10, null],
    ['bytes=99999999999999999999-', 10, null],
  ])('%j of %i bytes', (header, bytes, expected) => {
    expect(byteRange(header, bytes)).toEqual(expected);
  });
});

describe('paths', () => {
  it.each([
    '/api/projects/..%2f..%2fetc%2fpasswd',
    '/api/projects/%2e%2e/%2e%2e/etc/passwd',
    '/api/projects/../../../../etc/passwd',
    '/api/projects/.jobs',
    '/api/projects/.lock',
    '/api/projects/.lock/source',
    '/api/projects/0123456789abcdef%00/source',
    '/api/jobs/../file',
    '/api/jobs/%2e%2e/file',
    '/api/jobs/x/file',
    '/api/jobs/0123456789abcdef/events',
    '/assets/../../package.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/..%5c..%5cpackage.json',
    '//etc/passwd',
    '/etc/passwd',
    '/%00',
    '/api/nothing',
  ])('%s is nothing', async (path) => {
    const { status, text } = await ask(studio.port, path);
    expect([400, 404]).toContain(status);
    expect(text).not.toContain('root:');
    expect(text).not.toContain('polytag"');
    const removed = await ask(studio.port, path, { method: 'DELETE' });
    expect([400, 404]).toContain(removed.status);
  });

  it('the lock of the folder is still there', async () => {
    expect(JSON.parse(await readFile(join(studio.folder, '.lock'), 'utf8')).pid).toBe(process.pid);
  });
});

it('the schema is that of projects', async () => {
  expect((await call('GET', '/api/schema')).body).toEqual(JSON.parse(JSON.stringify(projectJsonSchema())));
});

it('the state says what is here', async () => {
  const { body } = await call('GET', '/api/state');
  expect(body).toMatchObject({
    version: expect.stringMatching(/^\d/),
    limits: { bytes: 200e6, seconds: 600 },
    models: { 'swift-f0': expect.any(Boolean), 'musicnn-mtt': expect.any(Boolean), piano: null },
    ...{ songs: false, index: false },
  });
});
