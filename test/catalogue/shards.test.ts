import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT, UsageError } from '../../src/base/errors.js';
import {
  type ManifestTrack,
  Permanent,
  readManifest,
  writeManifest,
} from '../../src/catalogue/shards/manifest.js';
import { parseShard, partsOf, partsOfShard } from '../../src/catalogue/shards/parts.js';
import fc from '../fast-check.js';

const tracksOf = (sizes: number[]): ManifestTrack[] =>
  sizes.map((bytes, id) => ({ id, path: `${id}.mp3`, bytes }));

describe('parts and shards', () => {
  it('cover every track once, in order, for any number of shards', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.integer({ min: 1, max: 70 }),
        (sizes, bytes, count) => {
          const tracks = tracksOf(sizes);
          const parts = partsOf({ tracks, sha256: '' }, bytes);
          expect(parts.flatMap((part) => part.tracks)).toEqual(tracks);
          for (const part of parts) {
            const size = part.tracks.reduce((sum, track) => sum + track.bytes, 0);
            expect(part.tracks.length === 1 || size <= bytes).toBe(true);
          }
          const numbers = Array.from({ length: count }, (_, index) => partsOfShard(parts, { index, count }))
            .flat()
            .map(({ number }) => number);
          expect(numbers.sort((a, b) => a - b)).toEqual(parts.map(({ number }) => number));
        },
      ),
    );
  });

  it('are told by a person, by Slurm and by Kubernetes', () => {
    expect(parseShard('3/16', {})).toEqual({ index: 2, count: 16 });
    expect(parseShard(undefined, {})).toEqual({ index: 0, count: 1 });
    const slurm = { SLURM_ARRAY_TASK_ID: '5', SLURM_ARRAY_TASK_MIN: '1', SLURM_ARRAY_TASK_COUNT: '8' };
    expect(parseShard(undefined, slurm)).toEqual({ index: 4, count: 8 });
    expect(parseShard(undefined, { JOB_COMPLETION_INDEX: '0' }, 4)).toEqual({ index: 0, count: 4 });
    for (const text of ['0/4', '5/4', '1', 'a/b', '1/0'])
      expect(() => parseShard(text, {}), text).toThrow(UsageError);
    expect(() => parseShard(undefined, { JOB_COMPLETION_INDEX: '0' })).toThrow(/give --shards N/);
  });
});

describe('manifest', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'polytag-manifest-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('comes back as it was written, is never replaced, and notices every change', async () => {
    const path = join(folder, 'm.jsonl');
    const track = join(folder, 'ä "x"\n.mp3');
    await writeFile(track, 'some bytes');
    const written = await writeManifest(path, [track, 'missing.mp3']);
    expect(written.tracks.map(({ bytes }) => bytes)).toEqual([10, 0]);
    expect(await readManifest(path)).toEqual(written);
    await expect(writeManifest(path, [])).rejects.toThrow(/never changed/);
    const catalogue = new Array(4_000_000).fill(`/music/${'a'.repeat(70)}.mp3`);
    await expect(writeManifest(join(folder, 'long.jsonl'), catalogue)).rejects.toThrow(
      /too many for one manifest/,
    );
    const text = await readFile(path, 'utf8');
    for (const changed of [
      text.slice(0, -3),
      text.replace('missing', 'missinG'),
      `${text}{}\n`,
      '',
      'no json',
    ]) {
      await writeFile(path, changed);
      const error = await readManifest(path).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Permanent);
      expect((error as Permanent).exitCode).toBe(EXIT.doNotRetry);
    }
    await expect(readManifest(join(folder, 'none'))).rejects.toThrow(UsageError);
  });
});
