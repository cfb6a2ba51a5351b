import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { downloadPublication, type Publication } from '../../../src/data/download/publication.js';
import { PATIENT } from '../../../src/data/download/retry.js';
import { MTAT } from '../../../src/data/sets/magnatagatune.js';
import { needsShared, referencePath } from '../../reference.js';
import { zipOf } from './archive.js';
import { sendAndDrop, startServer, type TestServer } from './server.js';

const retry = { ...PATIENT, firstWait: 0.005, longestWait: 0.05 };
const clips = Array.from({ length: 6 }, (_, i) => ({
  name: `${i}/artist-album-0${i}-title-0-29.mp3`,
  content: randomBytes(20_000),
}));

let server: TestServer;
let out: string;

beforeEach(async () => {
  server = await startServer();
  out = await mkdtemp(join(tmpdir(), 'polytag-mtat-'));
});
afterEach(async () => {
  await server.close();
  await rm(out, { recursive: true, force: true });
});

/** Puts tables and an archive in three parts on the server. */
async function publish(tables: Record<string, Buffer>): Promise<Buffer[]> {
  const zip = await zipOf(clips);
  const parts = [zip.subarray(0, 50_000), zip.subarray(50_000, 50_010), zip.subarray(50_010)];
  parts.forEach((content, i) => {
    server.files.set(MTAT.parts[i].name, { content, etag: `"part${i}"` });
  });
  for (const [name, content] of Object.entries(tables))
    server.files.set(name, { content, etag: `"${name}"` });
  return parts;
}

const tables = {
  'annotations_final.csv': Buffer.from('"clip_id"\t"guitar"\t"mp3_path"\r\n'),
  'clip_info_final.csv': Buffer.from('"clip_id"\t"mp3_path"\r\n'),
};
const publication: Publication = {
  baseUrl: MTAT.baseUrl,
  tables: Object.entries(tables).map(([name, content]) => ({
    name,
    sha256: createHash('sha256').update(content).digest('hex'),
  })),
  parts: MTAT.parts,
};

async function expectClips(): Promise<void> {
  for (const { name, content } of clips) expect((await readFile(join(out, name))).equals(content)).toBe(true);
}

describe('downloadPublication', () => {
  it('downloads, unpacks, and finds everything there the second time', async () => {
    await publish(tables);
    const first = await downloadPublication(publication, { out, baseUrl: server.url.slice(0, -1), retry });
    expect(first.files.map(({ name, state }) => [name, state])).toEqual(
      ['annotations_final.csv', 'clip_info_final.csv', 'mp3.zip.001', 'mp3.zip.002', 'mp3.zip.003'].map(
        (name) => [name, 'downloaded'],
      ),
    );
    expect(first.archive).toMatchObject({ entries: 6, unpacked: 6, present: 0 });
    await expectClips();
    const requests = server.seen.length;
    const second = await downloadPublication(publication, { out, baseUrl: server.url, retry });
    expect(second.files.every(({ state }) => state === 'present')).toBe(true);
    expect(second.archive).toMatchObject({ unpacked: 0, present: 6 });
    expect(server.seen).toHaveLength(requests);
  });

  it('comes through on a server that drops every connection half-way', async () => {
    await publish(tables);
    const begun = new Set<string>();
    server.misbehave = ({ path }, response) => {
      if (begun.has(path)) return false;
      begun.add(path);
      const file = server.files.get(path)!;
      sendAndDrop(response, file, 0, file.content.length >> 1);
      return true;
    };
    const summary = await downloadPublication(publication, { out, baseUrl: server.url, retry });
    expect(summary.files.every(({ state }) => state === 'resumed')).toBe(true);
    await expectClips();
  });

  it('names a corrupted part, and recovers when it is removed and served whole', async () => {
    const parts = await publish(tables);
    const corrupted = Buffer.from(parts[0]);
    corrupted[30_000] ^= 1;
    server.files.set('mp3.zip.001', { content: corrupted, etag: '"bad"' });
    const call = downloadPublication(publication, { out, baseUrl: server.url, retry });
    await expect(call).rejects.toThrow(/^mp3\.zip\.001 is damaged: 1 entry .* remove mp3\.zip\.001 and run/);
    server.files.set('mp3.zip.001', { content: parts[0], etag: '"good"' });
    await rm(join(out, 'mp3.zip.001'));
    const summary = await downloadPublication(publication, { out, baseUrl: server.url, retry });
    expect(summary.archive).toMatchObject({ unpacked: 1, present: 5 });
    await expectClips();
  });

  it('reports progress by file and for unpacking, and ends every report', async () => {
    await publish(tables);
    const started: [string, number, string][] = [];
    let stopped = 0;
    const progress = (label: string, total: number, unit: string) => {
      started.push([label, total, unit]);
      return { update: () => {}, stop: () => void stopped++ };
    };
    await downloadPublication(publication, { out, baseUrl: server.url, retry, progress });
    expect(started.map(([label]) => label)).toEqual([
      ...['annotations_final.csv', 'clip_info_final.csv', 'mp3.zip.001', 'mp3.zip.002', 'mp3.zip.003'],
      'Unpacking',
    ]);
    expect(started.at(-1)).toEqual(['Unpacking', 6, 'files']);
    expect(stopped).toBe(6);
  });

  it.each(['', 'mirg.city.ac.uk', 'ftp://example.org/', 'file:///etc/'])(
    'refuses %j as a base URL',
    async (baseUrl) => {
      await expect(downloadPublication(publication, { out, baseUrl })).rejects.toThrow(UsageError);
    },
  );
});

describe('the published MagnaTagATune', () => {
  it('does not take another table for the published one', async () => {
    await publish(tables);
    await expect(downloadPublication(MTAT, { out, baseUrl: server.url, retry })).rejects.toThrow(
      /annotations_final\.csv is not the published one/,
    );
  });

  it('accepts the published tables', async (ctx) => {
    needsShared(ctx);
    const official = (name: string): string =>
      referencePath('data', 'mtat-metadata', 'official', `${name}.gz`);
    const published = MTAT.tables.map(
      ({ name }) => [name, gunzipSync(readFileSync(official(name)))] as const,
    );
    await publish(Object.fromEntries(published));
    const summary = await downloadPublication(MTAT, { out, baseUrl: server.url, retry });
    expect(summary.archive.unpacked).toBe(6);
    await expectClips();
  });
});
