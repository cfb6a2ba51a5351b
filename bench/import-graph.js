// Which file of src imports which, type imports included. Read from the sources alone, so nothing has to be built.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

/** Folders of src from the ground up: a file may import from its own folder and from those before it. */
export const ORDER = [
  ...['base', 'simd', 'audio', 'text', 'features', 'engine', 'install', 'inputs', 'models', 'data', 'eval'],
  ...[
    'training',
    'config',
    'hub',
    'catalogue',
    'transcription',
    'runs',
    'report',
    'browser.ts',
    'studio',
    'cli',
    'index.ts',
  ],
];

const SRC = join(dirname(dirname(fileURLToPath(import.meta.url))), 'src');

/** Every TypeScript file of src that was not generated, by its path there, with its text. */
export function sourceFiles(src = SRC) {
  return new Map(
    readdirSync(src, { recursive: true, encoding: 'utf8' })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.generated.ts'))
      .sort()
      .map((path) => [path, readFileSync(join(src, path), 'utf8')]),
  );
}

/** What each file imports of src, by path. */
export function importGraph(files) {
  const imports = (path, text) =>
    ts
      .preProcessFile(text)
      .importedFiles.map(({ fileName }) => fileName)
      .filter((name) => name.startsWith('.'))
      .map((name) => posix.join(posix.dirname(path), name))
      .flatMap((name) => ['.ts', '.tsx'].map((ending) => name.replace(/\.js$/, ending)))
      .filter((name) => files.has(name));
  return new Map([...files].map(([path, text]) => [path, [...new Set(imports(path, text))]]));
}

/** The first folder of a path, or the file itself where it lies in src. */
export const folderOf = (path) => path.split('/')[0];

/** Imports that point up in the order, as "file imports file". */
export function upwardImports(graph) {
  const rank = (path) => ORDER.indexOf(folderOf(path));
  return [...graph].flatMap(([path, imports]) =>
    imports.filter((other) => rank(other) > rank(path)).map((other) => ({ from: path, to: other })),
  );
}

/** Groups of files that import one another in a ring: strongly connected components, by Tarjan 1972. */
export function rings(graph) {
  const [index, low, stack, found] = [new Map(), new Map(), [], []];
  const visit = (path) => {
    index.set(path, index.size);
    low.set(path, index.get(path));
    stack.push(path);
    for (const other of graph.get(path)) {
      if (!index.has(other)) visit(other);
      if (stack.includes(other)) low.set(path, Math.min(low.get(path), low.get(other)));
    }
    if (low.get(path) !== index.get(path)) return;
    const ring = stack.splice(stack.indexOf(path));
    if (ring.length > 1 || graph.get(path).includes(path)) found.push(ring.sort());
  };
  for (const path of graph.keys()) if (!index.has(path)) visit(path);
  return found.sort();
}
