/** Uploads: bytes are counted while they are read, and who sends too much or too slowly is cut off. */

import { subscribe } from 'node:diagnostics_channel';
import { readdir } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningStudio, startStudio } from './running.js';

const LIMIT = 2_000_000;

let studio: RunningStudio;
beforeAll(async () => {
  const limits = { bytes: LIMIT, projectBytes: LIMIT, idleSeconds: 1, uploadSeconds: 2, perMinute: 1000 };
  studio = await startStudio({ limits });
});
afterAll(() => studio.stop());

/** What came of bytes that were sent as fast as they were taken. */
interface Sent {
  response: string;
  /** Bytes that the server has read from the connection. */
  read: number;
  isClosed: boolean;
}

/** The server's side of the last connection that a request came over. */
let served: Socket;
subscribe('http.server.request.start', (message) => {
  served = (message as { socket: Socket }).socket;
});

/** Sends a head and pieces of a body, up to an answer, and waits until the connection is closed. */
async function send(head: string, pieces: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<Sent> {
  const socket = connect(studio.port, '127.0.0.1');
  let response = '';
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const answered = new Promise<void>((resolve) => socket.once('data', () => resolve()));
  socket.on('data', (part) => {
    response += part.toString('latin1');
  });
  socket.on('error', () => {});
  socket.write(head);
  for await (const piece of pieces) {
    if (socket.closed || response !== '') break;
    if (!socket.write(piece))
      await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), closed, answered]);
  }
  const isClosed = await Promise.race([closed.then(() => true), sleep(2000, false)]);
  socket.destroy();
  return { response, read: served.bytesRead, isClosed };
}

const head = (method: string, path: string, ...lines: string[]): string =>
  [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${studio.port}`, ...lines, '', ''].join('\r\n');

function* bytes(count: number, chunked: boolean): Generator<Buffer> {
  const piece = Buffer.alloc(16_384, 1);
  const framed = chunked ? Buffer.concat([Buffer.from('4000\r\n'), piece, Buffer.from('\r\n')]) : piece;
  for (let sent = 0; sent < count; sent += piece.length) yield framed;
}

const TOO_LARGE = /"error":"The file is larger than the 2 MB that are taken; send a shorter one\."/;

describe.each(['/api/jobs/tag?name=a.wav', '/api/projects'])('twice the limit to %s', (path) => {
  it('is refused by its Content-Length, before a byte of it is read', async () => {
    const lines = ['Content-Type: audio/wav', `Content-Length: ${2 * LIMIT}`];
    const { response, read, isClosed } = await send(head('POST', path, ...lines), bytes(2 * LIMIT, false));
    expect(response).toMatch(/^HTTP\/1\.1 413 /);
    expect(response).toMatch(TOO_LARGE);
    expect(isClosed).toBe(true);
    expect(read).toBeLessThan(0.2 * LIMIT);
  });

  it('is refused without Content-Length before 1.1 times the limit is read', async () => {
    const lines = ['Content-Type: audio/wav', 'Transfer-Encoding: chunked'];
    const { response, read, isClosed } = await send(head('POST', path, ...lines), bytes(2 * LIMIT, true));
    expect(response).toMatch(/^HTTP\/1\.1 413 /);
    expect(response).toMatch(TOO_LARGE);
    expect(isClosed).toBe(true);
    expect(read).toBeGreaterThan(LIMIT);
    expect(read).toBeLessThan(1.1 * LIMIT);
  });
});

it('a refused site sends no more either', async () => {
  const lines = ['Origin: http://evil.example', 'Transfer-Encoding: chunked'];
  const { response, read, isClosed } = await send(
    head('POST', '/api/jobs/tag', ...lines),
    bytes(2 * LIMIT, true),
  );
  expect(response).toMatch(/^HTTP\/1\.1 403 /);
  expect(isClosed).toBe(true);
  expect(read).toBeLessThan(0.2 * LIMIT);
});

describe('a slow upload', () => {
  it('that stops is ended', async () => {
    const lines = ['Content-Type: audio/wav', 'Content-Length: 1000'];
    const { response, isClosed } = await send(head('POST', '/api/jobs/tag', ...lines), [Buffer.from('RIFF')]);
    expect(response).toMatch(/^HTTP\/1\.1 408 /);
    expect(response).toContain('The file came too slowly');
    expect(isClosed).toBe(true);
  });

  it('that drips is ended', async () => {
    const drip = async function* (): AsyncGenerator<Buffer, void> {
      for (let i = 0; i < 100; i++) {
        yield Buffer.from('a');
        await sleep(100);
      }
    };
    const lines = ['Content-Type: audio/wav', 'Content-Length: 1000'];
    const { response } = await send(head('POST', '/api/jobs/tag', ...lines), drip());
    expect(response).toMatch(/^HTTP\/1\.1 408 /);
  });
});

it('an upload whose client leaves is forgotten', async () => {
  const socket = connect(studio.port, '127.0.0.1');
  socket.write(head('POST', '/api/jobs/tag', 'Content-Length: 1000'));
  await sleep(200);
  expect(await readdir(join(studio.folder, '.jobs'))).toHaveLength(1);
  socket.destroy();
  await sleep(300);
  expect(await readdir(join(studio.folder, '.jobs'))).toEqual([]);
  expect(studio.said).toEqual([]);
});

it.each([
  ['an empty recording', '', 'audio/wav', 400, /^The recording is empty/],
  ['JSON without a link', '{}', 'application/json', 400, /^Send the bytes of a recording, or \{"link"/],
  ['JSON with more', '{"link":"http://a","x":1}', 'application/json', 400, /^Send the bytes/],
  ['no JSON', '{', 'application/json; charset=utf-8', 400, /^The request is not valid JSON/],
  ['too much JSON', `{"link":"${'a'.repeat(20_000)}"}`, 'application/json', 413, /^The file is larger/],
])('%s is one sentence', async (_, body, type, status, sentence) => {
  const headers = { 'Content-Type': type };
  const response = await fetch(`${studio.origin}/api/jobs/tag`, { method: 'POST', headers, body });
  const { error } = (await response.json()) as { error: string };
  expect([response.status, error]).toEqual([status, expect.stringMatching(sentence)]);
  expect(await readdir(join(studio.folder, '.jobs'))).toEqual([]);
});
