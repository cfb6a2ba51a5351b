/** Downloads a published data set: tables, and an archive cut into parts that is unpacked beside them. */
import { join } from 'node:path';
import { UsageError } from '../../base/errors.js';
import type { Progress } from '../../base/progress.js';
import { type DownloadedFile, downloadFile } from './file.js';
import { PATIENT, type RetryPolicy } from './retry.js';
import { type UnpackSummary, unpackParts } from './unpack.js';

export interface PublishedFile {
  name: string;
  /** 64 hexadecimal digits, where its publisher gives them. */
  sha256?: string;
}

/** A data set as it is published: tables, and an archive cut into parts. */
export interface Publication {
  /** Address of the folder that holds the files. */
  baseUrl: string;
  tables: readonly PublishedFile[];
  parts: readonly PublishedFile[];
}

/** Starts a report of progress; `startProgress` of src/base/progress.ts is one. */
export type StartProgress = (label: string, total: number, unit: string) => Progress;

export interface DownloadOptions {
  /** Folder for the data set, made when it is missing. */
  out: string;
  /** Where the files are. Default: the publication's own address. */
  baseUrl?: string;
  /** Called once for every file (in MB) and once for unpacking (in files). */
  progress?: StartProgress;
  /** Stops the work; everything that has arrived is kept. */
  signal?: AbortSignal;
  retry?: RetryPolicy;
}

export interface DownloadSummary {
  out: string;
  baseUrl: string;
  files: (DownloadedFile & { name: string })[];
  archive: UnpackSummary;
}

/** Checks a base URL and makes file names resolvable against it. */
function folderUrl(baseUrl: string, official: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new UsageError(`The base URL ${baseUrl} is not a web address; give one like ${official}.`);
  if (!url.pathname.endsWith('/')) url.pathname += '/';
  return url.href;
}

const MEGABYTE = 1e6;

/** Downloads one published file with a report of its own, which starts when the size is known. */
async function downloadPublished(
  file: PublishedFile,
  base: string,
  { out, progress, signal, retry = PATIENT }: DownloadOptions,
): Promise<DownloadedFile & { name: string }> {
  const { name, sha256 } = file;
  let report: Progress | undefined;
  let shown = -1;
  const onBytes = (bytes: number, size: number | null): void => {
    report ??= progress?.(name, Math.ceil((size ?? 0) / MEGABYTE), 'MB');
    const megabytes = Math.floor(bytes / MEGABYTE);
    if (megabytes !== shown) report?.update(megabytes);
    shown = megabytes;
  };
  try {
    const remote = { url: new URL(name, base).href, path: join(out, name), sha256 };
    return { name, ...(await downloadFile(remote, retry, signal, onBytes)) };
  } finally {
    report?.stop();
  }
}

/**
 * Downloads a data set and unpacks its archive. Called again, it resumes where it stopped, file by file and byte by
 * byte.
 *
 * @throws UsageError when the base URL is not a web address
 * @throws Failure when a file cannot be had, is not the published one, or the archive is damaged
 * @throws Interrupted when stopped by the signal
 */
export async function downloadPublication(
  publication: Publication,
  options: DownloadOptions,
): Promise<DownloadSummary> {
  const { out, progress, signal } = options;
  const baseUrl = folderUrl(options.baseUrl ?? publication.baseUrl, publication.baseUrl);
  const files: (DownloadedFile & { name: string })[] = [];
  for (const file of [...publication.tables, ...publication.parts])
    files.push(await downloadPublished(file, baseUrl, options));
  const pathsOf = (published: readonly PublishedFile[]): string[] =>
    published.map(({ name }) => join(out, name));
  let report: Progress | undefined;
  try {
    const archive = await unpackParts({
      parts: pathsOf(publication.parts),
      out,
      reserved: pathsOf(publication.tables),
      signal,
      onEntries: (done, total) => {
        report ??= progress?.('Unpacking', total, 'files');
        report?.update(done);
      },
    });
    return { out, baseUrl, files, archive };
  } finally {
    report?.stop();
  }
}
