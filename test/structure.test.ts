/** How src hangs together: imports point one way, and files form no rings. Type imports count. */
import { expect, it } from 'vitest';
import { folderOf, importGraph, ORDER, rings, sourceFiles, upwardImports } from '../bench/import-graph.js';

/**
 * What does not keep to the rules yet. Take an entry out once it is no longer needed; the tests fail until then.
 * Nothing is to be added.
 */
const KNOWN = {
  upward: [] as string[],
  rings: [
    ['cover.ts', 'folders.ts', 'plan.ts', 'song.ts', 'tags.ts'].map((file) => `data/synth/plan/${file}`),
    ['runs/launch/execute.ts', 'runs/launch/slurm.ts'],
  ],
};

const graph = importGraph(sourceFiles());

it('every file lies in a folder that the order of imports knows', () => {
  expect([...graph.keys()].filter((path) => !ORDER.includes(folderOf(path)))).toEqual([]);
});

it('no file imports from a folder above its own', () => {
  const found = upwardImports(graph).map(({ from, to }) => ({
    pair: `${folderOf(from)} -> ${folderOf(to)}`,
    imports: `${from} imports ${to}`,
  }));
  expect(found.filter(({ pair }) => !KNOWN.upward.includes(pair)).map(({ imports }) => imports)).toEqual([]);
  expect(KNOWN.upward.filter((known) => !found.some(({ pair }) => pair === known))).toEqual([]);
});

it('no files import one another in a ring', () => {
  const found = rings(graph).map((ring) => ring.join(', '));
  const known = KNOWN.rings.map((ring) => ring.join(', '));
  expect(found.filter((ring) => !known.includes(ring))).toEqual([]);
  expect(known.filter((ring) => !found.includes(ring))).toEqual([]);
});
