/** Checks of the native engine and of the GPU: seen or not, and why. */
import type { RunCommand } from '../command.js';
import type { EngineInfo } from '../info.js';
import { atLeast, type Platform } from '../platform.js';
import type { DoctorRow } from './report.js';

/** The oldest driver that CUDA 12 runs on (NVIDIA, CUDA Compatibility, minor version compatibility). */
const LEAST_DRIVER = '525.60';

/**
 * Judges the native engine.
 *
 * @param engine - what was found when it was tried
 * @returns the row
 */
export function checkEngine(engine: EngineInfo): DoctorRow {
  const name = 'Engine';
  if (engine.works) {
    const kind =
      engine.build === null ? 'not installed by polytag' : engine.gpuBuild ? 'GPU build' : 'CPU build';
    const value = `TensorFlow ${engine.version}, ${kind}`;
    if (process.env.POLYTAG_ENGINE !== 'wasm') return { name, status: 'ok', value };
    const advice = 'Unset POLYTAG_ENGINE to use it; it trains several times faster.';
    return { name, status: 'warning', value: `wasm, because of POLYTAG_ENGINE; ${value} is there`, advice };
  }
  return {
    name,
    status: 'missing',
    value: `wasm; the native engine does not start: ${engine.reason}`,
    advice: 'Run "polytag engine install"; the native engine trains several times faster.',
  };
}

/**
 * Judges the kernels of our own.
 *
 * @param engine - what was found when it was tried
 * @returns the row
 */
export function checkKernels({ works, kernels }: EngineInfo): DoctorRow {
  const name = 'Kernels';
  if (!works)
    return { name, status: 'ok', value: 'none; they belong to the native engine, which does not start' };
  if (kernels === null) return { name, status: 'ok', value: 'compiled' };
  return {
    name,
    status: 'missing',
    value: 'none',
    advice: `${kernels} Training and tagging are slower without them.`,
  };
}

/** A GPU that the driver knows. */
interface SeenGpu {
  name: string;
  driver: string;
  memory: string;
}

/**
 * Looks for an NVIDIA GPU and says whether the engine uses it, and if not, why.
 *
 * @param engine - what was found when the engine was tried
 * @param platform - the machine
 * @param run - runs programs
 * @returns the row
 */
export async function checkGpu(engine: EngineInfo, platform: Platform, run: RunCommand): Promise<DoctorRow> {
  const name = 'GPU';
  const onCpu = 'Training runs on the CPU, which is enough for the examples.';
  if (platform.os !== 'linux' || platform.arch !== 'x64') {
    const value = `not used: TensorFlow's C library computes on GPUs on Linux x64 only, and this is ${platform.os}-${platform.arch}`;
    return { name, status: 'missing', value, advice: onCpu };
  }
  const query = ['--query-gpu=name,driver_version,memory.total', '--format=csv,noheader'];
  const answer = await run('nvidia-smi', query, { timeout: 30_000 });
  if (answer.absent) {
    const value = 'none seen: there is no NVIDIA driver (nvidia-smi was not found)';
    return { name, status: 'missing', value, advice: `${onCpu} With a GPU, install NVIDIA's driver.` };
  }
  const gpus = answer.code === 0 ? parseGpus(answer.stdout) : [];
  if (gpus.length === 0) {
    const said = answer.output.trim().split('\n')[0] || 'it named none';
    const advice = 'Check the driver with nvidia-smi; in a container, start it with the GPU passed through.';
    return { name, status: 'warning', value: `none usable: nvidia-smi says "${said}"`, advice };
  }
  return judgeGpu(gpus, engine);
}

function judgeGpu(gpus: SeenGpu[], engine: EngineInfo): DoctorRow {
  const name = 'GPU';
  const found = `${gpus.map((gpu) => `${gpu.name} (${gpu.memory})`).join(', ')}, driver ${gpus[0].driver}`;
  if (!atLeast(gpus[0].driver, LEAST_DRIVER)) {
    const advice = `CUDA 12 needs driver ${LEAST_DRIVER} or later: install a newer one.`;
    return { name, status: 'warning', value: `${found}: the driver is too old`, advice };
  }
  if (!engine.gpuBuild) {
    const value = `${found}: not used, because the GPU build of the engine is not installed`;
    return { name, status: 'warning', value, advice: 'Run "polytag engine install --gpu".' };
  }
  if (!engine.gpuSeen) {
    const hidden = process.env.CUDA_VISIBLE_DEVICES;
    const advice =
      hidden === undefined
        ? 'Run "TF_CPP_MIN_LOG_LEVEL=0 polytag engine info" to see what TensorFlow says.'
        : `CUDA_VISIBLE_DEVICES is "${hidden}": unset it or name a GPU in it.`;
    return { name, status: 'warning', value: `${found}: TensorFlow does not see it`, advice };
  }
  return { name, status: 'ok', value: found };
}

/** Reads nvidia-smi's table: `NVIDIA H200, 550.54.15, 143771 MiB`. */
function parseGpus(text: string): SeenGpu[] {
  const rows = text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()));
  return rows
    .filter((cells) => cells.length === 3 && /^\d/.test(cells[1]))
    .map(([name, driver, memory]) => ({ name, driver, memory }));
}
