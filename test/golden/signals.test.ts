import { describe, expect, it } from 'vitest';
import { relativeError } from '../features/reference.js';
import { readGolden } from './read.js';
import { melody, sweep } from './signals.js';

const { arrays } = await readGolden('features');

describe('signals of the golden values', () => {
  it.each(Object.entries({ melody, sweep }))('%s is what Python made of the same formula', (name, make) => {
    const kept = make().filter((_, n) => n % 101 === 0);
    // Sines of the two languages differ in the last bit at most.
    expect(relativeError(kept, arrays[`${name}_samples`].values)).toBeLessThan(1e-7);
  });
});
