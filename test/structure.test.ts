/** How src hangs together: imports point one way, and files form no rings. Type imports count. */
import { expect, it } from 'vitest';
import { folderOf, importGraph, ORDER, rings, sourceFiles, upwardImports } from '../bench/import-graph.js';

const graph = importGraph(sourceFiles());

it('every file is in a folder that the order of imports knows', () => {
  expect([...graph.keys()].filter((path) => !ORDER.includes(folderOf(path)))).toEqual([]);
});

it('no file imports from a folder above its own', () => {
  expect(upwardImports(graph).map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
});

it('no files import one another in a ring', () => {
  expect(rings(graph).map((ring) => ring.join(', '))).toEqual([]);
});
