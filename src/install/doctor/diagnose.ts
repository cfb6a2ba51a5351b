/** Looks at everything that polytag depends on: `polytag doctor`. */
import { messageOf } from '../../base/errors.js';
import { loadSegmenter } from '../../text/segmenter.js';
import { type RunCommand, runCommand } from '../command.js';
import { engineInfo } from '../info.js';
import { thisPlatform } from '../platform.js';
import { checkEngine, checkGpu, checkKernels } from './accelerator.js';
import { checkDecoder } from './decoder.js';
import { checkCache, checkDisk, checkMemory, checkThreads } from './machine.js';
import { checkChromium, checkCompiler, checkNode, checkNpm, checkPython } from './programs.js';
import type { DoctorReport, DoctorRow } from './report.js';

/**
 * Looks at Node, npm, compiler, Python, the native engine, the GPU, the audio decoder, threads, memory, disk,
 * segmentation, Chromium and the cache. A check that fails becomes a row; this never throws.
 *
 * @param run - runs programs
 * @returns a row for each, with what to do where something is missing
 */
export async function diagnose(run: RunCommand = runCommand): Promise<DoctorReport> {
  const engine = engineInfo(run);
  const checks: [string, () => DoctorRow | Promise<DoctorRow>][] = [
    ['Node', () => checkNode()],
    ['npm', () => checkNpm(run)],
    ['C++ compiler', () => checkCompiler(run)],
    ['Python with pip', () => checkPython(run)],
    ['Engine', async () => checkEngine(await engine)],
    ['Kernels', async () => checkKernels(await engine)],
    ['GPU', async () => checkGpu(await engine, thisPlatform(), run)],
    ['Decoder', () => checkDecoder()],
    ['Threads', checkThreads],
    ['Memory', () => checkMemory()],
    ['Disk', () => checkDisk()],
    ['Segmentation', checkSegmentation],
    ['Chromium', () => checkChromium(run)],
    ['Cache', () => checkCache()],
  ];
  const rows = checks.map(async ([name, check]): Promise<DoctorRow> => {
    try {
      return await check();
    } catch (error) {
      return { name, status: 'warning', value: `could not be checked: ${messageOf(error)}` };
    }
  });
  return { rows: await Promise.all(rows) };
}

async function checkSegmentation(): Promise<DoctorRow> {
  const segmenter = await loadSegmenter();
  const name = 'Segmentation';
  if (segmenter.note === null) return { name, status: 'ok', value: segmenter.name };
  return {
    name,
    status: 'missing',
    value: 'Intl.Segmenter; nodejieba is not installed',
    advice: segmenter.note,
  };
}
