/** One undo stack of named commands. */
import type { Project } from '../project/schema.js';
import { checkEdit, type Edit } from './index.js';

/** A command that was done. */
interface Done {
  title: string;
  edit: Edit;
  before: Project;
  after: Project;
}

/** The last commands of a history, in a form that can be written down and repeated. */
export interface RecentEdits {
  /** The project before the first of them. */
  first: Project;
  done: Edit[];
  /** What was taken back, in the order in which it was first done. */
  undone: Edit[];
}

/** Most commands that are repeated in another history. */
const RECENT = 200;

/** Most commands that can be undone; projects share what a command leaves unchanged. */
const DEPTH = 1000;

/** A project with its past and its undone future. */
export class EditHistory {
  private readonly done: Done[] = [];
  private undone: Done[] = [];

  constructor(private current: Project) {}

  get project(): Project {
    return this.current;
  }

  /** Titles of what undo and redo would do; null where there is nothing. */
  get titles(): { undo: string | null; redo: string | null } {
    return { undo: this.done.at(-1)?.title ?? null, redo: this.undone.at(-1)?.title ?? null };
  }

  /** Every command since the beginning that is not undone, in order: what a script would repeat. */
  get edits(): Edit[] {
    return this.done.map(({ edit }) => edit);
  }

  /** The last commands, 200 at most, and those that were taken back. */
  recent(): RecentEdits {
    const done = this.done.slice(-RECENT);
    const undone = this.undone.slice(-RECENT).reverse();
    return {
      first: done[0]?.before ?? this.current,
      done: done.map(({ edit }) => edit),
      undone: undone.map(({ edit }) => edit),
    };
  }

  /** A history in which commands were done and taken back. Throws UsageError where one of them cannot be done. */
  static repeat({ first, done, undone }: RecentEdits): EditHistory {
    const history = new EditHistory(first);
    for (const edit of [...done, ...undone]) history.run(edit);
    for (const _ of undone) history.undo();
    return history;
  }

  /**
   * Does a command, after which nothing can be redone; one that changes nothing is not kept.
   *
   * @returns whether the project changed
   * @throws UsageError as `checkEdit`, and leaves the project as it was
   */
  run(edit: Edit): boolean {
    const { title, apply } = checkEdit(edit);
    const before = this.current;
    const after = apply(before);
    if (after === before) return false;
    this.done.push({ title, edit, before, after });
    if (this.done.length > DEPTH) this.done.shift();
    this.undone = [];
    this.current = after;
    return true;
  }

  /** Takes the last command back. Returns its title, or null where there is none. */
  undo(): string | null {
    const last = this.done.pop();
    if (!last) return null;
    this.undone.push(last);
    this.current = last.before;
    return last.title;
  }

  /** Does the command again that was taken back last. Returns its title, or null where there is none. */
  redo(): string | null {
    const next = this.undone.pop();
    if (!next) return null;
    this.done.push(next);
    this.current = next.after;
    return next.title;
  }
}
