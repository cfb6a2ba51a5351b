/** What can be undone, kept by the tab of the browser: loading the page again does not lose it. */
import { EditHistory, type RecentEdits } from '../editing/history.js';
import { projectText } from '../project/migrations.js';
import type { Project } from '../project/schema.js';

/** The tab keeps the history of the project that was saved last. */
const KEY = 'history';

interface Kept extends RecentEdits {
  id: string;
}

/** Keeps the last commands of a project as it is saved; a history that is too large for the browser is not kept. */
export function keepHistory(id: string, recent: RecentEdits): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ ...recent, id } satisfies Kept));
  } catch {
    sessionStorage.removeItem(KEY);
  }
}

/** The history that led to a project, or null where the tab has none, or one that leads elsewhere. */
export function keptHistory(id: string, project: Project): EditHistory | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null') as Kept | null;
    if (kept?.id !== id) return null;
    const history = EditHistory.repeat(kept);
    return projectText(history.project) === projectText(project) ? history : null;
  } catch {
    return null;
  }
}
