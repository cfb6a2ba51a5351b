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
