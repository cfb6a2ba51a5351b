import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readHums } from '../../../src/data/sets/hums/recordings.js';
import { hums, humsOptions } from '../../../src/data/sets/hums.js';
import { needsShared, referencePath } from '../../reference.js';
import { folderOf, humFolders, toneFile } from './fixtures.js';

const VOICES = ['ann', 'bob', 'cy', 'di', 'eve', 'fay'];

const load = (root: string, split?: object) =>
  hums.load(humsOptions.parse({ set: 'hums', root, ...(split && { split }) }));

describe('the data set of hums', () => {
  it('takes songs as classes and holds every voice together', async () => {
    const data = await load(await folderOf(humFolders(VOICES, ['one', 'two'])));
    expect([data.task, data.labels, data.examples.length]).toEqual(['classification', ['one', 'two'], 12]);
    expect(data.examples[0]).toMatchObject({ id: 'ann/one.wav', group: 'ann', title: 'one', song: null });
    const splits = new Map<string, Set<string>>();
    for (const { group, split } of data.examples)
      splits.set(group!, (splits.get(group!) ?? new Set()).add(split));
    expect([...splits.values()].every((own) => own.size === 1)).toBe(true);
    expect(data.protocol).toBe(
      '2 classes (songs), 6 voices, by voice: 15 % validation and 20 % test at random',
    );
  });

  it('holds voices out by name', async () => {
    const root = await folderOf(humFolders(VOICES, ['one', 'two']));
    const split = { kind: 'voices', validation: ['cy'], test: ['ann', 'bob'] };
    const { examples, protocol } = await load(root, split);
    const of = (part: string) => examples.filter((one) => one.split === part).map(({ group }) => group);
    expect([new Set(of('test')), new Set(of('validation')), of('train').length]).toEqual([
      new Set(['ann', 'bob']),
      new Set(['cy']),
      6,
    ]);
    expect(protocol).toContain('by voice: ann, bob in test, cy in validation');
    await expect(load(root, { ...split, test: ['zoe'] })).rejects.toThrow(
      'data.split: there is no voice "zoe"; the voices are ann, bob, cy, di, eve, fay.',
    );
    await expect(load(root, { ...split, test: ['cy'] })).rejects.toThrow(
      'data.split: the voice "cy" is to validate and to test; leave it out of one.',
    );
  });

  it('finds recordings and MIDI files as MIR-QBSH has them', async () => {
    const root = await folderOf({
      'waveFile/year2003/person00001/00014.wav': toneFile(220),
      'waveFile/year2003/person00001/00014.pv': '0\n',
      'waveFile/year2003/person00002/00014.wav': toneFile(230),
      'waveFile/year2004/person00001/00020.wav': toneFile(240),
      'waveFile/loose.wav': toneFile(240),
      'midiFile/00014.mid': '',
      'midiFile/songList.txt': '',
    });
    const { hums: found, notes } = await readHums(root);
    expect(found.map(({ id, tune, voice, notes: own }) => [id, tune, voice, own])).toEqual([
      ...['person00001', 'person00002'].map((person) => [
        `waveFile/year2003/${person}/00014.wav`,
        '00014',
        `year2003/${person}`,
        join(root, 'midiFile/00014.mid'),
      ]),
      ['waveFile/year2004/person00001/00020.wav', '00020', 'year2004/person00001', null],
    ]);
    expect(notes).toEqual(["1 recording in no voice's folder is left out; the first is waveFile/loose.wav."]);
  });

  it('prefers the notes beside a recording, and MIDI to lists', async () => {
    const root = await folderOf({
      'ann/one.wav': toneFile(220),
      'ann/one.csv': '',
      'ann/one.MID': '',
      'notes/one.json': '',
    });
    expect((await readHums(root)).hums.map(({ notes }) => notes)).toEqual([join(root, 'ann/one.MID')]);
  });

  it('reads a table, and says what is missing there', async () => {
    const rows = ['a.wav, one ,ann,n/a.json', 'b.wav,one,,', 'c.wav,two,bob,'];
    const root = await folderOf({ 'hums.csv': `audio,tune,voice,notes\n${rows.join('\n')}\n` });
    const { hums: found, notes } = await readHums(root);
    expect(found).toEqual([
      { id: 'a.wav', audio: join(root, 'a.wav'), notes: join(root, 'n/a.json'), tune: 'one', voice: 'ann' },
      { id: 'c.wav', audio: join(root, 'c.wav'), notes: null, tune: 'two', voice: 'bob' },
    ]);
    expect(notes.join()).toMatch(
      /1 rows of .*hums\.csv were left out; the first is row 3: it has no voice\./,
    );
    const other = await folderOf({ 'hums.csv': 'audio,song\na.wav,one\n' });
    await expect(readHums(other)).rejects.toThrow(
      'hums.csv has no column "tune"; its columns are audio, song.',
    );
  });

  it('refuses a folder without two songs', async () => {
    await expect(load(await folderOf(humFolders(VOICES, ['one'])))).rejects.toThrow(
      'has recordings of one song in the form VOICE/SONG.wav; give a folder with at least two songs.',
    );
    await expect(load(await folderOf({ 'notes/one.csv': '' }))).rejects.toThrow(
      'has no recording in the form',
    );
  });

  it('reads the 60 hums', async (context) => {
    needsShared(context);
    const { hums: found } = await readHums(referencePath('data', 'hums'));
    expect([
      found.length,
      new Set(found.map(({ tune }) => tune)).size,
      new Set(found.map(({ voice }) => voice)).size,
      found.every(({ notes }) => notes !== null),
    ]).toEqual([60, 10, 6, true]);
  });
});
