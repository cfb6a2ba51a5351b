/** Files that can be brought into the studio, by their endings; a new form is a file and a line. */
import { UsageError } from '../../base/errors.js';
import { fileText } from '../../transcription/songs/readers/reader.js';
import { readProject } from '../project/migrations.js';
import { importAbc } from './import-abc.js';
import { importMidi } from './import-midi.js';
import { importMusicXml } from './import-musicxml.js';
import type { Imported } from './imported.js';

type Importer = (bytes: Uint8Array, name: string) => Imported | Promise<Imported>;

const fromMusicXml: Importer = (bytes, name) => importMusicXml(fileText(bytes), name);

/** A project file, which is as it was saved. */
function fromProject(bytes: Uint8Array, name: string): Imported {
  let json: unknown;
  try {
    json = JSON.parse(fileText(bytes));
  } catch {
    throw new UsageError(`${name} is not valid JSON; choose a file that the studio saved.`);
  }
  return { project: readProject(json, name), warnings: [] };
}

export const importers = {
  '.mid': importMidi,
  '.midi': importMidi,
  '.musicxml': fromMusicXml,
  '.xml': fromMusicXml,
  '.abc': (bytes, name) => importAbc(fileText(bytes), name),
  '.json': fromProject,
} as const satisfies Record<string, Importer>;

/** Endings of the files that can be brought in. */
export const IMPORT_ENDINGS = Object.keys(importers) as (keyof typeof importers)[];

/**
 * Reads a file as a project, by the ending of its name.
 *
 * @throws UsageError for an ending that none of the readers has, or a file that is not what its name says
 */
export async function importFile(bytes: Uint8Array, name: string): Promise<Imported> {
  const ending = IMPORT_ENDINGS.find((one) => name.toLowerCase().endsWith(one));
  if (!ending)
    throw new UsageError(`${name} cannot be brought in; choose a file of ${IMPORT_ENDINGS.join(', ')}.`);
  return importers[ending](bytes, name);
}
