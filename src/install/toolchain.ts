/** Finds what compiling an addon needs: a C++ compiler, make, node-gyp and Node's headers. */
import { existsSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { Failure } from '../base/errors.js';
import type { RunCommand } from './command.js';

/** The C++ compiler that was found. */
export interface Compiler {
  /** `c++` */
  program: string;
  /** First line of what it says of itself. */
  version: string;
}

/**
 * Finds the C++ compiler: `$CXX`, `c++`, `g++` or `clang++`.
 *
 * @param run - runs programs
 * @param environment - where `CXX` may name one
 * @returns the first that answers, or null
 */
export async function findCompiler(
  run: RunCommand,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<Compiler | null> {
  // node-gyp's makefiles take $CXX, else g++ (c++ on macOS): the same order here.
  const names = environment.CXX ? [environment.CXX] : ['g++', 'c++', 'clang++'];
  for (const program of names) {
    const [name, ...flags] = program.split(' ');
    const answer = await run(name, [...flags, '--version'], { timeout: 20_000 });
    if (answer.code === 0) return { program, version: answer.stdout.split('\n')[0].trim() };
  }
  return null;
}

/**
 * Makes sure that an addon can be compiled.
 *
 * @param run - runs programs
 * @param environment - where `CXX` and `MAKE` may name programs
 * @throws Failure when the compiler or make is missing
 */
export async function requireToolchain(
  run: RunCommand,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<void> {
  const make = await run(environment.MAKE ?? 'make', ['--version'], { timeout: 20_000 });
  const missing = [
    (await findCompiler(run, environment)) ? '' : 'C++ compiler',
    make.code === 0 ? '' : 'make',
  ];
  const names = missing.filter((name) => name !== '').join(' and no ');
  if (names === '') return;
  throw new Failure(
    `No ${names} was found: install one (Debian and Ubuntu: "apt install build-essential"; Fedora: "dnf install gcc-c++ make"; macOS: "xcode-select --install").`,
  );
}

/**
 * The folder whose `include/node` holds Node's headers, so that node-gyp need not download them. The headers
 * of the running Node come first; addons here use N-API, so those of another version serve as well.
 *
 * @param environment - where `npm_config_nodedir` and the search path are looked up
 * @param executable - the running Node
 * @returns the folder, or null when there is none and node-gyp has to download
 */
export function nodeHeaders(
  environment: NodeJS.ProcessEnv = process.env,
  executable: string = process.execPath,
): string | null {
  const onPath = (environment.PATH ?? '').split(delimiter).map((folder) => join(folder, '..'));
  const folders = [
    dirname(dirname(executable)),
    environment.npm_config_nodedir,
    '/usr',
    '/usr/local',
    ...onPath,
  ];
  for (const folder of folders) {
    if (folder && existsSync(join(folder, 'include', 'node', 'common.gypi'))) return folder;
  }
  return null;
}

/**
 * The node-gyp that comes with npm. node-pre-gyp looks for it only beside the running Node, which fails where
 * Node and npm live in different places.
 *
 * @param environment - where `npm_config_node_gyp`, `npm_execpath` and the search path are looked up
 * @param executable - the running Node
 * @returns path of `node-gyp.js`, or null
 */
export function nodeGyp(
  environment: NodeJS.ProcessEnv = process.env,
  executable: string = process.execPath,
): string | null {
  if (environment.npm_config_node_gyp) return environment.npm_config_node_gyp;
  const inNpm = join('node_modules', 'node-gyp', 'bin', 'node-gyp.js');
  const npms: string[] = [join(dirname(dirname(executable)), 'lib', 'node_modules', 'npm')];
  if (environment.npm_execpath) npms.push(dirname(dirname(environment.npm_execpath)));
  for (const folder of (environment.PATH ?? '').split(delimiter)) {
    const npm = join(folder, 'npm');
    if (existsSync(npm)) npms.push(dirname(dirname(realpathSync(npm))));
  }
  // Debian packages node-gyp beside npm, not inside it.
  const paths = npms.flatMap((npm) => [join(npm, inNpm), join(npm, '..', 'node-gyp', 'bin', 'node-gyp.js')]);
  return paths.find((path) => existsSync(path)) ?? null;
}
