import { describe, expect, it } from 'vitest';
import { readablePath, systemPath, textOfName } from '../../src/base/raw-names.js';
import fc from '../fast-check.js';

describe('names that are not UTF-8', () => {
  it('come back as the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 24 }), (bytes) => {
        const found = systemPath(textOfName(Buffer.from(bytes)));
        expect(Buffer.from(found as string)).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('leave names that are UTF-8 as they are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (name) => {
        expect(textOfName(Buffer.from(name))).toBe(name);
        expect([systemPath(name), readablePath(name)]).toEqual([name, name]);
      }),
    );
  });

  it.each([
    [[0x63, 0xe9], 'c\\xE9'],
    [[0xc4, 0xe3, 0xba, 0xc3], '\\xC4\\xE3\\xBA\\xC3'],
    [[...Buffer.from('é'), 0xff, ...Buffer.from('🎵')], 'é\\xFF🎵'],
    // A character that stands for lost ones is one like others.
    [[...Buffer.from('\ufffd')], '\ufffd'],
  ])('are written out for people: %j', (bytes, text) => {
    expect(readablePath(textOfName(Buffer.from(bytes)))).toBe(text);
  });
});
