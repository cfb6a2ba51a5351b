/** Checks of the programs that polytag runs on or is built with. */
import type { RunCommand } from '../command.js';
import { atLeast } from '../platform.js';
import { findPip, findPython } from '../python.js';
import { findCompiler, nodeHeaders } from '../toolchain.js';
import type { DoctorRow } from './report.js';

/** The oldest Node that works, and the lines that are tested. */
const LEAST_NODE = '20.19';
const TESTED_NODES = ['20', '22', '24'];

/**
 * Judges the running Node.
 *
 * @param version - `20.19.4`
 * @returns the row
 */
export function checkNode(version: string = process.versions.node): DoctorRow {
  const name = 'Node';
  if (!atLeast(version, LEAST_NODE)) {
    const advice = `Install Node ${LEAST_NODE} or later; ${TESTED_NODES.join(', ')} are tested.`;
    return { name, status: 'warning', value: `${version}, which is too old`, advice };
  }
  if (!TESTED_NODES.includes(version.split('.')[0])) {
    const advice = `It may well work; ${TESTED_NODES.join(', ')} are tested.`;
    return { name, status: 'warning', value: `${version}, which polytag is not tested with`, advice };
  }
  return { name, status: 'ok', value: version };
}

/**
 * Looks for npm.
 *
 * @param run - runs programs
 * @returns the row
 */
export async function checkNpm(run: RunCommand): Promise<DoctorRow> {
  const answer = await run('npm', ['--version'], { timeout: 30_000 });
  const name = 'npm';
  if (answer.code === 0) return { name, status: 'ok', value: answer.stdout.trim() };
  return {
    name,
    status: 'missing',
    value: 'not found',
    advice: 'It comes with Node; reinstall Node to have it.',
  };
}

/**
 * Looks for what native parts are compiled with.
 *
 * @param run - runs programs
 * @returns the row
 */
export async function checkCompiler(run: RunCommand): Promise<DoctorRow> {
  const name = 'C++ compiler';
  const compiler = await findCompiler(run);
  const make = await run(process.env.MAKE ?? 'make', ['--version'], { timeout: 20_000 });
  if (!compiler || make.code !== 0) {
    return {
      name,
      status: 'missing',
      value: compiler ? 'make was not found' : 'not found',
      advice:
        'Needed once, to build the native engine and nodejieba: "apt install build-essential", or "xcode-select --install" on macOS.',
    };
  }
  if (!nodeHeaders()) {
    return {
      name,
      status: 'warning',
      value: `${compiler.version}; Node's headers are not on this machine`,
      advice:
        'node-gyp downloads them when it builds; without network, name a folder with include/node in npm_config_nodedir.',
    };
  }
  return { name, status: 'ok', value: compiler.version };
}

/**
 * Looks for Python 3 with pip, which fetches the native engine.
 *
 * @param run - runs programs
 * @returns the row
 */
export async function checkPython(run: RunCommand): Promise<DoctorRow> {
  const name = 'Python with pip';
  const python = await findPython(run);
  const advice =
    'Needed once, to fetch the native engine: "apt install python3-pip" or the installer of python.org.';
  if (!python) return { name, status: 'missing', value: 'no Python 3 was found', advice };
  try {
    const pip = await findPip(run);
    return { name, status: 'ok', value: `Python ${python.version}, pip ${pip.version}` };
  } catch {
    return { name, status: 'missing', value: `Python ${python.version} without pip`, advice };
  }
}

const BROWSERS = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/**
 * Looks for a Chromium, which draws reports into pictures; every browser shows them.
 *
 * @param run - runs programs
 * @returns the row
 */
export async function checkChromium(run: RunCommand): Promise<DoctorRow> {
  const name = 'Chromium';
  for (const program of BROWSERS) {
    const answer = await run(program, ['--version'], { timeout: 20_000 });
    const version = /^\s*(.*\d+\.\d+\S*)/m.exec(answer.stdout)?.[1];
    if (answer.code === 0 && version) return { name, status: 'ok', value: version };
  }
  const advice = 'Optional: reports open in any browser; Chromium is only used to test how they look.';
  return { name, status: 'missing', value: 'not found', advice };
}
