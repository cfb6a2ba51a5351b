import { mkdir, readdir, readFile, readlink, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type EngineInstallResult, type InstallOptions, installEngine } from '../../src/install/install.js';
import { type FakeMachine, fakeMachine, LINUX, writeAddon } from './fake-machine.js';
import { TENSORFLOW_FILES } from './tiny-wheel.js';

const BUILD = 'tensorflow-cpu-2.21.0-linux-x64';
const GPU_BUILD = 'tensorflow-gpu-2.21.0-linux-x64';

let machine: FakeMachine;
let lines: string[];

beforeEach(async () => {
  vi.stubEnv('POLYTAG_ENGINE', undefined);
  machine = await fakeMachine();
  lines = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await machine.remove();
});

function install(options: Partial<InstallOptions> = {}): Promise<EngineInstallResult> {
  const { packageFolder, cache, run } = machine;
  return installEngine({
    gpu: false,
    log: (line) => lines.push(line),
    packageFolder,
    cache,
    run,
    platform: LINUX,
    ...options,
  });
}

describe('installEngine', () => {
  it('fetches, unpacks what is needed, links, compiles and tests', async () => {
    const result = await install();
    expect(result).toMatchObject({
      status: 'installed',
      version: '2.21.0',
      gpu: false,
      downloaded: true,
      compiled: true,
    });
    const folder = join(machine.cache, 'engine', BUILD);
    expect((await readdir(join(folder, 'lib'))).sort()).toEqual([
      'libtensorflow.so',
      'libtensorflow.so.2',
      'libtensorflow_cc.so.2',
      'libtensorflow_framework.so',
      'libtensorflow_framework.so.2',
    ]);
    expect(await readdir(join(folder, 'include', 'tensorflow'))).toEqual(['c']);
    expect(await readlink(join(machine.packageFolder, 'deps', 'lib'))).toBe(join(folder, 'lib'));
    expect(await readFile(join(machine.packageFolder, 'deps/include/tensorflow/c/c_api.h'), 'utf8')).toBe(
      '// c api',
    );
    expect(await readdir(join(machine.cache, 'engine'))).toEqual([BUILD]);
    expect(await readdir(machine.cache)).toEqual(['addons', 'engine']);
  });

  it('runs nothing when everything is in place', async () => {
    await install();
    machine.calls.length = 0;
    expect(await install()).toMatchObject({
      status: 'ready',
      version: '2.21.0',
      downloaded: false,
      compiled: false,
    });
    expect(machine.calls).toEqual([]);
  });

  it('serves a second checkout from the cache, without pip and compiler', async () => {
    await install();
    const second = await fakeMachine();
    second.without = new Set(['python3', 'python', 'pip3', 'g++', 'c++', 'clang++', 'make']);
    const result = await install({ packageFolder: second.packageFolder, run: second.run });
    expect(result).toMatchObject({ status: 'installed', downloaded: false, compiled: false });
    expect(second.calls).not.toContain('build');
    await second.remove();
  });

  it('notices a damaged cache and makes it again', async () => {
    await install();
    await truncate(join(machine.cache, 'engine', BUILD, 'lib', 'libtensorflow_cc.so.2'), 3);
    expect(await install()).toMatchObject({ status: 'installed', downloaded: true, compiled: false });
    expect(lines.join()).toContain('is damaged');
    expect(await readFile(join(machine.packageFolder, 'deps/lib/libtensorflow.so'), 'utf8')).toBe(
      'c library',
    );
  });

  it('compiles again when the cached addon does not work', async () => {
    await install();
    for (const name of await readdir(join(machine.cache, 'addons'))) {
      await writeFile(join(machine.cache, 'addons', name), 'of another machine');
    }
    await writeAddon(machine, 'broken');
    await writeFile(join(machine.packageFolder, 'deps', 'polytag-engine.json'), '{"build":"x","nodes":[]}');
    expect(await install()).toMatchObject({ status: 'installed', downloaded: false, compiled: true });
  });

  it('replaces libraries that another installer put there', async () => {
    await mkdir(join(machine.packageFolder, 'deps', 'lib'), { recursive: true });
    await writeFile(join(machine.packageFolder, 'deps', 'lib', 'libtensorflow.so.2'), 'of 2.9.1');
    expect(await install()).toMatchObject({ status: 'installed' });
    expect(await readFile(join(machine.packageFolder, 'deps/lib/libtensorflow.so.2'), 'utf8')).toBe(
      'c library',
    );
  });

  it('installs the GPU build with CUDA beside it, and keeps it when asked to', async () => {
    machine.wheel = (file) =>
      file.startsWith('tensorflow')
        ? TENSORFLOW_FILES
        : {
            [`nvidia/${file.split('_')[1]}/lib/lib.so.12`]: file,
            [`nvidia/${file.split('_')[1]}/include/x.h`]: 'no',
          };
    expect(await install({ gpu: true })).toMatchObject({ status: 'installed', gpu: true });
    expect(await readlink(join(machine.packageFolder, 'deps', 'nvidia'))).toBe(
      join(machine.cache, 'engine', GPU_BUILD, 'nvidia'),
    );
    const parts = await readdir(join(machine.packageFolder, 'deps', 'nvidia'));
    expect(parts).toContain('cudnn');
    expect(await readdir(join(machine.packageFolder, 'deps', 'nvidia', 'cudnn'))).toEqual(['lib']);
    expect(await install({ keep: true })).toMatchObject({ status: 'ready', gpu: true });
    expect(await install()).toMatchObject({ status: 'installed', gpu: false });
    expect(await stat(join(machine.packageFolder, 'deps', 'nvidia')).catch(() => null)).toBeNull();
  });

  it('does the work once when two processes ask at once', async () => {
    const results = await Promise.all([install(), install()]);
    expect(results.every((result) => result.status === 'installed')).toBe(true);
    expect(machine.calls.filter((call) => call === 'pip download')).toHaveLength(1);
    expect(lines).toContain('Another process installs the engine; waiting for it.');
  });

  it('removes what an interrupted installation left', async () => {
    await mkdir(join(machine.cache, 'engine', '.partial-dead'), { recursive: true });
    await install();
    expect(await readdir(join(machine.cache, 'engine'))).toEqual([BUILD]);
  });

  it('does nothing when wasm is asked for', async () => {
    vi.stubEnv('POLYTAG_ENGINE', 'wasm');
    expect(await install()).toMatchObject({ status: 'skipped' });
    expect(machine.calls).toEqual([]);
  });
});

describe('what keeps the engine from being installed', () => {
  const unavailable = async (pattern: RegExp, options: Partial<InstallOptions> = {}): Promise<void> => {
    const result = await install(options);
    expect(result.status).toBe('unavailable');
    expect(result.message).toMatch(pattern);
    expect(result.message).not.toContain('\n');
    // Nothing half done stays behind.
    expect(
      (await readdir(join(machine.cache, 'engine')).catch(() => [])).filter((name) => name.startsWith('.')),
    ).toEqual([]);
  };

  it('no Python', async () => {
    machine.without = new Set(['python3', 'python', 'pip3']);
    await unavailable(/No Python 3 was found.*install Python 3/);
  });
  it('no pip', async () => {
    machine.without = new Set(['pip', 'pip3']);
    await unavailable(/Python 3\.12\.1 has no pip.*apt install python3-pip/);
  });
  it('no compiler, found out before anything is downloaded', async () => {
    machine.without = new Set(['g++', 'c++', 'clang++', 'make']);
    await unavailable(/No C\+\+ compiler and no make was found.*build-essential/);
    expect(machine.calls).not.toContain('pip download');
  });
  it.each([
    [{ os: 'win32', arch: 'x64', glibc: null }, /no build with a C library for win32-x64.*wasm/],
    [{ os: 'linux', arch: 'x64', glibc: null }, /musl/],
    [{ os: 'linux', arch: 'x64', glibc: '2.17' }, /2\.27 or later and this system has 2\.17/],
  ])('no build for %o', async (platform, pattern) => {
    await unavailable(pattern, { platform });
  });
  it('no GPU build', async () => {
    await unavailable(/no GPU build for linux-arm64; leave out --gpu/, {
      gpu: true,
      platform: { os: 'linux', arch: 'arm64', glibc: '2.36' },
    });
  });
  it.each([
    ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', /SHA-256 differs/],
    [
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
      /disk is full.*POLYTAG_CACHE/,
    ],
    [
      "WARNING: Retrying (Retry(total=1)) after connection broken by 'NewConnectionError'\nERROR: Could not find a version",
      /could not be reached/,
    ],
    ['ERROR: HTTP error 403 while getting it\nERROR: 403 Client Error: Forbidden for url', /refused/],
    ['ERROR: SSLError(SSLCertVerificationError(1, "CERTIFICATE_VERIFY_FAILED"))', /certificates/],
    ['ERROR: No matching distribution found for tensorflow-cpu==2.21.0', /has no tensorflow-cpu==2\.21\.0/],
    ['ERROR: something quite new.', /something quite new; run the same command again/],
  ])('pip says %s', async (said, pattern) => {
    machine.pipFailure = said;
    await unavailable(pattern);
  });
  it('a wheel without the library', async () => {
    machine.wheel = () => ({ 'tensorflow/python/__init__.py': '' });
    await unavailable(/holds no TensorFlow C library/);
  });
  it.each([
    ['gyp ERR! find Python Could not find any Python installation to use', /found no Python 3/],
    ['gyp ERR! stack FetchError: getaddrinfo ENOTFOUND example.invalid', /headers.*npm_config_nodedir/],
    [
      "node-pre-gyp ERR! stack Error: Failed to execute 'node-gyp configure'",
      /node-gyp, which comes with npm, was not found/,
    ],
    [
      'x.cc:1:1: error: unknown type name\nnode-pre-gyp ERR! build error',
      /x\.cc:1:1: error: unknown type name/,
    ],
  ])('the build says %s', async (said, pattern) => {
    machine.buildFailure = said;
    await unavailable(pattern);
  });
  it('an engine that does not start', async () => {
    machine.addonWorks = false;
    await unavailable(/compiled but does not start: the addon does not load/);
  });
  it('a cache that cannot be written', async () => {
    await writeFile(join(machine.packageFolder, 'file'), '');
    const result = await install({ cache: join(machine.packageFolder, 'file') });
    expect(result).toMatchObject({ status: 'unavailable' });
    expect(result.message).toMatch(/part of its path is a file; choose another folder/);
  });
});
