/** `environment.json`: what a run's numbers depend on beside its config. */
import { execFile } from 'node:child_process';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { version_core } from '@tensorflow/tfjs-core';
import { findFfmpeg } from '../audio/ffmpeg.js';
import { decoderVersions } from '../audio/formats/index.js';
import { findNativeDecoder } from '../audio/native/libsndfile.js';
import { polytagVersion } from '../base/package.js';
import type { Engine } from '../engine/engine.js';

/** Describes machine, software and data; `engine` is null where none is needed. */
export async function describeEnvironment(
  engine: Engine | null,
  more: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  return {
    polytag: await polytagVersion(),
    git_revision: await gitRevision(),
    node: process.version,
    engine: engine?.name ?? null,
    engine_version: engine?.version ?? null,
    tfjs: version_core,
    threads: engine?.threads ?? null,
    gpu: engine?.gpu ?? null,
    kernels: engine?.name === 'tensorflow' ? (engine.kernels ?? 'polytag') : null,
    decoder: decoderVersions(findNativeDecoder().decoder),
    ffmpeg: (await findFfmpeg())?.version ?? null,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: cpus()[0]?.model ?? 'unknown',
    memory_bytes: totalmem(),
    ...more,
  };
}

/** The checkout's revision, with `-dirty` when files differ from it; null outside a checkout. */
async function gitRevision(): Promise<string | null> {
  const git = promisify(execFile);
  try {
    return (await git('git', ['describe', '--always', '--dirty', '--abbrev=12'])).stdout.trim();
  } catch {
    return null;
  }
}
