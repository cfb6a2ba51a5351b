/**
 * What some tests need of a machine, in one place. A test that needs one of these is skipped where it is missing, and
 * the reason is printed. Three more are checked where they are used: ../shared (reference.ts, whose tests skip one by
 * one), a Slurm that can be started (e2e/slurm-cluster.ts), and the published models (hub/published.test.ts).
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openLibrary } from '../src/audio/native/libsndfile.js';
import { libraryPin } from '../src/audio/native/pins.js';
import { cacheFolder } from '../src/base/package.js';
import { runCommand } from '../src/install/command.js';
import { findPip } from '../src/install/python.js';
import { loadSegmenter } from '../src/text/segmenter.js';
import { BROWSER } from './chromium.js';
import { nativeInstalled } from './engine/available.js';

/** The Python that tests call: of a virtual environment with MLflow and TensorBoard, where there is one. */
export const PYTHON = process.env.POLYTAG_TEST_PYTHON ?? 'python3';

const missingModule = (name: string): Promise<string | null> =>
  promisify(execFile)(PYTHON, ['-c', `import ${name}`]).then(
    () => null,
    () => `${PYTHON} has no package ${name}; POLYTAG_TEST_PYTHON may name one that has`,
  );

/** What each requirement says where it is not met; null where it is. */
const requirements = {
  chromium: async () => (BROWSER ? null : 'Chromium is not installed'),
  'native engine': async () =>
    nativeInstalled ? null : 'the native engine is not installed; run "npm run setup"',
  'native decoder': async () => {
    const { reason } = openLibrary(libraryPin(process.platform, process.arch), cacheFolder());
    return reason === null ? null : `libsndfile cannot be used (${reason}); run "npm run setup"`;
  },
  nodejieba: async () =>
    (await loadSegmenter()).name === 'nodejieba'
      ? null
      : 'nodejieba is not installed; run "npm run setup" with a C++ compiler',
  ffmpeg: async () =>
    promisify(execFile)('ffmpeg', ['-version']).then(
      () => null,
      () => 'ffmpeg is not installed',
    ),
  linux: async () => (process.platform === 'linux' ? null : 'this machine does not run Linux'),
  pip: async () =>
    findPip(runCommand).then(
      () => null,
      () => 'Python 3 with pip is not installed',
    ),
  mlflow: () => missingModule('mlflow'),
  tensorboard: () => missingModule('tensorboard'),
  'small disk': async () =>
    promisify(execFile)('unshare', ['-rm', 'sh', '-c', 'mount -t tmpfs tmpfs /mnt']).then(
      () => null,
      () => 'a process may not mount a small disk here',
    ),
} satisfies Record<string, () => Promise<string | null>>;

/** Whether a requirement is missing; where it is, the reason is printed. */
export async function isMissing(requirement: keyof typeof requirements): Promise<boolean> {
  const reason = await requirements[requirement]();
  if (reason !== null) process.stderr.write(`Tests that need ${requirement} are skipped: ${reason}.\n`);
  return reason !== null;
}
