/** Links from page to page, relative so that they hold wherever the folder of both is moved to. */
import { stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RUN_FILES } from '../../runs/layout.js';
import { type Content, html } from './html.js';

/** Address of a file relative to a page; absolute for a file on another drive. */
export function addressFrom(page: string, file: string): string {
  const path = relative(dirname(resolve(page)), resolve(file));
  if (isAbsolute(path)) return pathToFileURL(file).href;
  return path.split(sep).map(encodeURIComponent).join('/');
}

/** Addresses of the reports of runs by the runs' folders. */
export type ReportLinks = ReadonlyMap<string, string>;

/**
 * Finds the reports of runs.
 *
 * @param page - the page that links to them
 * @param folders - of the runs, from the working folder; those without a report are left out
 */
export async function reportLinks(page: string, folders: readonly string[]): Promise<ReportLinks> {
  const links = new Map<string, string>();
  for (const folder of folders) {
    const report = join(folder, RUN_FILES.report);
    if ((await stat(report).catch(() => null))?.isFile()) links.set(folder, addressFrom(page, report));
  }
  return links;
}

/** A link, or the text alone where there is nothing to link to. */
export const linked = (text: Content, address: string | null | undefined): Content =>
  address == null ? text : html`<a href="${address}">${text}</a>`;
