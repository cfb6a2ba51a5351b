import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { CommandResult, RunCommand } from '../../../src/install/command.js';
import { checkEngine, checkGpu, checkKernels } from '../../../src/install/doctor/accelerator.js';
import { checkDecoder } from '../../../src/install/doctor/decoder.js';
import { diagnose } from '../../../src/install/doctor/diagnose.js';
import { checkMemory, checkThreads, quotaOf } from '../../../src/install/doctor/machine.js';
import {
  checkChromium,
  checkCompiler,
  checkNode,
  checkPython,
} from '../../../src/install/doctor/programs.js';
import { formatDoctor } from '../../../src/install/doctor/report.js';
import type { EngineInfo } from '../../../src/install/info.js';
import { missingKernels } from '../../../src/install/kernels.js';

const LINUX = { os: 'linux', arch: 'x64', glibc: '2.36' };
const CPU: EngineInfo = {
  works: true,
  version: '2.21.0',
  build: 'tensorflow-cpu-2.21.0-linux-x64',
  folder: '/cache/engine/tensorflow-cpu-2.21.0-linux-x64',
  gpuBuild: false,
  gpuSeen: false,
  kernels: null,
  reason: null,
};
const GPU: EngineInfo = { ...CPU, build: 'tensorflow-gpu-2.21.0-linux-x64', gpuBuild: true };

const ABSENT: CommandResult = { code: null, stdout: '', output: '', absent: true };
const nothing: RunCommand = async () => ABSENT;

/** Programs that answer with the given text; all others are absent. */
function programs(answers: Record<string, string>): RunCommand {
  return async (program, args) => {
    const text = answers[[program, ...args.filter((arg) => !arg.startsWith('-'))].join(' ')];
    return text === undefined ? ABSENT : { code: 0, stdout: text, output: text, absent: false };
  };
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('diagnose', () => {
  it('looks at everything on this machine', async () => {
    const report = await diagnose();
    expect(report.rows.map((row) => row.name)).toEqual([
      'Node',
      'npm',
      'C++ compiler',
      'Python with pip',
      'Engine',
      'Kernels',
      'GPU',
      'Decoder',
      'Threads',
      'Memory',
      'Disk',
      'Segmentation',
      'Chromium',
      'Cache',
    ]);
    for (const row of report.rows) {
      expect(row.value).not.toBe('');
      if (row.status !== 'ok') expect(row.advice, row.name).toMatch(/\.$/);
    }
  }, 60_000);

  it('does not throw on a machine without any program, and says what to do for each', async () => {
    const report = await diagnose(nothing);
    const missing = report.rows.filter((row) => row.status === 'missing').map((row) => row.name);
    expect(missing).toEqual(
      expect.arrayContaining(['npm', 'C++ compiler', 'Python with pip', 'Engine', 'Chromium']),
    );
    expect(formatDoctor(report)).toContain('polytag engine install');
  });

  it('makes a row of a check that fails', async () => {
    const report = await diagnose(async () => Promise.reject(new Error('too many processes')));
    expect(report.rows.find((row) => row.name === 'npm')).toEqual({
      name: 'npm',
      status: 'warning',
      value: 'could not be checked: too many processes',
    });
  });
});

describe('programs', () => {
  it('judges versions of Node', () => {
    expect(checkNode('20.19.0').status).toBe('ok');
    expect(checkNode('24.1.0').status).toBe('ok');
    expect(checkNode('18.20.0')).toMatchObject({ status: 'warning', value: '18.20.0, which is too old' });
    expect(checkNode('23.0.0').status).toBe('warning');
  });
  it('tells a missing make from a missing compiler', async () => {
    expect((await checkCompiler(programs({ 'g++': 'g++ 12' }))).value).toBe('make was not found');
    expect((await checkCompiler(programs({ make: 'make 4' }))).value).toBe('not found');
  });
  it('tells a missing pip from a missing Python', async () => {
    expect((await checkPython(programs({ python3: 'Python 3.12.1' }))).value).toBe(
      'Python 3.12.1 without pip',
    );
    const both = programs({ python3: 'Python 3.12.1', 'python3 pip': 'pip 24.0 from /x (python 3.12)' });
    expect(await checkPython(both)).toMatchObject({ status: 'ok', value: 'Python 3.12.1, pip 24.0' });
    expect((await checkPython(nothing)).value).toBe('no Python 3 was found');
  });
  it('finds a browser under one of its names', async () => {
    expect(await checkChromium(programs({ 'google-chrome': 'Google Chrome 140.0.1.2 ' }))).toEqual({
      name: 'Chromium',
      status: 'ok',
      value: 'Google Chrome 140.0.1.2',
    });
  });
});

describe('the machine', () => {
  it("reads a container's share of the processors", () => {
    expect(quotaOf('200000 100000\n')).toBe(2);
    expect(quotaOf('max 100000\n')).toBeNull();
    expect(quotaOf('')).toBeNull();
  });
  it("respects a container's memory", () => {
    const small = checkMemory({ constrainedMemory: () => 2e9, availableMemory: () => 1e9 });
    expect(small.value).toBe('1.0 GB available of 2.0 GB (the limit of this container)');
    expect(small.status).toBe('warning');
    // What Node says where there is no limit.
    const free = checkMemory({ constrainedMemory: () => 2 ** 64, availableMemory: () => 1e9 });
    expect(free.value).not.toContain('limit');
  });
  it('names the threads that were asked for', async () => {
    vi.stubEnv('TF_NUM_INTRAOP_THREADS', '3');
    expect((await checkThreads()).value).toMatch(/^3 \(TF_NUM_INTRAOP_THREADS\)/);
  });
});

describe('the engine', () => {
  it('says which build works, or why none does', () => {
    vi.stubEnv('POLYTAG_ENGINE', undefined);
    expect(checkEngine(CPU)).toMatchObject({ status: 'ok', value: 'TensorFlow 2.21.0, CPU build' });
    const broken = checkEngine({ ...CPU, works: false, version: null, reason: 'no such file.' });
    expect(broken).toMatchObject({
      status: 'missing',
      value: 'wasm; the native engine does not start: no such file.',
    });
    vi.stubEnv('POLYTAG_ENGINE', 'wasm');
    expect(checkEngine(CPU)).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('POLYTAG_ENGINE'),
    });
  });
});

describe('the kernels', () => {
  it('are there, missing with what to do, or do not apply', () => {
    expect(checkKernels(CPU)).toEqual({ name: 'Kernels', status: 'ok', value: 'compiled' });
    expect(checkKernels({ ...CPU, kernels: 'They are not compiled; run "polytag setup".' })).toEqual({
      name: 'Kernels',
      status: 'missing',
      value: 'none',
      advice: 'They are not compiled; run "polytag setup". Training and tagging are slower without them.',
    });
    expect(checkKernels({ ...CPU, works: false, reason: 'It is not installed.' }).status).toBe('ok');
  });

  it.runIf(process.platform === 'linux')('are missing for a reason that names what to do', async () => {
    const noCache = join(tmpdir(), 'polytag-no-cache');
    expect(await missingKernels(nothing, noCache)).toBe('They are not compiled; run "polytag setup".');
    vi.stubEnv('POLYTAG_KERNELS', '0');
    expect(await missingKernels(nothing, noCache)).toMatch(/POLYTAG_KERNELS is 0; unset it/);
  });
});

describe('the GPU is seen or not, and why', () => {
  const smi = (line: string): RunCommand => programs({ 'nvidia-smi': line });
  const H200 = 'NVIDIA H200, 550.54.15, 143771 MiB\n';

  it.each([
    ['no driver', GPU, nothing, /there is no NVIDIA driver/, /install NVIDIA's driver/],
    ['no device', GPU, smi(''), /none usable/, /passed through/],
    ['an old driver', GPU, smi('Tesla T4, 470.82.01, 15109 MiB'), /too old/, /525/],
    [
      'the CPU build',
      CPU,
      smi(H200),
      /H200.*GPU build of the engine is not installed/,
      /engine install --gpu/,
    ],
    ['not seen by TensorFlow', GPU, smi(H200), /does not see it/, /TF_CPP_MIN_LOG_LEVEL=0/],
  ])('%s', async (_what, engine, run, value, advice) => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined);
    const row = await checkGpu(engine, LINUX, run);
    expect(row.status).not.toBe('ok');
    expect(row.value).toMatch(value);
    expect(row.advice).toMatch(advice);
  });
  it('hidden by the environment', async () => {
    vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1');
    expect((await checkGpu(GPU, LINUX, smi(H200))).advice).toContain('CUDA_VISIBLE_DEVICES is "-1"');
  });
  it('another system', async () => {
    const row = await checkGpu(CPU, { os: 'darwin', arch: 'arm64', glibc: null }, nothing);
    expect(row.value).toContain('this is darwin-arm64');
  });
  it('in use', async () => {
    const row = await checkGpu({ ...GPU, gpuSeen: true }, LINUX, smi(H200));
    expect(row).toEqual({ name: 'GPU', status: 'ok', value: 'NVIDIA H200 (143771 MiB), driver 550.54.15' });
  });
});

describe('formatDoctor', () => {
  it('lines up columns, with advice below its row', () => {
    const text = formatDoctor({
      rows: [
        { name: 'Node', status: 'ok', value: '20.19.0' },
        { name: 'GPU', status: 'missing', value: 'none seen', advice: 'Install a driver.' },
      ],
    });
    expect(text.split('\n')).toEqual([
      'ok       Node  20.19.0',
      'missing  GPU   none seen',
      '               Install a driver.',
      '',
      '1 of 2 could be better.',
      '',
    ]);
  });
});

describe('checkDecoder', () => {
  const decoder = { name: 'libsndfile 1', decode: () => null };

  it('names the decoder that is used', () => {
    vi.stubEnv('POLYTAG_DECODER', undefined);
    expect(checkDecoder({ decoder, reason: null })).toEqual({
      name: 'Decoder',
      status: 'ok',
      value: 'libsndfile 1 for MP3 and FLAC, WebAssembly for the others',
    });
  });

  it('says why WebAssembly is used, and what to do', () => {
    expect(checkDecoder({ decoder: null, reason: 'it is not installed' })).toMatchObject({
      status: 'missing',
      value: 'WebAssembly; libsndfile is not used: it is not installed',
      advice: expect.stringContaining('polytag setup'),
    });
    vi.stubEnv('POLYTAG_DECODER', 'wasm');
    expect(checkDecoder({ decoder, reason: null })).toMatchObject({
      status: 'warning',
      value: 'WebAssembly, because of POLYTAG_DECODER; libsndfile 1 for MP3 and FLAC is there',
    });
  });
});
