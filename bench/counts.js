// Prints the numbers that tell how src is structured: node bench/counts.js [SRC]
// Counted are all .ts files of src but *.generated.ts; src/simd/assembly is among them. Lines are counted as `wc -l` does.
import { resolve } from 'node:path';
import ts from 'typescript';
import { folderOf, importGraph, rings, sourceFiles, upwardImports } from './import-graph.js';

const INPUTS = new Set(['mel', 'waveform', 'lyrics']);

const files = sourceFiles(process.argv[2] && resolve(process.argv[2]));
const graph = importGraph(files);

const linesOf = (text) => text.split('\n').length - (text.endsWith('\n') ? 1 : 0);

/** Whether a file has a string literal, in code or in a type, that is the name of an input. */
function namesAnInput(path, text) {
  const visit = (node) =>
    (ts.isStringLiteralLike(node) && INPUTS.has(node.text)) || ts.forEachChild(node, visit) === true;
  return visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false));
}

/** Lines that hold nothing but a comment. */
function commentLines(text) {
  let inside = false;
  return text.split('\n').filter((line) => {
    const trimmed = line.trim();
    const isComment = inside || trimmed.startsWith('//') || trimmed.startsWith('/*');
    if (!inside && trimmed.startsWith('/*')) inside = true;
    if (inside && trimmed.includes('*/')) inside = false;
    return isComment;
  }).length;
}

const all = [...files];
const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
const upward = upwardImports(graph);
const pairs = new Set(upward.map(({ from, to }) => `${folderOf(from)} -> ${folderOf(to)}`));
const found = rings(graph);
const inputFiles = all.filter(([path, text]) => namesAnInput(path, text)).map(([path]) => path);

const rows = [
  ['files', all.length],
  ['lines', sum(all.map(([, text]) => linesOf(text)))],
  ['lines of comments alone', sum(all.map(([, text]) => commentLines(text)))],
  ['files under 25 lines', all.filter(([, text]) => linesOf(text) < 25).length],
  ['files over 300 lines', all.filter(([, text]) => linesOf(text) > 300).length],
  ['files that name an input (mel, waveform, lyrics) as a literal', inputFiles.length],
  ['upward imports', upward.length],
  ['pairs of folders with upward imports', pairs.size],
  ['rings of files', found.length],
];
const print = (line) => process.stdout.write(`${line}\n`);
for (const [name, count] of rows) print(`${String(count).padStart(6)}  ${name}`);
for (const pair of pairs) print(`upward: ${pair}`);
for (const ring of found) print(`ring: ${ring.join(', ')}`);
for (const path of inputFiles) print(`names an input: ${path}`);
