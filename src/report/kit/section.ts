/** What a section of the page is. A section that draws brings browser code, which is put into the page as text. */

import type { RunReport } from '../../eval/run-report.js';
import type { Page } from './browser/page.js';
import type { Html } from './html.js';

/**
 * Code that runs in the page. Its source text is embedded (`Function.prototype.toString`), so it may use its
 * parameters and the browser's globals, and nothing else of the module it stands in.
 */
export type Draw<Data> = (page: Page, data: Data, host: HTMLElement) => void;

/** One section of a page about a subject: a run, unless told otherwise. */
export interface Section<Data, Subject = RunReport> {
  /** The element's id and the target of the link at the top. */
  id: string;
  title: string;
  /** What the section shows; null when the subject has nothing for it. */
  data(subject: Subject): Data | null;
  /** The section's elements, without its heading. */
  html(data: Data, subject: Subject): Html;
  /** Browser code that fills the elements. */
  draw: Draw<Data>[];
}

/** A section made for one subject. */
export interface RenderedSection {
  id: string;
  title: string;
  html: Html;
  /** What the browser code is given; null when the section does not draw. */
  data: unknown;
  /** Source texts of the browser code. */
  scripts: string[];
}

/** Makes a section for a subject, or null when the subject has nothing for it. */
export type SectionRenderer<Subject = RunReport> = (subject: Subject) => RenderedSection | null;

/**
 * Binds a section's parts, so that sections with different data fit into one list.
 *
 * @param section - the section
 * @returns what makes it for a subject
 */
export function defineSection<Data, Subject = RunReport>(
  section: Section<Data, Subject>,
): SectionRenderer<Subject> {
  return (subject) => {
    const data = section.data(subject);
    if (data === null) return null;
    return {
      id: section.id,
      title: section.title,
      html: section.html(data, subject),
      data: section.draw.length > 0 ? data : null,
      scripts: section.draw.map(String),
    };
  };
}
