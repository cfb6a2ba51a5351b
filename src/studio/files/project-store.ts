/**
 * The projects of a folder, each in a folder of its own that is named by a random id: `project.json`, and `source`, the
 * recording as it came. Files are whole or absent, and nothing that a request says becomes a path.
 */
import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { lineOf, systemCode, UsageError } from '../../base/errors.js';
import { exists, explainWriteError, makeFolder, requireFolder, writeWhole } from '../../base/files.js';
import { projectText, readProject } from '../project/migrations.js';
import type { Project } from '../project/schema.js';
import { pieceTicks, secondsOf } from '../project/timeline.js';

/** The file of a project, and its recording. */
const PROJECT = 'project.json';
const SOURCE = 'source';

/** Folders of work that is not finished, which no server takes up again. */
const UNFINISHED = /^\.(jobs|new-[0-9a-f]{16}|deleted-[0-9a-f]{16})$/;

const ID = /^[0-9a-f]{16}$/;

/** A new random id: 16 hexadecimal digits. */
export const newId = (): string => randomBytes(8).toString('hex');

/** Whether a text has the form of an id. */
export const isId = (text: string): boolean => ID.test(text);

/** A project as it is stored. */
export interface StoredProject {
  project: Project;
  /** SHA-256 of the file's text, in hexadecimal digits. */
  revision: string;
}

/** A line of the list of projects; one that cannot be read has a sentence why, and no title. */
export type ProjectLine = { id: string; modified: string } & (
  | { title: string; seconds: number }
  | { title: null; seconds: null; error: string }
);

/** A project was changed since it was read. */
export class StaleRevision extends Error {
  /** @param revision - the one that is stored */
  constructor(readonly revision: string) {
    super('The project has been changed elsewhere since it was opened here; load it again, or save a copy.');
  }
}

/** There is no such project. */
export class NoSuchProject extends Error {
  constructor() {
    super('There is no such project; it may have been deleted.');
  }
}

const revisionOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Projects of a folder. One process at a time may use it; see `withLockOrRefuse`. */
export class ProjectStore {
  /** Lines by id, each with the state of the file that it was read from. */
  private readonly known = new Map<string, { stamp: string; line: ProjectLine }>();
  /** The last change of each project that is under way: changes of one project wait for each other. */
  private readonly turns = new Map<string, Promise<unknown>>();

  private constructor(
    private readonly folder: string,
    /** Folder for unfinished work on the same disk. */
    readonly jobs: string,
  ) {}

  /**
   * Opens a folder, which is made where it is missing, and removes what killed servers left. Throws UsageError for a file
   * in its place, Failure where it cannot be written.
   */
  static async open(folder: string): Promise<ProjectStore> {
    await makeFolder(folder);
    await requireFolder(folder, '--project');
    for (const name of await readdir(folder)) {
      if (UNFINISHED.test(name)) await rm(join(folder, name), { recursive: true, force: true });
      else if (isId(name)) await removeParts(join(folder, name));
    }
    const jobs = join(folder, '.jobs');
    await makeFolder(jobs);
    return new ProjectStore(folder, jobs);
  }

  /** Every project, the one that was changed last first. */
  async list(): Promise<ProjectLine[]> {
    const ids = (await readdir(this.folder)).filter(isId);
    const lines: ProjectLine[] = [];
    for (const id of ids) {
      const line = await this.lineOf(id);
      if (line !== null) lines.push(line);
    }
    return lines.sort((a, b) => (a.modified < b.modified ? 1 : a.modified > b.modified ? -1 : 0));
  }

  /** @throws NoSuchProject; UsageError for a damaged file */
  async read(id: string): Promise<StoredProject> {
    const text = await this.textOf(id);
    return { project: parse(text, id), revision: revisionOf(text) };
  }

  /**
   * Stores a new project.
   *
   * @param recording - file on the same disk that becomes the project's source, and is moved; or the project whose source
   *   it gets too. Default: none.
   * @throws NoSuchProject where that project does not exist; Failure when the disk is full
   */
  async create(
    project: Project,
    recording?: string | { of: string },
  ): Promise<{ id: string; revision: string }> {
    const copied = typeof recording === 'object' ? await this.source(recording.of) : null;
    const id = newId();
    const fresh = join(this.folder, `.new-${id}`);
    const text = projectText(project);
    try {
      await mkdir(fresh);
      if (typeof recording === 'string') await rename(recording, join(fresh, SOURCE));
      if (copied !== null) await copyFile(copied.path, join(fresh, SOURCE));
      await writeWhole(join(fresh, PROJECT), text);
      await rename(fresh, this.folderOf(id));
    } catch (error) {
      await rm(fresh, { recursive: true, force: true }).catch(() => undefined);
      throw explainWriteError(join(this.folder, id), error);
    }
    return { id, revision: revisionOf(text) };
  }

  /**
   * Replaces a project, and returns its new revision.
   *
   * @param revision - the stored one, as the caller knows it
   * @throws NoSuchProject, StaleRevision
   */
  async replace(id: string, project: Project, revision: string): Promise<string> {
    return this.inTurn(id, async () => {
      const stored = revisionOf(await this.textOf(id));
      if (stored !== revision) throw new StaleRevision(stored);
      const text = projectText(project);
      await writeWhole(join(this.folderOf(id), PROJECT), text);
      return revisionOf(text);
    });
  }

  /** Deletes a project with its recording. Throws NoSuchProject. */
  async remove(id: string): Promise<void> {
    await this.inTurn(id, async () => {
      const old = join(this.folder, `.deleted-${id}`);
      await rename(this.folderOf(id), old).catch(rethrowMissing);
      await rm(old, { recursive: true, force: true });
      this.known.delete(id);
    });
  }

  /** The file of a project's recording; null where it has none. Throws NoSuchProject. */
  async source(id: string): Promise<{ path: string; name: string | null } | null> {
    const path = join(this.folderOf(id), SOURCE);
    if (!(await exists(path))) {
      await stat(this.folderOf(id)).catch(rethrowMissing);
      return null;
    }
    const name = await this.read(id).then(
      ({ project }) => project.source?.name ?? null,
      () => null,
    );
    return { path, name };
  }

  private folderOf(id: string): string {
    if (!isId(id)) throw new NoSuchProject();
    return join(this.folder, id);
  }

  private async textOf(id: string): Promise<string> {
    return readFile(join(this.folderOf(id), PROJECT), 'utf8').catch(rethrowMissing);
  }

  /** A project's line; null where it was deleted meanwhile. */
  private async lineOf(id: string): Promise<ProjectLine | null> {
    const path = join(this.folderOf(id), PROJECT);
    const found = await stat(path).catch(() => null);
    if (found === null) {
      const folder = await stat(this.folderOf(id)).catch(() => null);
      const error = `The project ${id} is damaged: its file ${PROJECT} is missing; delete it, or put the file back.`;
      return folder && { id, modified: folder.mtime.toISOString(), title: null, seconds: null, error };
    }
    const stamp = `${found.ino} ${found.size} ${found.mtimeMs}`;
    const before = this.known.get(id);
    if (before?.stamp === stamp) return before.line;
    const line = await this.readLine(id, found.mtime.toISOString());
    if (line !== null) this.known.set(id, { stamp, line });
    return line;
  }

  private async readLine(id: string, modified: string): Promise<ProjectLine | null> {
    try {
      const { project } = await this.read(id);
      return { id, modified, title: project.title, seconds: secondsOf(project, pieceTicks(project)) };
    } catch (error) {
      if (error instanceof NoSuchProject) return null;
      return { id, modified, title: null, seconds: null, error: lineOf(error) };
    }
  }

  /** Runs a change of a project once the one before it has ended. */
  private async inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const mine = (this.turns.get(id) ?? Promise.resolve()).then(work, work);
    this.turns.set(id, mine);
    try {
      return await mine;
    } finally {
      if (this.turns.get(id) === mine) this.turns.delete(id);
    }
  }
}

/** Removes the unfinished files of a project that a killed server left. */
async function removeParts(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (name.endsWith('.part')) await rm(join(folder, name), { force: true });
}

function parse(text: string, id: string): Project {
  const name = `The project ${id}`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${name} is damaged: it is not valid JSON (${lineOf(error)}).`);
  }
  return readProject(json, name);
}

/** For a file that is not there, NoSuchProject. */
function rethrowMissing(error: unknown): never {
  throw systemCode(error) === 'ENOENT' ? new NoSuchProject() : error;
}
