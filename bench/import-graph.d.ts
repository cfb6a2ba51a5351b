/** Folders of src from the ground up: a file may import from its own folder and from those before it. */
export const ORDER: string[];

/** Every TypeScript file of src that was not generated, by its path there, with its text. */
export function sourceFiles(src?: string): Map<string, string>;

/** What each file imports of src, by path; type imports count. */
export function importGraph(files: ReadonlyMap<string, string>): Map<string, string[]>;

/** The first folder of a path, or the file itself where it lies in src. */
export function folderOf(path: string): string;

/** Imports that point up in the order. */
export function upwardImports(graph: ReadonlyMap<string, string[]>): { from: string; to: string }[];

/** Groups of files that import one another in a ring, sorted. */
export function rings(graph: ReadonlyMap<string, string[]>): string[][];
