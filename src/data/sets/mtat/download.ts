/**
 * Downloads MagnaTagATune (Law, West, Mandel, Bay and Downie 2009; recordings of Magnatune; CC BY-NC-SA) from its
 * official place, and unpacks it.
 */
import { join } from 'node:path';
import { UsageError } from '../../../base/errors.js';
import type { Progress } from '../../../base/progress.js';
import { type DownloadedFile, downloadFile } from '../../download/file.js';
import { PATIENT, type RetryPolicy } from '../../download/retry.js';
import { type UnpackSummary, unpackParts } from '../../download/unpack.js';

/** Where the data set is published. */
export const MTAT_BASE_URL = 'https://mirg.city.ac.uk/datasets/magnatagatune/';

/** A published file; the tables' checksums are published, those of the archive's parts are not. */
export interface PublishedFile {
  name: string;
  sha256?: string;
}

/** A data set as it is published: tables, and an archive cut into parts. */
export interface Publication {
  tables: readonly PublishedFile[];
  parts: readonly PublishedFile[];
}

/** MagnaTagATune's files. */
export const MTAT: Publication = {
  tables: [
    {
      name: 'annotations_final.csv',
      sha256: '99b94e95825d4fa576386a5367b9c96e0ec636e9f9c240aceb492f4728f68c3c',
    },
    {
      name: 'clip_info_final.csv',
      sha256: 'cb6108a10d3a91f0bfd7d2fbec2382559d15f20c8d28093f14e12162a47a3e78',
    },
  ],
  parts: [{ name: 'mp3.zip.001' }, { name: 'mp3.zip.002' }, { name: 'mp3.zip.003' }],
};

/** Starts a report of progress; `startProgress` of src/base/progress.ts is one. */
export type StartProgress = (label: string, total: number, unit: string) => Progress;

/** What is downloaded, from where and to where. */
export interface DownloadOptions {
  /** Folder for the data set, made when it is missing. */
  out: string;
  /** Where the files are; the official place when left out. */
  baseUrl?: string;
  /** Called once for every file (in MB) and once for unpacking (in files). */
  progress?: StartProgress;
  /** Stops the work; everything that has arrived is kept. */
  signal?: AbortSignal;
  /** Patience with the server. */
  retry?: RetryPolicy;
}

/** What is there now. */
export interface DownloadSummary {
  out: string;
  baseUrl: string;
  files: (DownloadedFile & { name: string })[];
  archive: UnpackSummary;
}

/** Checks a base URL and makes file names resolvable against it. */
function folderUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new UsageError(`The base URL ${baseUrl} is no web address; give one like ${MTAT_BASE_URL}.`);
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
 * Downloads a data set and unpacks its archive. Called again it goes on where it stopped, file by file and byte
 * by byte.
 *
 * @param publication - the files
 * @param options - where from and where to
 * @returns what is there now
 * @throws UsageError when the base URL is none
 * @throws Failure when a file cannot be had, is not the published one, or the archive is damaged
 * @throws Interrupted when stopped by the signal
 */
export async function downloadPublication(
  publication: Publication,
  options: DownloadOptions,
): Promise<DownloadSummary> {
  const { out, progress, signal } = options;
  const baseUrl = folderUrl(options.baseUrl ?? MTAT_BASE_URL);
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

/**
 * Downloads MagnaTagATune's tables and its archive in three parts (2.9 GB), and unpacks it to folders `0` to `f`.
 * The parts are kept; they may be removed afterwards.
 *
 * @param options - where from and where to
 * @returns what is there now
 * @throws as `downloadPublication`
 */
export function downloadMtat(options: DownloadOptions): Promise<DownloadSummary> {
  return downloadPublication(MTAT, options);
}
