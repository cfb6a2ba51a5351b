/**
 * Which builds of the engine's libraries are installed: exact wheels of the Python package index with their
 * SHA-256, the same for everyone. Read on 2.21.0's release with `pip download` for each platform; the NVIDIA
 * versions satisfy the `and-cuda` extra of the tensorflow wheel's METADATA (12 packages, CUDA 12, cuDNN 9).
 *
 * To move to another version: download each wheel with `pip download`, write name, size and `sha256sum` here,
 * and run `polytag engine install` on each platform.
 */
import { atLeast, type Platform } from './platform.js';

/** Version of TensorFlow that the engine is made of. */
export const TENSORFLOW_VERSION = '2.21.0';

/** One wheel, pinned. */
export interface Wheel {
  /** Project and version as pip takes them: `tensorflow-cpu==2.21.0`. */
  requirement: string;
  /** File name, by which the download is recognised. */
  file: string;
  /** Hexadecimal SHA-256 of the file. */
  sha256: string;
  /** Size of the file. */
  bytes: number;
  /** The platform tag that pip is asked for. */
  platform: string;
}

/** What is installed on one kind of machine. */
export interface EngineBuild {
  /** Name of its folder in the cache. */
  name: string;
  /** Whether it computes on NVIDIA GPUs. */
  gpu: boolean;
  /** Wheels to fetch; the first one holds TensorFlow. */
  wheels: Wheel[];
  /** What is taken out of the wheels, in bytes (to check the disk before anything is fetched). */
  unpackedBytes: number;
}

const TENSORFLOW: Record<'linuxX64' | 'linuxX64Gpu' | 'linuxArm64' | 'macArm64', Wheel> = {
  linuxX64: {
    requirement: 'tensorflow-cpu==2.21.0',
    file: 'tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c',
    bytes: 273_829_956,
    platform: 'manylinux_2_27_x86_64',
  },
  linuxX64Gpu: {
    requirement: 'tensorflow==2.21.0',
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl',
    sha256: '9056fbc9ba04235810b71ae6cbd958a196e8804fb53bbcffbf3e23b56155f124',
    bytes: 572_440_367,
    platform: 'manylinux_2_27_x86_64',
  },
  linuxArm64: {
    requirement: 'tensorflow==2.21.0',
    file: 'tensorflow-2.21.0-cp311-cp311-manylinux_2_27_aarch64.whl',
    sha256: '4b24aca16d527a3cf1c37f720c04c484c3d20f4d0fdfa98632ac8b9f3be6eb5c',
    bytes: 281_828_020,
    platform: 'manylinux_2_27_aarch64',
  },
  macArm64: {
    requirement: 'tensorflow==2.21.0',
    file: 'tensorflow-2.21.0-cp311-cp311-macosx_12_0_arm64.whl',
    sha256: '51f46f4806139d01fc7920cc72a4c75876f80649bf40ff083ab6212ceb43ca88',
    bytes: 223_405_849,
    platform: 'macosx_12_0_arm64',
  },
};

const NVIDIA_LINUX_X64: Wheel[] = [
  nvidia(
    'cublas',
    '12.9.3.13',
    'manylinux_2_27_x86_64',
    581_217_458,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  nvidia(
    'cuda-cupti',
    '12.9.79',
    'manylinux_2_25_x86_64',
    10_814_997,
    '096bcf334f13e1984ba36685ad4c1d6347db214de03dbb6eebb237b41d9d934f',
  ),
  nvidia(
    'cuda-nvcc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    40_546_229,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
  ),
  nvidia(
    'cuda-nvrtc',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    89_568_129,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidia(
    'cuda-runtime',
    '12.9.79',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    3_493_179,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidia(
    'cudnn',
    '9.28.0.42',
    'manylinux_2_27_x86_64',
    716_538_495,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  nvidia(
    'cufft',
    '11.4.1.4',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    200_877_592,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidia(
    'curand',
    '10.3.10.19',
    'manylinux_2_27_x86_64',
    68_295_626,
    '49b274db4780d421bd2ccd362e1415c13887c53c214f0d4b761752b8f9f6aa1e',
  ),
  nvidia(
    'cusolver',
    '11.7.5.82',
    'manylinux_2_27_x86_64',
    338_117_415,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidia(
    'cusparse',
    '12.5.10.65',
    'manylinux2014_x86_64.manylinux_2_17_x86_64',
    366_465_088,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidia(
    'nccl',
    '2.32.3',
    'manylinux_2_27_x86_64',
    351_526_311,
    'bb94b2348e4861d5e8aa00b36c3d12d9bdf9c6369b82cbb723de0b582280a21c',
  ),
  nvidia(
    'nvjitlink',
    '12.9.86',
    'manylinux2010_x86_64.manylinux_2_12_x86_64',
    39_748_338,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

function nvidia(part: string, version: string, tags: string, bytes: number, sha256: string): Wheel {
  return {
    requirement: `nvidia-${part}-cu12==${version}`,
    file: `nvidia_${part.replaceAll('-', '_')}_cu12-${version}-py3-none-${tags}.whl`,
    sha256,
    bytes,
    platform: tags.split('.')[0],
  };
}

/** Every build there is, by `<os>-<arch>` and whether it is for GPUs. */
const BUILDS: Record<string, { cpu: EngineBuild; gpu: EngineBuild | null }> = {
  'linux-x64': {
    cpu: build('tensorflow-cpu', 'linux-x64', [TENSORFLOW.linuxX64], 860e6),
    gpu: {
      ...build('tensorflow-gpu', 'linux-x64', [TENSORFLOW.linuxX64Gpu, ...NVIDIA_LINUX_X64], 5_800e6),
      gpu: true,
    },
  },
  // The arm64 wheels are built without CUDA.
  'linux-arm64': { cpu: build('tensorflow-cpu', 'linux-arm64', [TENSORFLOW.linuxArm64], 890e6), gpu: null },
  'darwin-arm64': { cpu: build('tensorflow-cpu', 'darwin-arm64', [TENSORFLOW.macArm64], 750e6), gpu: null },
};

function build(name: string, machine: string, wheels: Wheel[], unpackedBytes: number): EngineBuild {
  return { name: `${name}-${TENSORFLOW_VERSION}-${machine}`, gpu: false, wheels, unpackedBytes };
}

/** The GNU C library that the Linux wheels were linked against. */
const LEAST_GLIBC = '2.27';

/**
 * The build that fits a machine.
 *
 * @param platform - the machine
 * @param gpu - whether it is to compute on NVIDIA GPUs
 * @returns the build, or a sentence that says why there is none
 */
export function engineBuild(platform: Platform, gpu: boolean): EngineBuild | string {
  const machine = `${platform.os}-${platform.arch}`;
  const builds = BUILDS[machine];
  if (!builds) {
    return `TensorFlow ${TENSORFLOW_VERSION} has no build with a C library for ${machine}; the wasm engine works here.`;
  }
  if (platform.os === 'linux' && platform.glibc === null) {
    return 'TensorFlow is built for the GNU C library and this system uses another one (musl, as in Alpine Linux); use a Debian- or Red-Hat-like system, or the wasm engine.';
  }
  if (platform.glibc !== null && !atLeast(platform.glibc, LEAST_GLIBC)) {
    return `TensorFlow needs the GNU C library ${LEAST_GLIBC} or later and this system has ${platform.glibc}; use a newer system, or the wasm engine.`;
  }
  if (gpu && !builds.gpu) {
    return `TensorFlow ${TENSORFLOW_VERSION} has no GPU build for ${machine}; leave out --gpu.`;
  }
  return gpu ? builds.gpu! : builds.cpu;
}
