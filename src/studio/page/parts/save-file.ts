/** Files that the browser saves. */
import { projectText } from '../../project/migrations.js';
import type { Project } from '../../project/schema.js';

/** Milliseconds in which a browser has taken what it saves. */
const PATIENCE = 10_000;

/** Has the browser save what lies at an address. */
export function saveFrom(address: string, name: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

/** Has the browser save some bytes. */
export function saveBlob(bytes: Blob, name: string): void {
  const address = URL.createObjectURL(bytes);
  saveFrom(address, name);
  setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
}

/** Has the browser save some text. */
export const saveText = (text: string, name: string, mediaType: string): void =>
  saveBlob(new Blob([text], { type: mediaType }), name);

/** Has the browser save a project file, which the studio opens again. */
export const saveProjectFile = (project: Project): void =>
  saveText(projectText(project), `${project.title || 'piece'}.json`, 'application/json');
