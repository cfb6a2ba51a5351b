import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { cacheFolder } from '../../src/base/package.js';
import { runCommand } from '../../src/install/command.js';
import { downloadWheels, folderBytes, requirementsFile } from '../../src/install/download.js';
import { megabytes, placeOf } from '../../src/install/libraries.js';
import { engineBuild, type Wheel } from '../../src/install/pins.js';
import { atLeast, platformName } from '../../src/install/platform.js';
import { findPip, type Pip } from '../../src/install/python.js';
import { nodeGyp, nodeHeaders } from '../../src/install/toolchain.js';
import { unpack } from '../../src/install/unpack.js';
import { isMissing } from '../requirements.js';
import { TENSORFLOW_FILES, zipOf } from './tiny-wheel.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-parts-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

describe('pins', () => {
  const machines = [
    ['linux', 'x64', false],
    ['linux', 'x64', true],
    ['linux', 'arm64', false],
    ['darwin', 'arm64', false],
  ] as const;
  it.each(machines)('%s %s, GPU %s: every wheel is pinned to one file', (os, arch, gpu) => {
    const build = engineBuild({ os, arch, glibc: os === 'linux' ? '2.36' : null }, gpu);
    if (typeof build === 'string') throw new Error(build);
    expect(build.gpu).toBe(gpu);
    expect(build.wheels).toHaveLength(gpu ? 13 : 1);
    for (const wheel of build.wheels) {
      const [name, version] = wheel.requirement.split('==');
      expect(wheel.file.startsWith(`${name.replaceAll('-', '_')}-${version}-`)).toBe(true);
      expect(wheel.file).toContain(wheel.platform);
      expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/);
      expect(wheel.bytes).toBeGreaterThan(1e6);
    }
  });
});

describe('placeOf', () => {
  it.each([
    ['tensorflow/libtensorflow_cc.so.2', 'lib/libtensorflow_cc.so.2'],
    ['tensorflow/libtensorflow_cc.2.dylib', 'lib/libtensorflow_cc.2.dylib'],
    ['tensorflow/include/xla/tsl/c/tsl_status.h', 'include/xla/tsl/c/tsl_status.h'],
    ['nvidia/cudnn/lib/libcudnn.so.9', 'nvidia/cudnn/lib/libcudnn.so.9'],
    ['nvidia/cuda_nvcc/bin/ptxas', 'nvidia/cuda_nvcc/bin/ptxas'],
    ['tensorflow/include/tensorflow/core/graph.h', null],
    ['nvidia/cublas/include/cublas.h', null],
    ['nvidia/cublas/lib/__init__.py', null],
    ['tensorflow/python/libtensorflow_cc.so.2', null],
  ])('%s goes to %s', (name, place) => {
    expect(placeOf(name)).toBe(place);
  });
});

describe('unpack', () => {
  it('writes what is wanted and says how large it is', async () => {
    const archive = join(folder, 'a.whl');
    await writeFile(archive, zipOf({ 'a/one': 'first', 'a/two': 'second', 'b/three': '3' }));
    const written = await unpack(archive, join(folder, 'out'), (name) =>
      name.startsWith('a/') ? name.slice(2) : null,
    );
    expect(written).toEqual({ one: 5, two: 6 });
    expect(await readFile(join(folder, 'out', 'two'), 'utf8')).toBe('second');
    expect(await readdir(join(folder, 'out'))).toEqual(['one', 'two']);
  });
  it('never writes outside of the folder', async () => {
    const archive = join(folder, 'a.whl');
    await writeFile(archive, zipOf({ '../evil': 'x' }));
    await expect(unpack(archive, join(folder, 'out'), (name) => name)).rejects.toThrow(/damaged/);
    await writeFile(archive, zipOf({ good: 'x' }));
    await expect(unpack(archive, join(folder, 'out'), () => '../evil')).rejects.toThrow(/outside/);
    expect(await readdir(folder)).not.toContain('evil');
  });
  it('says that an archive is damaged', async () => {
    const archive = join(folder, 'a.whl');
    await writeFile(archive, 'no archive');
    await expect(unpack(archive, folder, (name) => name)).rejects.toThrow(/no readable archive/);
    const whole = zipOf({ one: 'x'.repeat(100) });
    // The header of the file itself, which the directory at the end points to.
    await writeFile(archive, Buffer.concat([Buffer.alloc(8), whole.subarray(8)]));
    await expect(unpack(archive, folder, (name) => name)).rejects.toThrow(/damaged/);
  });
});

describe('the toolchain', () => {
  it("finds the running Node's headers first, then those that npm is told of", async () => {
    for (const name of ['mine', 'told']) {
      await mkdir(join(folder, name, 'include', 'node'), { recursive: true });
      await writeFile(join(folder, name, 'include', 'node', 'common.gypi'), '');
    }
    const environment = { npm_config_nodedir: join(folder, 'told'), PATH: '' };
    expect(nodeHeaders(environment, join(folder, 'mine', 'bin', 'node'))).toBe(join(folder, 'mine'));
    expect(nodeHeaders(environment, join(folder, 'else', 'bin', 'node'))).toBe(join(folder, 'told'));
  });
  it('finds the node-gyp of the npm on the search path, through its link', async () => {
    const gyp = join(folder, 'lib', 'npm', 'node_modules', 'node-gyp', 'bin');
    await mkdir(gyp, { recursive: true });
    await mkdir(join(folder, 'lib', 'npm', 'bin'));
    await mkdir(join(folder, 'bin'));
    await writeFile(join(gyp, 'node-gyp.js'), '');
    await writeFile(join(folder, 'lib', 'npm', 'bin', 'npm-cli.js'), '');
    await symlink(join(folder, 'lib', 'npm', 'bin', 'npm-cli.js'), join(folder, 'bin', 'npm'));
    expect(nodeGyp({ PATH: join(folder, 'bin') }, join(folder, 'node', 'bin', 'node'))).toBe(
      join(gyp, 'node-gyp.js'),
    );
    expect(nodeGyp({ PATH: '' }, join(folder, 'node', 'bin', 'node'))).toBeNull();
  });
});

describe('small things', () => {
  it('compares versions by number', () => {
    expect(atLeast('2.36', '2.27')).toBe(true);
    expect(atLeast('2.9', '2.27')).toBe(false);
    expect(atLeast('3', '2.27')).toBe(true);
    expect(atLeast('20.19.0', '20.19')).toBe(true);
  });
  it('names platforms, sizes and the cache', () => {
    expect(platformName({ os: 'linux', arch: 'x64', glibc: null })).toBe('linux-x64-musl');
    expect(platformName({ os: 'darwin', arch: 'arm64', glibc: null })).toBe('darwin-arm64');
    expect([megabytes(273_829_956), megabytes(5.8e9)]).toEqual(['274 MB', '5.8 GB']);
    expect(cacheFolder({ POLYTAG_CACHE: folder })).toBe(folder);
    expect(cacheFolder({})).toMatch(/polytag$/);
  });
  it('adds up folders', async () => {
    await mkdir(join(folder, 'a'));
    await writeFile(join(folder, 'a', 'x'), '12345');
    await writeFile(join(folder, 'y'), '123');
    expect(await folderBytes(folder)).toBe(8);
    expect(await folderBytes(join(folder, 'nothing'))).toBe(0);
  });
  it('runs programs and tells an absent one from a failing one', async () => {
    const said = await runCommand(process.execPath, [
      '--eval',
      'console.log("out"); console.error("err"); process.exit(3)',
    ]);
    expect(said).toMatchObject({ code: 3, stdout: 'out\n', absent: false });
    expect(said.output).toContain('err');
    expect(await runCommand('polytag-has-no-such-program', [])).toMatchObject({ code: null, absent: true });
    const slow = await runCommand(process.execPath, ['--eval', 'setTimeout(() => {}, 60000)'], {
      timeout: 200,
    });
    expect(slow.code).toBeNull();
  });
});

describe.skipIf(await isMissing('pip'))('downloadWheels with the pip of this machine', () => {
  let pip: Pip;
  beforeAll(async () => {
    pip = await findPip(runCommand);
  });
  const file = 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl';
  const wheelOf = (bytes: Buffer): Wheel => ({
    requirement: 'tensorflow-cpu==2.21.0',
    file,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: bytes.length,
    platform: 'manylinux_2_27_x86_64',
  });

  beforeEach(async () => {
    await mkdir(join(folder, 'index'));
    await writeFile(join(folder, 'index', file), zipOf(TENSORFLOW_FILES));
    vi.stubEnv('PIP_CONFIG_FILE', '/dev/null');
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', join(folder, 'index'));
  });

  it('fetches a wheel for another Python and platform, by its hash', async () => {
    const wheel = wheelOf(zipOf(TENSORFLOW_FILES));
    expect(requirementsFile([wheel])).toBe(`tensorflow-cpu==2.21.0 --hash=sha256:${wheel.sha256}\n`);
    const files = await downloadWheels([wheel], join(folder, 'to'), pip, runCommand);
    expect(files).toEqual([join(folder, 'to', file)]);
    expect(await readFile(files[0])).toEqual(zipOf(TENSORFLOW_FILES));
  }, 60_000);
  it('refuses another file of the same name', async () => {
    const wheel = wheelOf(Buffer.from('something else'));
    await expect(downloadWheels([wheel], join(folder, 'to'), pip, runCommand)).rejects.toThrow(
      /SHA-256 differs/,
    );
    expect(await readdir(join(folder, 'to'))).not.toContain(file);
  }, 60_000);
  it('says that an index does not have it', async () => {
    await rm(join(folder, 'index', file));
    const wheel = wheelOf(zipOf(TENSORFLOW_FILES));
    await expect(downloadWheels([wheel], join(folder, 'to'), pip, runCommand)).rejects.toThrow(
      /has no tensorflow-cpu/,
    );
  }, 60_000);
});
