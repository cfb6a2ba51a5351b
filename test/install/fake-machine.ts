/** A machine that exists only in a test: programs that answer as the real ones do, and count their calls. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandResult, RunCommand } from '../../src/install/command.js';
import type { Platform } from '../../src/install/platform.js';
import { TENSORFLOW_FILES, zipOf } from './tiny-wheel.js';

export const LINUX: Platform = { os: 'linux', arch: 'x64', glibc: '2.36' };

const done = (stdout: string): CommandResult => ({ code: 0, stdout, output: stdout, absent: false });
const failed = (output: string): CommandResult => ({ code: 1, stdout: '', output, absent: false });
const absent: CommandResult = { code: null, stdout: '', output: 'spawn ENOENT', absent: true };

export interface FakeMachine {
  run: RunCommand;
  packageFolder: string;
  cache: string;
  /** Programs that are not there. */
  without: Set<string>;
  /** What pip says instead of downloading. */
  pipFailure: string | null;
  /** What the compiler says instead of compiling. */
  buildFailure: string | null;
  /** Whether the addon works once it is there. */
  addonWorks: boolean;
  /** What was run: `pip download`, `build`, `probe`. */
  calls: string[];
  /** Contents of each wheel that pip hands out. */
  wheel: (file: string) => Record<string, string>;
  remove: () => Promise<void>;
}

/** Makes the machine, with an npm package in place of `@tensorflow/tfjs-node-gpu`. */
export async function fakeMachine(): Promise<FakeMachine> {
  const root = await mkdtemp(join(tmpdir(), 'polytag-install-'));
  const packageFolder = join(root, 'package');
  await mkdir(join(packageFolder, 'node_modules', '@mapbox', 'node-pre-gyp'), { recursive: true });
  await writeFile(join(packageFolder, 'package.json'), '{"version": "4.22.0"}');
  await writeFile(join(packageFolder, 'node_modules', '@mapbox', 'node-pre-gyp', 'package.json'), '{}');
  const machine: FakeMachine = {
    packageFolder,
    cache: join(root, 'cache'),
    without: new Set(),
    pipFailure: null,
    buildFailure: null,
    addonWorks: true,
    calls: [],
    wheel: () => TENSORFLOW_FILES,
    remove: () => rm(root, { recursive: true, force: true }),
    run: async (program, args) => answer(machine, program, args),
  };
  return machine;
}

async function answer(machine: FakeMachine, program: string, args: string[]): Promise<CommandResult> {
  if (machine.without.has(program)) return absent;
  if (args.includes('download')) return download(machine, args);
  if (args[1] === 'pip')
    return machine.without.has('pip')
      ? failed('No module named pip')
      : done('pip 24.0 from /x (python 3.12)');
  if (args.includes('--build-from-source')) {
    machine.calls.push('build');
    if (machine.buildFailure) return failed(machine.buildFailure);
    await writeAddon(machine, 'compiled');
    return done('');
  }
  if (args[0] === '--eval') {
    machine.calls.push('probe');
    const addon = await readFile(join(machine.packageFolder, 'lib/napi-v8/tfjs_binding.node'), 'utf8').catch(
      () => '',
    );
    const library = await readFile(join(machine.packageFolder, 'deps/lib/libtensorflow.so.2'), 'utf8').catch(
      () => '',
    );
    const works = machine.addonWorks && addon === 'compiled' && library === 'c library';
    return works
      ? done('probe:{"version":"2.21.0","gpu":false}\n')
      : failed('Error: the addon does not load\n');
  }
  if (/^python/.test(program)) return done('Python 3.12.1\n');
  if (['g++', 'c++', 'clang++', 'make'].includes(program)) return done(`${program} 12\n`);
  return absent;
}

/** Puts an addon into the package's folder. */
export async function writeAddon(machine: FakeMachine, content: string): Promise<void> {
  await mkdir(join(machine.packageFolder, 'lib', 'napi-v8'), { recursive: true });
  await writeFile(join(machine.packageFolder, 'lib', 'napi-v8', 'tfjs_binding.node'), content);
}

async function download(machine: FakeMachine, args: string[]): Promise<CommandResult> {
  machine.calls.push('pip download');
  if (machine.pipFailure) return failed(machine.pipFailure);
  const folder = args[args.indexOf('--dest') + 1];
  const text = await readFile(args[args.indexOf('--requirement') + 1], 'utf8');
  const { engineBuild } = await import('../../src/install/pins.js');
  for (const gpu of [false, true]) {
    const build = engineBuild(LINUX, gpu);
    if (typeof build === 'string') throw new Error(build);
    for (const wheel of build.wheels) {
      if (!text.includes(`${wheel.requirement} --hash=sha256:${wheel.sha256}\n`)) continue;
      await writeFile(join(folder, wheel.file), zipOf(machine.wheel(wheel.file)));
    }
  }
  return done('');
}
