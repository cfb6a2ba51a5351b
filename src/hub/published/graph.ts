/** The contract of a published graph: a network that runs as its file says, and is not one of the zoo's. */
import { Failure, messageOf } from '../../base/errors.js';
import { readZip } from '../formats/zip.js';
import type { PublishedModel } from './model.js';

/** A graph as its authors published it. What it is used by knows its inputs. */
export interface PublishedGraph
  extends Pick<
    PublishedModel,
    'description' | 'licence' | 'citation' | 'dataset' | 'protocol' | 'reported' | 'source' | 'origin'
  > {
  /** What it computes: the pitch of a voice, or the notes of any number of voices. */
  task: 'pitch' | 'notes';
  /** Files of the archive that are kept, and their names in the model's folder. */
  files: Record<string, string>;
}

/** The files of a graph, by their names in the model's folder. Throws a Failure when the archive is damaged. */
export async function readGraphFiles(
  { files }: PublishedGraph,
  archive: string,
): Promise<Record<string, Uint8Array>> {
  try {
    const found = await readZip(archive, (name) => Object.hasOwn(files, name));
    const missing = Object.keys(files).find((name) => !found.has(name));
    if (missing !== undefined) throw new Error(`it has no ${missing}`);
    return Object.fromEntries([...found].map(([name, content]) => [files[name], content]));
  } catch (error) {
    throw new Failure(`${archive} cannot be read (${messageOf(error)}); fetch it again.`);
  }
}
