/** What a section of the page is. A section that draws brings browser code, which is put into the page as text. */

import type { Html } from '../../page/html.js';
import type { RunReport } from '../run-report.js';
import type { Page } from './browser/page.js';

/**
 * Code that runs in the page. Its source text is embedded (`Function.prototype.toString`), so it may use its
 * parameters and the browser's globals, and nothing else of the module it stands in.
 */
export type Draw<Data> = (page: Page, data: Data, host: HTMLElement) => void;

/** One section of the page. */
export interface Section<Data> {
  /** The element's id and the target of the link at the top. */
  id: string;
  title: string;
  /** What the section shows; null when the run has nothing for it. */
  data(report: RunReport): Data | null;
  /** The section's elements, without its heading. */
  html(data: Data, report: RunReport): Html;
  /** Browser code that fills the elements. */
  draw: Draw<Data>[];
}

/** A section made for one run. */
export interface RenderedSection {
  id: string;
  title: string;
  html: Html;
  /** What the browser code is given; null when the section does not draw. */
  data: unknown;
  /** Source texts of the browser code. */
  scripts: string[];
}

/** Makes a section for a run, or null when the run has nothing for it. */
export type SectionRenderer = (report: RunReport) => RenderedSection | null;

/**
 * Binds a section's parts, so that sections with different data fit into one list.
 *
 * @param section - the section
 * @returns what makes it for a run
 */
export function defineSection<Data>(section: Section<Data>): SectionRenderer {
  return (report) => {
    const data = section.data(report);
    if (data === null) return null;
    return {
      id: section.id,
      title: section.title,
      html: section.html(data, report),
      data: section.draw.length > 0 ? data : null,
      scripts: section.draw.map(String),
    };
  };
}
