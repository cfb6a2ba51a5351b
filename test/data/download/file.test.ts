import { createHash, randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Failure, Interrupted } from '../../../src/base/errors.js';
import { type DownloadedFile, downloadFile } from '../../../src/data/download/file.js';
import type { RetryPolicy } from '../../../src/data/download/retry.js';
import { retryAfterSeconds } from '../../../src/data/download/retry.js';
import { sendAndDrop, startServer, type TestServer } from './server.js';

const quick: RetryPolicy = {
  attempts: 4,
  firstWait: 0.005,
  longestWait: 0.05,
  progressBytes: 50_000,
  stallSeconds: 5,
};
const content = randomBytes(300_000);
const etag = '"v1"';

let server: TestServer;
let folder: string;
let path: string;

beforeEach(async () => {
  server = await startServer();
  server.files.set('big.bin', { content, etag });
  folder = await mkdtemp(join(tmpdir(), 'polytag-download-'));
  path = join(folder, 'big.bin');
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

function download(
  options: { sha256?: string; policy?: Partial<RetryPolicy>; signal?: AbortSignal } = {},
): Promise<DownloadedFile> {
  const file = { url: `${server.url}big.bin`, path, sha256: options.sha256 };
  return downloadFile(file, { ...quick, ...options.policy }, options.signal, () => {});
}

async function expectWhole(expected: Buffer = content): Promise<void> {
  expect((await readFile(path)).equals(expected)).toBe(true);
  expect(await readdir(folder)).toEqual(['big.bin']);
}

/** Drops the first `times` answers after `bytes` each, wherever they begin. */
function dropping(times: number, bytes: number): void {
  server.misbehave = ({ path: name, range }, response, count) => {
    if (count > times) return false;
    const from = Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0);
    sendAndDrop(response, server.files.get(name)!, from, bytes);
    return true;
  };
}

describe('downloadFile', () => {
  it('downloads a file and reports every byte', async () => {
    const seen: [number, number | null][] = [];
    const file = { url: `${server.url}big.bin`, path };
    const done = await downloadFile(file, quick, undefined, (bytes, size) => seen.push([bytes, size]));
    expect(done).toEqual({ path, bytes: content.length, state: 'downloaded' });
    expect(seen.at(-1)).toEqual([content.length, content.length]);
    await expectWhole();
  });

  it('does not ask again for a file that is there', async () => {
    await download();
    expect(await download()).toMatchObject({ state: 'present', bytes: content.length });
    expect(server.seen).toHaveLength(1);
  });

  it('goes on after dropped connections without loading anything twice', async () => {
    dropping(3, 70_000);
    expect(await download()).toMatchObject({ state: 'resumed', bytes: content.length });
    await expectWhole();
    const starts = server.seen.map(({ range }) => Number(/bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0));
    expect(starts[0]).toBe(0);
    expect(starts.every((start, i) => i === 0 || start > starts[i - 1])).toBe(true);
    expect(server.seen[1].ifRange).toBe(etag);
  });

  it('goes on in a later call where an earlier one gave up', async () => {
    dropping(1000, 1000);
    const failed = download();
    await expect(failed).rejects.toThrow(Failure);
    await expect(failed).rejects.toThrow(
      /could not be downloaded: .*, 4 times in a row; what has arrived is kept/,
    );
    expect(server.seen).toHaveLength(4);
    const kept = (await stat(`${path}.part`)).size;
    expect(kept).toBeGreaterThan(0);
    server.misbehave = () => false;
    expect(await download()).toMatchObject({ state: 'resumed' });
    expect(server.seen[4].range).toBe(`bytes=${kept}-`);
    await expectWhole();
  });

  it('counts tries anew after real progress', async () => {
    dropping(5, 55_000);
    expect(await download({ policy: { attempts: 2 } })).toMatchObject({ bytes: content.length });
    await expectWhole();
  });

  it('starts over when the server has no ranges', async () => {
    server.ranges = false;
    dropping(1, 100_000);
    expect(await download()).toMatchObject({ state: 'downloaded' });
    expect(server.seen[1].range).toMatch(/^bytes=/);
    await expectWhole();
  });

  it.each([
    ['knows If-Range', true],
    ['ignores If-Range', false],
  ])('starts over when the file changed between tries and the server %s', async (_, understands) => {
    server.understandsIfRange = understands;
    const changed = randomBytes(content.length);
    dropping(1, 100_000);
    const misbehave = server.misbehave;
    server.misbehave = (request, response, count) => {
      if (count === 2) server.files.set('big.bin', { content: changed, etag: '"v2"' });
      return misbehave(request, response, count);
    };
    expect(await download()).toMatchObject({ state: 'downloaded' });
    await expectWhole(changed);
  });

  it('starts over when the file shrank below what is on disk', async () => {
    dropping(1000, 100_000);
    await expect(download({ policy: { attempts: 1 } })).rejects.toThrow(Failure);
    const short = randomBytes(20_000);
    server.files.set('big.bin', { content: short, etag: '"v2"' });
    server.understandsIfRange = false;
    server.misbehave = () => false;
    await download();
    await expectWhole(short);
  });

  it('resumes by Last-Modified where there is no tag, or only a weak one', async () => {
    const lastModified = 'Tue, 05 May 2009 10:00:00 GMT';
    server.files.set('big.bin', { content, etag: 'W/"weak"', lastModified });
    dropping(1, 100_000);
    expect(await download()).toMatchObject({ state: 'resumed' });
    expect(server.seen[1].ifRange).toBe(lastModified);
    await expectWhole();
  });

  it('starts over where the version cannot be told', async () => {
    server.files.set('big.bin', { content });
    dropping(1, 100_000);
    expect(await download()).toMatchObject({ state: 'downloaded' });
    expect(server.seen[1].range).toBeUndefined();
    await expectWhole();
  });

  it('ignores a damaged record of an earlier try', async () => {
    await writeFile(`${path}.part`, randomBytes(1000));
    await writeFile(`${path}.part.json`, '{"url": 3');
    await download();
    await expectWhole();
  });

  it('renames a part that is already whole', async () => {
    await writeFile(`${path}.part`, content);
    const record = { url: `${server.url}big.bin`, etag, lastModified: null, size: content.length };
    await writeFile(`${path}.part.json`, JSON.stringify(record));
    await download();
    expect(server.seen).toHaveLength(0);
    await expectWhole();
  });

  it('tries again after 503, and waits as long as it is told to', async () => {
    server.misbehave = (_, response, count) => {
      if (count > 2) return false;
      response.writeHead(503, { 'retry-after': '0' }).end('busy');
      return true;
    };
    await download();
    expect(server.seen).toHaveLength(3);
    await expectWhole();
  });

  it('gives up at a server that stays busy, and says so', async () => {
    server.misbehave = (_, response) => {
      response.writeHead(503).end();
      return true;
    };
    await expect(download()).rejects.toThrow(/the server answers 503, 4 times in a row/);
    expect(server.seen).toHaveLength(4);
  });

  it('does not try again after 404', async () => {
    server.files.clear();
    await expect(download()).rejects.toThrow(
      /big\.bin answers 404: there is no such file; check the base URL/,
    );
    expect(server.seen).toHaveLength(1);
  });

  it('says that nobody listens', async () => {
    const { url } = server;
    await server.close();
    const call = downloadFile({ url: `${url}big.bin`, path }, quick, undefined, () => {});
    await expect(call).rejects.toThrow(/no connection \(.*ECONNREFUSED.*4 times in a row/);
    server = await startServer();
  });

  it('refuses a web page in the place of the file', async () => {
    server.misbehave = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<h1>Log in</h1>');
      return true;
    };
    await expect(download()).rejects.toThrow(/answers a web page instead of the file/);
  });

  it('cuts a connection that has stalled and goes on', async () => {
    // On a busy machine the time may be over before anything has come: the server stalls until the part is on disk.
    server.misbehave = (_, response) => {
      if (statSync(`${path}.part`, { throwIfNoEntry: false })?.size === 90_000) return false;
      response.writeHead(200, { 'content-length': content.length, etag });
      response.write(content.subarray(0, 90_000));
      return true;
    };
    const policy = { stallSeconds: 0.2, attempts: 20 };
    expect(await download({ policy })).toMatchObject({ state: 'resumed' });
    await expectWhole();
  });

  it('takes an answer of unknown length', async () => {
    server.misbehave = (_, response) => {
      response.writeHead(200, { etag });
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
      return true;
    };
    expect(await download()).toMatchObject({ bytes: content.length });
    await expectWhole();
  });

  it('stops when it is told to, keeps what has arrived, and goes on', async () => {
    const stop = new AbortController();
    server.misbehave = (_, response, count) => {
      if (count > 1) return false;
      response.writeHead(200, { 'content-length': content.length, etag });
      response.write(content.subarray(0, 90_000));
      const arrived = setInterval(async () => {
        if ((await stat(`${path}.part`).catch(() => null))?.size !== 90_000) return;
        clearInterval(arrived);
        stop.abort();
      }, 10);
      return true;
    };
    await expect(download({ signal: stop.signal })).rejects.toThrow(Interrupted);
    expect((await stat(`${path}.part`)).size).toBe(90_000);
    expect(await download()).toMatchObject({ state: 'resumed' });
    await expectWhole();
  });

  it('stops during the wait between tries', async () => {
    const stop = new AbortController();
    server.misbehave = (_, response) => {
      response.writeHead(503).end();
      setTimeout(() => stop.abort(), 50);
      return true;
    };
    const call = download({ signal: stop.signal, policy: { firstWait: 30, longestWait: 30 } });
    await expect(call).rejects.toThrow(Interrupted);
  });

  describe('with a published checksum', () => {
    const sha256 = createHash('sha256').update(content).digest('hex');

    it('accepts the published file', async () => {
      expect(await download({ sha256 })).toMatchObject({ state: 'downloaded' });
      expect(await download({ sha256 })).toMatchObject({ state: 'present' });
    });

    it('loads once more when what was pieced together is wrong', async () => {
      await writeFile(`${path}.part`, randomBytes(100_000));
      const record = { url: `${server.url}big.bin`, etag, lastModified: null, size: content.length };
      await writeFile(`${path}.part.json`, JSON.stringify(record));
      await download({ sha256 });
      await expectWhole();
    });

    it('refuses another file and keeps nothing of it', async () => {
      server.files.set('big.bin', { content: randomBytes(1000), etag });
      await expect(download({ sha256 })).rejects.toThrow(/is not the published one/);
      expect(await readdir(folder)).toEqual([]);
    });

    it('refuses a file that is there and is another one, and leaves it alone', async () => {
      await writeFile(path, 'my own notes');
      await expect(download({ sha256 })).rejects.toThrow(/exists but is not the published file/);
      expect(await readFile(path, 'utf8')).toBe('my own notes');
    });
  });
});

describe('retryAfterSeconds', () => {
  it('reads seconds and dates', () => {
    const now = Date.parse('Tue, 05 May 2009 10:00:00 GMT');
    expect(retryAfterSeconds('120', now)).toBe(120);
    expect(retryAfterSeconds('Tue, 05 May 2009 10:01:00 GMT', now)).toBe(60);
    expect(retryAfterSeconds('Tue, 05 May 2009 09:00:00 GMT', now)).toBe(0);
    expect(retryAfterSeconds('soon', now)).toBeUndefined();
    expect(retryAfterSeconds(null, now)).toBeUndefined();
  });
});
