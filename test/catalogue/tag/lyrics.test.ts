import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { openLyrics } from '../../../src/catalogue/tag/lyrics.js';
import { resolveConfig } from '../../../src/config/load.js';
import { openTextEncoders } from '../../../src/inputs/text-encoders.js';
import { SPECIAL_TOKENS } from '../../../src/text/vocabulary.js';

const opened: string[] = [];
vi.mock('node:fs/promises', async (original) => {
  const actual = await original<typeof import('node:fs/promises')>();
  return {
    ...actual,
    open: (...args: Parameters<typeof actual.open>) => {
      opened.push(String(args[0]));
      return actual.open(...args);
    },
  };
});

it('reads a file once for several text inputs, each of which reads its own part', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polytag-tag-lyrics-'));
  await writeFile(
    join(folder, 'song.lrc'),
    '[00:01.00]rain\n[00:01.00]pluie\n[00:02.00]sun\n[00:02.00]soleil\n[00:03.00]sea\n[00:03.00]mer\n',
  );
  const { inputs } = resolveConfig({
    inputs: {
      first: { kind: 'lyrics', lines: 'original' },
      second: { kind: 'lyrics', lines: 'translation' },
      third: { kind: 'lyrics' },
    },
    model: {
      branches: {
        one: { kind: 'lyrics', input: 'first' },
        two: { kind: 'lyrics', input: 'second' },
        three: { kind: 'lyrics', input: 'third' },
      },
    },
  });
  const words = ['rain', 'sun', 'sea', 'pluie', 'soleil', 'mer'];
  const vocabulary = [...SPECIAL_TOKENS, ...words];
  const encoders = await openTextEncoders(inputs, {
    first: vocabulary,
    second: vocabulary,
    third: vocabulary,
  });
  const reader = (await openLyrics(folder, encoders))!;
  const ids = await reader.read('song.mp3');
  const wordsOf = (name: string): string[] =>
    [...ids[name]].map((id) => vocabulary[id]).filter((word) => words.includes(word));
  expect(wordsOf('first')).toEqual(['rain', 'sun', 'sea']);
  expect(wordsOf('second')).toEqual(['pluie', 'soleil', 'mer']);
  expect(wordsOf('third')).toHaveLength(6);
  // Other endings are tried before .lrc.
  expect(opened.filter((path) => path.endsWith('song.lrc'))).toHaveLength(1);
  expect(reader.missing()).toBe(0);
  await rm(folder, { recursive: true });
});
