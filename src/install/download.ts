/**
 * Fetches pinned wheels with pip, so that mirrors, proxies, certificates and credentials are those that the
 * user's pip is set up with.
 */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../base/errors.js';
import type { RunCommand } from './command.js';
import type { Wheel } from './pins.js';
import type { Pip } from './python.js';

/** Told how many bytes of how many have arrived. */
export type OnBytes = (done: number, total: number) => void;

/** pip is ended when nothing has arrived for this long. */
const STALLED_MS = 300_000;
const POLL_MS = 500;

/** The wheels carry C libraries, not Python code for us: any CPython they were built for will do. */
const PYTHON_TAGS = ['--python-version', '3.11', '--implementation', 'cp', '--abi', 'cp311'];

/**
 * The lines of a requirements file that pin wheels to their hashes.
 *
 * @param wheels - what is wanted
 * @returns the file's text
 */
export function requirementsFile(wheels: readonly Wheel[]): string {
  return wheels.map((wheel) => `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`).join('');
}

/**
 * Downloads wheels into a folder; pip checks their hashes.
 *
 * @param wheels - what is wanted
 * @param folder - where the files go; made when missing
 * @param pip - the pip that is used
 * @param run - runs programs
 * @param onBytes - told of the progress
 * @returns paths of the files, in the order of `wheels`
 * @throws Failure when pip fails: a sentence with the cause and what to do
 */
export async function downloadWheels(
  wheels: readonly Wheel[],
  folder: string,
  pip: Pip,
  run: RunCommand,
  onBytes: OnBytes = () => {},
): Promise<string[]> {
  // pip collects a file under its temporary folder first; /tmp may be a small file system in memory.
  const temporary = join(folder, 'tmp');
  await mkdir(temporary, { recursive: true });
  const requirements = join(folder, 'requirements.txt');
  await writeFile(requirements, requirementsFile(wheels));
  const platforms = [...new Set(wheels.map((wheel) => wheel.platform))].flatMap((tag) => ['--platform', tag]);
  const [program, ...first] = pip.command;
  const args = [
    ...first,
    ...['download', '--no-deps', '--only-binary=:all:', ...PYTHON_TAGS, ...platforms, '--require-hashes'],
    ...['--no-cache-dir', '--no-input', '--progress-bar', 'off', '--retries', '2', '--dest', folder],
    ...['--requirement', requirements],
  ];
  const total = wheels.reduce((sum, wheel) => sum + wheel.bytes, 0);
  const watch = watchFolder(folder, total, onBytes);
  const result = await run(program, args, {
    env: {
      ...process.env,
      TMPDIR: temporary,
      PIP_REQUIRE_VIRTUALENV: '0',
      PIP_DISABLE_PIP_VERSION_CHECK: '1',
    },
    signal: watch.stalled,
  });
  watch.stop();
  if (result.code !== 0) {
    throw new Failure(
      watch.stalled.aborted
        ? `The download of ${wheels[0].requirement} stood still for ${STALLED_MS / 60_000} minutes; check the network and run the same command again.`
        : explainPip(result.output, wheels[0].requirement),
    );
  }
  onBytes(total, total);
  await rm(temporary, { recursive: true, force: true });
  const files = wheels.map((wheel) => join(folder, wheel.file));
  for (const [i, file] of files.entries()) {
    if (!(await stat(file).catch(() => null))) {
      throw new Failure(
        `pip did not fetch ${wheels[i].file}; look at "${pip.command.join(' ')} config list" for settings that choose other files.`,
      );
    }
  }
  return files;
}

/** What pip says when something goes wrong, and what it means. The first that fits counts. */
const PIP_FAILURES: [RegExp, (requirement: string) => string][] = [
  [
    /DO NOT MATCH THE HASHES|Expected sha256/,
    (wanted) =>
      `What the package index sent for ${wanted} is not the file that polytag knows (its SHA-256 differs), so it was not installed; try again, and if it stays so, ask who runs the index.`,
  ],
  [
    /No space left on device|Errno 28|Disk quota exceeded/,
    (wanted) =>
      `The disk is full: ${wanted} could not be downloaded; free some space or set POLYTAG_CACHE to a folder on another disk, then run the same command again.`,
  ],
  [
    /40[137] Client Error|ProxyError|Proxy Authentication|Forbidden|Unauthorized/,
    (wanted) =>
      `The package index or a proxy refused the download of ${wanted}; check pip's settings ("pip config list") and the network's rules.`,
  ],
  [
    /CERTIFICATE_VERIFY_FAILED|SSLError|SSLCertVerification/,
    (wanted) =>
      `The package index could not be trusted when ${wanted} was downloaded; give pip your network's certificates ("pip config set global.cert FILE").`,
  ],
  [
    /Retrying \(|NewConnectionError|NameResolution|Temporary failure in name resolution|ReadTimeout|ConnectionError|Connection (refused|reset|broken|aborted)|Network is unreachable|timed out/i,
    (wanted) =>
      `The package index could not be reached to download ${wanted}; check the network, or pip's settings where a mirror or proxy is used ("pip config list").`,
  ],
  [
    /No matching distribution|Could not find a version/,
    (wanted) =>
      `The package index that pip uses has no ${wanted} for this machine; use one that mirrors PyPI in full ("pip config list" shows the settings).`,
  ],
  [
    /Permission denied|Errno 13/,
    (wanted) =>
      `pip may not write where ${wanted} should go; set POLYTAG_CACHE to a folder that this user may write.`,
  ],
];

/**
 * Turns what a failed pip said into a sentence with what to do.
 *
 * @param output - pip's output
 * @param requirement - what was to be fetched
 * @returns the sentence
 */
export function explainPip(output: string, requirement: string): string {
  const known = PIP_FAILURES.find(([pattern]) => pattern.test(output));
  if (known) return known[1](requirement);
  const last =
    output.split('\n').findLast((line) => /error/i.test(line)) ?? output.trim().split('\n').at(-1) ?? '';
  return `pip could not fetch ${requirement}: ${last.trim().replace(/\.$/, '')}; run the same command again, or install a newer pip.`;
}

/** Reports how much of a download lies in a folder, and gives up when it stops growing. */
function watchFolder(
  folder: string,
  total: number,
  onBytes: OnBytes,
): { stalled: AbortSignal; stop: () => void } {
  const stalled = new AbortController();
  let last = -1;
  let since = Date.now();
  const timer = setInterval(async () => {
    const bytes = await folderBytes(folder);
    if (bytes !== last) since = Date.now();
    last = bytes;
    onBytes(Math.min(bytes, total), total);
    if (Date.now() - since > STALLED_MS) stalled.abort();
  }, POLL_MS);
  timer.unref();
  return { stalled: stalled.signal, stop: () => clearInterval(timer) };
}

/**
 * Bytes in a folder and all folders in it; links are not followed, and what vanishes meanwhile counts nothing.
 *
 * @param folder - where to look; may be missing
 * @returns the sum of the files' sizes
 */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const sizes = entries.map(async (entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return folderBytes(path);
    return entry.isFile() ? ((await stat(path).catch(() => null))?.size ?? 0) : 0;
  });
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}
