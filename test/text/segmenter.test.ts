import { describe, expect, it } from 'vitest';
import { storeDictionary } from '../../src/text/files/dictionary.js';
import { intlSegmenter, loadSegmenter, type Segmenter } from '../../src/text/segmenter.js';
import fc from '../fast-check.js';
import { isMissing } from '../requirements.js';

const absent = async (): Promise<never> => {
  throw new Error('nodejieba native binding was not found');
};
const best = await loadSegmenter();
const members: [string, Segmenter][] = [
  ['the best one here', best],
  ['intl', intlSegmenter()],
];

describe.each(members)('%s', (_name, segmenter) => {
  it('cuts Chinese into words', () => {
    expect(segmenter.cut('我爱北京天安门').join('/')).toMatch(/^我\/爱\/北京\/天安门$/);
  });
  it('loses nothing of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(segmenter.cut(text).join('')).toBe(text);
      }),
    );
    expect(segmenter.cut('')).toEqual([]);
  });
  it('keeps English words whole and takes long texts', () => {
    expect(segmenter.cut('hello, world')).toEqual(expect.arrayContaining(['hello', 'world']));
    expect(segmenter.cut('爱'.repeat(20_000)).join('')).toHaveLength(20_000);
  });
  it('gives the same pieces every time', () => {
    expect(segmenter.cut('小星星，亮晶晶')).toEqual(segmenter.cut('小星星，亮晶晶'));
  });
});

describe('loadSegmenter', () => {
  it('falls back with a note that says what to do', async () => {
    const segmenter = await loadSegmenter({}, absent);
    expect(segmenter.name).toBe('intl');
    expect(segmenter.note).toMatch(/Intl\.Segmenter.*polytag setup/);
  });
  it('falls back when nodejieba loads but does not work', async () => {
    const broken = await loadSegmenter({}, async () => ({
      cut: () => {
        throw new Error('dictionary not found');
      },
    }));
    expect(broken.name).toBe('intl');
  });
  it('has a note exactly when it is not nodejieba', () => {
    expect(best.note === null).toBe(best.name === 'nodejieba');
  });
  it('says that a dictionary is not used where nodejieba is not', async () => {
    const segmenter = await loadSegmenter({ dictionary: 'words.txt' }, absent);
    expect(segmenter.note).toMatch(/Intl\.Segmenter, which takes no dictionary; run/);
  });
});

describe.skipIf(await isMissing('nodejieba'))('a dictionary of a user', () => {
  it('makes its words whole, and only for the segmenter that was given it', async () => {
    const path = await storeDictionary(['江大桥 20000 n', '小星星亮 100000 n']);
    const own = await loadSegmenter({ dictionary: path });
    const text = '小星星亮晶晶';
    const before = best.cut(text);
    expect(own.cut(text)).toContain('小星星亮');
    expect(best.cut(text)).toEqual(before);
    expect(before).not.toContain('小星星亮');
    expect(own.cut(text)).toContain('小星星亮');
  });
});
