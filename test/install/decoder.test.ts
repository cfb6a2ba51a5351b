import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { libraryPath, openLibrary } from '../../src/audio/native/libsndfile.js';
import { type LibraryPin, libraryPin } from '../../src/audio/native/pins.js';
import type { RunCommand } from '../../src/install/command.js';
import { type DecoderOptions, type DecoderResult, setUpDecoder } from '../../src/install/decoder.js';
import { LINUX } from './fake-machine.js';
import { zipOf } from './tiny-wheel.js';

/** A pin of a library that is a text. */
const PIN: LibraryPin = {
  ...libraryPin('linux', 'x64')!,
  librarySha256: createHash('sha256').update('the library').digest('hex'),
};

let cache: string;
let library: string;
let pipFailure: string | null;
let starts: boolean;
let calls: string[];

beforeEach(async () => {
  vi.stubEnv('POLYTAG_DECODER', undefined);
  cache = await mkdtemp(join(tmpdir(), 'polytag-decoder-'));
  library = 'the library';
  pipFailure = null;
  starts = true;
  calls = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(cache, { recursive: true, force: true });
});

/** A pip that hands out a wheel, and a Node in which the library starts or not. */
const run: RunCommand = async (_program, args) => {
  const answer = (code: number, output: string) => ({ code, stdout: output, output, absent: false });
  if (args.includes('download')) {
    calls.push('download');
    if (pipFailure) return answer(1, pipFailure);
    const files = {
      [`_soundfile_data/${PIN.library}`]: library,
      '_soundfile_data/COPYING': 'LGPL',
      'soundfile.py': 'not needed',
    };
    await writeFile(join(args[args.indexOf('--dest') + 1], PIN.wheel.file), zipOf(files));
    return answer(0, '');
  }
  if (args.includes('--eval')) {
    calls.push('probe');
    return starts ? answer(0, '') : answer(1, 'Error: invalid ELF header\n');
  }
  return args.includes('pip') ? answer(0, 'pip 24.0 from /x (python 3.12)') : answer(0, 'Python 3.12.1\n');
};

const setUp = (options: Partial<DecoderOptions> = {}): Promise<DecoderResult> =>
  setUpDecoder({ log: () => {}, cache, run, platform: LINUX, pin: PIN, koffi: '/koffi', ...options });

it('fetches the library and its licence once, and then runs nothing', async () => {
  expect(await setUp()).toMatchObject({
    status: 'installed',
    message: 'libsndfile 1.2.2 (soundfile 0.14.0) is installed.',
  });
  expect(await readFile(libraryPath(PIN, cache), 'utf8')).toBe('the library');
  expect((await readdir(join(libraryPath(PIN, cache), '..'))).sort()).toEqual(
    ['COPYING', PIN.library].sort(),
  );
  expect(await readdir(join(cache, 'decoder'))).toHaveLength(1);
  expect(await setUp()).toMatchObject({ status: 'ready' });
  expect(calls).toEqual(['download', 'probe']);
});

it('refuses a library with another hash, and leaves nothing of it', async () => {
  library = 'another library';
  expect(await setUp()).toMatchObject({
    status: 'unavailable',
    message: expect.stringMatching(/is not the one that polytag knows \(its SHA-256 differs\)/),
  });
  expect(calls).toEqual(['download']);
  expect(await readdir(join(cache, 'decoder'))).toEqual([]);
});

it('fetches a damaged library again, which is never opened', async () => {
  await setUp();
  await writeFile(libraryPath(PIN, cache), 'the libr');
  expect(openLibrary(PIN, cache)).toEqual({
    decoder: null,
    reason: expect.stringContaining('is not the file that polytag knows'),
  });
  expect(await setUp()).toMatchObject({ status: 'installed' });
  expect(await readFile(libraryPath(PIN, cache), 'utf8')).toBe('the library');
});

it('says in a sentence why it cannot be had', async () => {
  pipFailure = 'Retrying (Retry(total=0)) after connection broken';
  expect(await setUp()).toMatchObject({
    status: 'unavailable',
    message: expect.stringMatching(
      /^The package index could not be reached to download soundfile==0\.14\.0;/,
    ),
  });
  pipFailure = null;
  starts = false;
  expect((await setUp()).message).toBe('libsndfile was downloaded but does not start: invalid ELF header.');
  expect((await setUp({ koffi: null })).message).toMatch(/the optional package koffi.* is not installed/);
  const musl = await setUp({ pin: undefined, platform: { os: 'linux', arch: 'x64', glibc: null } });
  expect(musl.message).toBe('soundfile has no libsndfile for linux-x64-musl.');
  expect(await readdir(join(cache, 'decoder'))).toEqual([]);
});

it('is left out where WebAssembly is asked for', async () => {
  vi.stubEnv('POLYTAG_DECODER', 'wasm');
  expect(await setUp()).toMatchObject({ status: 'skipped' });
  expect(calls).toEqual([]);
});

it('is not opened where a file with the right hash is no library', async () => {
  await mkdir(join(libraryPath(PIN, cache), '..'), { recursive: true });
  await writeFile(libraryPath(PIN, cache), 'the library');
  expect(openLibrary(PIN, cache)).toEqual({
    decoder: null,
    reason: expect.stringContaining('cannot be opened'),
  });
  expect(openLibrary(undefined, cache).reason).toMatch(/^soundfile has none for /);
});
