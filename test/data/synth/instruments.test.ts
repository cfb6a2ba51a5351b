/** General MIDI instruments: piano and other, on banks that no two of training and test share. */
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeAudio } from '../../../src/audio/decode.js';
import { folderOptions, folder as folderSet } from '../../../src/data/sets/folder.js';
import { loadDataset } from '../../../src/data/sets/index.js';
import { tracksOptions } from '../../../src/data/sets/tracks/options.js';
import { loadBank } from '../../../src/data/synth/instruments/banks.js';
import { generateInstruments, type InstrumentSummary } from '../../../src/data/synth/instruments/corpus.js';
import { planInstruments } from '../../../src/data/synth/instruments/plan.js';
import { isLikePiano, PROGRAMS } from '../../../src/data/synth/instruments/programs.js';
import { renderPlayers } from '../../../src/data/synth/instruments/render.js';
import { loadSynthesiser } from '../../../src/data/synth/instruments/synthesiser.js';

const options = { clips: 40, seconds: 2, seed: 5 };
let root: string;
let out: string;
let summary: InstrumentSummary;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'polytag-instruments-'));
  out = join(root, 'corpus');
  summary = await generateInstruments({ ...options, out });
});
afterAll(() => rm(root, { recursive: true, force: true }));

const digest = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

describe('generateInstruments', () => {
  it('writes folders of classes and the table beside them', async () => {
    expect(summary).toMatchObject({
      splits: {
        train: { piano: 14, other: 14 },
        validation: { piano: 2, other: 2 },
        test: { piano: 4, other: 4 },
      },
      ...{ rendered: 40, kept: 0 },
    });
    const dataset = await folderSet.load(folderOptions.parse({ set: 'folder', root: out }));
    expect(dataset).toMatchObject({ task: 'classification', labels: ['other', 'piano'] });
    expect(dataset.examples).toHaveLength(40);
    expect(dataset.synthetic).toContain('sampled instruments');
    const rows: Record<string, string>[] = parse(await readFile(join(out, 'tracks.csv')), { columns: true });
    expect(rows.map(({ path }) => path).sort()).toEqual(dataset.examples.map(({ id }) => id).sort());
    for (const { split, choosing, bank } of rows) {
      expect(bank === 'TimGM6mb').toBe(split === 'test');
      const own = bank === 'SONiVOX EAS' ? 'test' : split;
      expect(choosing).toBe(split === 'test' ? '' : own);
    }
    const table = await loadDataset(
      tracksOptions.parse({
        ...{ set: 'tracks', root: out, audio: '.', audio_column: 'path', target: 'class' },
        split: { kind: 'column' },
      }),
    );
    expect(table.examples.every(({ audio }) => audio?.endsWith('.mp3'))).toBe(true);
  });

  it('sounds, for as long as was asked', async () => {
    const { examples } = await folderSet.load(folderOptions.parse({ set: 'folder', root: out }));
    for (const { id, audio } of examples) {
      const { channels, sampleRate } = await decodeAudio(audio!);
      // MP3 fills up its first and last frames.
      expect(channels[0].length / sampleRate).toBeGreaterThanOrEqual(2);
      expect(channels[0].length / sampleRate).toBeLessThan(2.1);
      const peak = channels[0].reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
      expect(peak, id).toBeGreaterThan(0.1);
    }
  });

  it('makes a missing recording again to the byte, and keeps the others', async () => {
    const rows: { path: string }[] = parse(await readFile(join(out, 'tracks.csv')), { columns: true });
    const paths = rows.slice(0, 8).map(({ path }) => join(out, path));
    const before = await Promise.all(paths.map(digest));
    await Promise.all(paths.map((path) => unlink(path)));
    expect(await generateInstruments({ ...options, out })).toMatchObject({ rendered: 8, kept: 32 });
    expect(await Promise.all(paths.map(digest))).toEqual(before);
  });

  it('refuses a folder with other options, and too few recordings', async () => {
    await expect(generateInstruments({ ...options, seed: 6, out })).rejects.toThrow(
      /holds a synthetic corpus made with other options/,
    );
    await expect(generateInstruments({ ...options, pianos: 'all', out })).rejects.toThrow(
      /holds a synthetic corpus made with other options/,
    );
    await expect(generateInstruments({ ...options, clips: 8, out: join(root, 'few') })).rejects.toThrow(
      'clips is 8; it must be a whole number from 40 to 100000.',
    );
  });
});

describe('planInstruments', () => {
  it('knows the 128 programs of General MIDI', () => {
    expect(PROGRAMS.map(({ number }) => number)).toEqual(Array.from({ length: 128 }, (_, i) => i));
    expect(PROGRAMS[73]).toEqual({ number: 73, name: 'Flute', family: 'pipe', low: 60, high: 94 });
    expect(new Set(PROGRAMS.map(({ family }) => family)).size).toBe(16);
  });

  it('has every piano and every family in each split, and as many of each family in the balanced part', () => {
    const plan = planInstruments(1600, 1);
    for (const split of ['train', 'validation', 'test'] as const) {
      const own = plan.filter((one) => one.split === split);
      const pianos = own.filter((one) => one.class === 'piano').map(({ programs }) => programs[0].number);
      expect([...new Set(pianos)].sort()).toEqual([0, 1]);
      const balanced = own.filter((one) => one.balanced).map(({ family }) => family);
      expect(new Set(balanced).size).toBe(16);
      expect(balanced.length % 16).toBe(0);
      for (const { programs, class: kind } of own)
        expect(programs.some(({ number }) => number <= 5)).toBe(kind === 'piano');
      // Those that are hard to tell from a piano are a quarter of the others, and more that their families bring.
      const others = own.filter((one) => one.class === 'other');
      const hard = ['Harpsichord', 'Clavinet', 'Harp', 'Vibraphone', 'Nylon Guitar', 'Steel Guitar'];
      const names = others.flatMap(({ programs }) => programs.map(({ name }) => name));
      expect(names).toEqual(expect.arrayContaining(hard));
      const alike = others.filter(({ programs }) => programs.length === 1 && isLikePiano(programs[0]));
      expect(alike.length).toBeGreaterThanOrEqual(Math.floor(others.length / 4));
    }
    expect(planInstruments(1600, 1)).toEqual(plan);
    expect(planInstruments(1600, 2)).not.toEqual(plan);
  });

  it('takes all that is called a piano where asked, and never one of them for another instrument', () => {
    const plan = planInstruments(1600, 1, 'all');
    const numbers = (kind: string): number[] =>
      plan
        .filter((one) => one.class === kind)
        .flatMap(({ programs }) => programs.map(({ number }) => number));
    expect([...new Set(numbers('piano'))].sort()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(Math.min(...numbers('other'))).toBe(6);
  });
});

describe('renderPlayers', () => {
  it('changes the instruments that train, the same way each time', async () => {
    const synthesiser = await loadSynthesiser();
    const bank = await loadBank(synthesiser, 'sonivox');
    const render = (varied: boolean): Float32Array =>
      renderPlayers(
        synthesiser,
        bank,
        { programs: [PROGRAMS[0]], drums: false },
        { seconds: 2, seed: 1, name: 'a', varied },
      );
    const changed = render(true);
    expect(render(true)).toEqual(changed);
    expect(render(false)).not.toEqual(changed);
  });
});
