/**
 * Names of files in one normal form. Disks and archives of older Macs hold `é` and `김` in parts (NFD), tables and configs
 * hold them whole (NFC): the same name to a reader, and another to the system.
 */
import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { exists } from './files.js';

/** The names in a folder. */
export interface FolderNames {
  /** In NFC. */
  names: ReadonlySet<string>;
  /** The path of a name in any form, as the disk has it; null where there is none. */
  path(name: string): string | null;
}

/** Lists the names in a folder; one that cannot be read has none. */
export async function folderNames(folder: string): Promise<FolderNames> {
  const onDisk = await readdir(folder).catch((): string[] => []);
  const exact = new Set(onDisk);
  const byForm = new Map(onDisk.map((name) => [name.normalize(), name]));
  return {
    names: new Set(byForm.keys()),
    path: (name) => {
      const found = exact.has(name) ? name : byForm.get(name.normalize());
      return found === undefined ? null : join(folder, found);
    },
  };
}

/** Finds paths as the disk has them, listing each folder once; a path that is not there is given back. */
export function pathFinder(): (path: string) => Promise<string> {
  const folders = new Map<string, Promise<string>>();
  const lists = new Map<string, Promise<FolderNames>>();
  const kept = <Value>(
    map: Map<string, Promise<Value>>,
    key: string,
    make: () => Promise<Value>,
  ): Promise<Value> => {
    const known = map.get(key) ?? make();
    map.set(key, known);
    return known;
  };
  const find = async (path: string): Promise<string> => {
    const parent = dirname(path);
    if (parent === path) return path;
    const folder = await kept(folders, parent, async () => ((await exists(parent)) ? parent : find(parent)));
    const names = await kept(lists, folder, () => folderNames(folder));
    return names.path(basename(path)) ?? join(folder, basename(path));
  };
  return find;
}
