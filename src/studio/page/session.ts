/** A project that is open: its edits, and saving them. */
import { EditHistory } from '../editing/history.js';
import type { Edit } from '../editing/index.js';
import type { Project } from '../project/schema.js';
import { ApiError, createProject, openProject, type SavedProject, saveProject } from './api.js';
import { Changes } from './changes.js';
import { keepHistory, keptHistory } from './kept-history.js';

/** How the project on the server stands to this one. */
export type SaveState =
  | { kind: 'saved' }
  | { kind: 'saving' }
  /** Another page or program has saved or deleted it since; nothing is overwritten until a person chooses. */
  | { kind: 'conflict'; reason: 'changed' | 'deleted' }
  /** It is tried again; `problem` says why it failed. */
  | { kind: 'failed' };

/** Milliseconds from an edit to saving it, and from a failure to the next attempt. */
const DELAY = { edit: 600, failure: 5000 };

/** An open project. */
export class Session extends Changes {
  private history: EditHistory;
  private saved: Project;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private writing: Promise<void> | null = null;
  state: SaveState = { kind: 'saved' };
  /** Why what was changed is not saved, until it is; null where nothing is the matter. */
  problem: string | null = null;
  /** What the last command, undo or redo was, or why a command could not be done. */
  message = '';
  /** The project before the first command that can be undone. */
  readonly first: Project;

  constructor(
    private opened: SavedProject,
    /** Sentences on the recording. */
    readonly warnings: readonly string[] = [],
  ) {
    super();
    this.history = keptHistory(opened.id, opened.project) ?? new EditHistory(opened.project);
    this.first = this.history.recent().first;
    this.saved = this.history.project;
  }

  get id(): string {
    return this.opened.id;
  }

  get project(): Project {
    return this.history.project;
  }

  get titles(): EditHistory['titles'] {
    return this.history.titles;
  }

  get edits(): Edit[] {
    return this.history.edits;
  }

  /** Does a command; where it cannot be done, `message` says why. Returns whether the project changed. */
  run(edit: Edit): boolean {
    try {
      const isChanged = this.history.run(edit);
      this.message = isChanged ? `${this.titles.undo}.` : 'Nothing to change.';
      if (isChanged) this.saveSoon(DELAY.edit);
      return isChanged;
    } catch (error) {
      this.message = (error as Error).message;
      return false;
    } finally {
      this.changed();
    }
  }

  undo(): void {
    const title = this.history.undo();
    this.message = title === null ? 'Nothing to undo.' : `Undone: ${title}.`;
    if (title !== null) this.saveSoon(DELAY.edit);
    this.changed();
  }

  redo(): void {
    const title = this.history.redo();
    this.message = title === null ? 'Nothing to redo.' : `Done again: ${title}.`;
    if (title !== null) this.saveSoon(DELAY.edit);
    this.changed();
  }

  /** Shows a sentence. */
  say(message: string): void {
    this.message = message;
    this.changed();
  }

  private saveSoon(delay: number): void {
    if (this.state.kind === 'conflict') return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.save(), delay);
  }

  /** Saves what is not saved yet. */
  async save(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
    if (this.project === this.saved || this.state.kind === 'conflict') return;
    this.writing = this.write();
    await this.writing;
    this.writing = null;
    if (this.project !== this.saved && this.state.kind === 'saved') this.saveSoon(DELAY.edit);
  }

  private async write(): Promise<void> {
    const { project } = this;
    const recent = this.history.recent();
    this.state = { kind: 'saving' };
    this.changed();
    try {
      const { revision } = await saveProject(this.id, this.opened.revision, project);
      this.opened = { ...this.opened, revision };
      this.saved = project;
      this.state = { kind: 'saved' };
      this.problem = null;
      keepHistory(this.id, recent);
    } catch (error) {
      this.problem = null;
      const status = error instanceof ApiError ? error.status : null;
      if (status === 409) this.state = { kind: 'conflict', reason: 'changed' };
      else if (status === 404) this.state = { kind: 'conflict', reason: 'deleted' };
      else {
        this.state = { kind: 'failed' };
        this.problem = (error as Error).message;
        this.saveSoon(DELAY.failure);
      }
    }
    this.changed();
  }

  /** Ends a conflict: with the other's version, which drops the edits here, or with this one as a project of its own. */
  async settle(choice: 'theirs' | 'copy'): Promise<void> {
    const { project, state } = this;
    const recordingOf = state.kind === 'conflict' && state.reason === 'deleted' ? undefined : this.id;
    try {
      if (choice === 'theirs') {
        this.opened = { id: this.id, ...(await openProject(this.id)) };
        this.history = new EditHistory(this.opened.project);
      } else {
        const copy = { ...project, title: `${project.title} (copy)`.slice(0, 500) };
        this.opened = { ...(await createProject(copy, recordingOf)), project: copy };
        this.history = new EditHistory(copy);
      }
      this.saved = this.opened.project;
      this.state = { kind: 'saved' };
      this.problem = null;
      this.message = choice === 'theirs' ? 'The other version is open.' : 'Saved as a copy.';
    } catch (error) {
      this.message = (error as Error).message;
    }
    this.changed();
  }

  /** Whether there is something that is not saved. */
  get isUnsaved(): boolean {
    return this.project !== this.saved;
  }

  /** Saves what is not saved yet. Returns whether everything is saved; if so, the session ends. */
  async close(): Promise<boolean> {
    await this.save();
    if (this.isUnsaved) return false;
    clearTimeout(this.timer);
    return true;
  }

  /** Ends without saving. */
  abandon(): void {
    clearTimeout(this.timer);
    this.saved = this.project;
  }
}
