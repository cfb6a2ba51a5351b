/** The data set of hums with the pitch of each frame as its target. */
import { describe, expect, it } from 'vitest';
import { hertzAt } from '../../../src/data/pitch-curve.js';
import { hums, humsOptions } from '../../../src/data/sets/hums.js';
import { folderOf, toneFile } from './fixtures.js';

const VOICES = ['ann', 'bob', 'cy', 'di', 'eve', 'fay'];

const load = (root: string, more: object = {}) =>
  hums.load(humsOptions.parse({ set: 'hums', root, target: 'pitch', ...more }));

/** One song by six voices, each file of which `files` may add to. */
const folder = (files: (voice: string) => Record<string, string>) =>
  folderOf(
    Object.assign({}, ...VOICES.map((voice) => ({ [`${voice}/one.wav`]: toneFile(220), ...files(voice) }))),
  );

describe('the data set of hums with the target pitch', () => {
  it('reads curves beside recordings, and notes where there are none', async () => {
    const root = await folder((voice) =>
      voice === 'ann'
        ? { 'ann/one.csv': 'onset,offset,midi\n0,0.05,57\n' }
        : { [`${voice}/one.f0.csv`]: '0,220\n0.05,0\n' },
    );
    const { task, labels, examples, notes, protocol } = await load(root);
    expect([task, labels, examples.length]).toEqual(['pitch', ['hz', 'confidence'], 6]);
    expect(protocol).toBe(
      'the pitch of each frame, 6 voices, by voice: 15 % validation and 20 % test at random',
    );
    expect(notes).toContain(
      'The true pitch comes from curves for 5 recordings, and from notes for 1 recording; notes have no vibrato and no glides.',
    );
    for (const { pitch } of examples) expect(hertzAt(pitch!, 0.01)).toBeCloseTo(220, 6);
    const splits = new Map(examples.map(({ group, split }) => [group, split]));
    expect(splits.size).toBe(6);
  });

  it('finds curves in a folder of their own, and in a column of the table', async () => {
    const apart = await folder((voice) => ({ [`f0/${voice}/one.f0.csv`]: '0,110\n' }));
    expect(hertzAt((await load(apart)).examples[0].pitch!, 0)).toBe(110);
    const rows = VOICES.map((voice) => `${voice}.wav,one,${voice},curves/${voice}.csv`);
    const table = await folderOf({
      'hums.csv': `audio,tune,voice,f0\n${rows.join('\n')}\n`,
      ...Object.fromEntries(
        VOICES.flatMap((voice) => [
          [`${voice}.wav`, toneFile(220)],
          [`curves/${voice}.csv`, '0,330\n'],
        ]),
      ),
    });
    expect(hertzAt((await load(table)).examples[0].pitch!, 0)).toBe(330);
  });

  it('knows a change of a curve by the fingerprint', async () => {
    const prints = await Promise.all(
      ['220', '221'].map(
        async (hz) =>
          (await load(await folder((voice) => ({ [`${voice}/one.f0.csv`]: `0,${hz}\n` })))).fingerprint,
      ),
    );
    expect(prints[0]).not.toBe(prints[1]);
  });

  it('leaves recordings without a pitch out, and says so', async () => {
    const root = await folder((voice) => (voice === 'ann' ? {} : { [`${voice}/one.f0.csv`]: '0,220\n' }));
    const { examples, notes } = await load(root);
    expect(examples).toHaveLength(5);
    expect(notes.join(' ')).toContain('1 of 6 recordings have neither a curve (NAME.f0.csv beside it');
    expect(notes.join(' ')).toContain('the first is ann/one.wav.');
  });

  it('needs a pitch: notes of the song have other times', async () => {
    const bare = await folder(() => ({ 'notes/one.csv': 'onset,offset,midi\n0,1,57\n' }));
    await expect(load(bare)).rejects.toThrow(/data\.target: no recording of .* has the pitch/);
    const silent = await folder((voice) => ({ [`${voice}/one.f0.csv`]: '0,0\n' }));
    await expect(load(silent)).rejects.toThrow('no training recording of');
  });

  it('refuses a curve that is not numbers, with its line', async () => {
    const root = await folder((voice) => ({ [`${voice}/one.f0.csv`]: '0,220\n0.01,A3\n' }));
    await expect(load(root)).rejects.toThrow(
      /ann\/one\.f0\.csv cannot be read as the pitch of a recording: line 2: "A3" is not a number\./,
    );
  });

  it('takes more recordings of any song into training', async () => {
    const curves = (voice: string) => ({ [`${voice}/one.f0.csv`]: '0,220\n' });
    const extra = await folderOf({ 'zoe/two.wav': toneFile(220), 'zoe/two.f0.csv': '0,220\n' });
    const { examples, protocol } = await load(await folder(curves), { extra_training: extra });
    expect(examples.at(-1)).toMatchObject({ split: 'train', title: 'two' });
    expect(protocol).toContain('1 recordings more in training');
  });
});
