/** Every editing command by name, and how one is applied. */
import type { z } from 'zod';
import { UsageError } from '../../base/errors.js';
import type { Project } from '../project/schema.js';
import { arrangementCommands } from './arrangement.js';
import type { Command } from './command.js';
import { noteCommands } from './notes.js';
import { passageCommands } from './passages.js';
import { pieceCommands } from './piece.js';
import { strayNoteCommands } from './stray-notes.js';
import { trackCommands } from './tracks.js';

export const commands = {
  ...noteCommands,
  ...trackCommands,
  ...passageCommands,
  ...pieceCommands,
  ...strayNoteCommands,
  ...arrangementCommands,
};

export type CommandName = keyof typeof commands;

/** A command with its arguments, as it can be written down. */
export type Edit = {
  [Name in CommandName]: { name: Name; args: z.input<(typeof commands)[Name]['args']> };
}[CommandName];

/** An edit that was checked: its title and what it makes of a project. */
export interface CheckedEdit {
  title: string;
  apply(project: Project): Project;
}

/** Checks an edit's arguments. Throws UsageError that names the command and the argument. */
export function checkEdit({ name, args }: Edit): CheckedEdit {
  const command = commands[name] as Command;
  const parsed = command.args.safeParse(args);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    throw new UsageError(`${name}: ${path.length > 0 ? `${path.join('.')}: ` : ''}${message}.`);
  }
  return {
    title: command.title(parsed.data),
    apply: (project) => command.apply(project, parsed.data),
  };
}

/** The project after an edit. Throws UsageError for arguments that are not valid, or where the project has nothing of the kind. */
export const applyEdit = (project: Project, edit: Edit): Project => checkEdit(edit).apply(project);
