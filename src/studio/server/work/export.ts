/** A project to a file, and a file to a project. */
import { stat } from 'node:fs/promises';
import { importFile } from '../../exchange/index.js';
import { type ExportFormName, exportProject } from '../../files/export-project.js';
import type { Project } from '../../project/schema.js';
import type { Tell } from './protocol.js';

/** A project that is written. */
export interface ExportRequest {
  project: Project;
  form: ExportFormName;
  path: string;
}

/** Writes a project, and returns the bytes of the file. Throws as `exportProject`. */
export async function writeProject({ project, form, path }: ExportRequest, tell: Tell): Promise<number> {
  await exportProject(project, path, form, { onStep: tell });
  return (await stat(path)).size;
}

/** Reads a file as a project. Throws as `importFile`. */
export const readAsProject = ({
  bytes,
  name,
}: {
  bytes: Uint8Array;
  name: string;
}): ReturnType<typeof importFile> => importFile(bytes, name);
