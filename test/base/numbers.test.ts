import { describe, expect, it } from 'vitest';
import { EXIT, Requeue, UsageError } from '../../src/base/errors.js';
import { wholeNumber } from '../../src/base/numbers.js';
import { wholeOption } from '../../src/cli/arguments.js';

describe('a whole number', () => {
  it.each<[string | number, object, number]>([
    ['1', {}, 1],
    [' 12 ', {}, 12],
    [7, { most: 7 }, 7],
    ['0', { least: 0 }, 0],
    ['-3', { least: -5 }, -3],
  ])('%j in %j is %d', (given, range, value) => {
    expect(wholeNumber(given, range)).toBe(value);
  });

  it.each([
    ...['', ' ', 'many', '1.5', '1e3', '0x10', '0', '-1', '9'.repeat(20)],
    ...[Number.NaN, 1.5, 0, 2 ** 53, Number.POSITIVE_INFINITY],
  ])('%j is refused', (given) => {
    expect(() => wholeNumber(given)).toThrow(new RangeError('must be a whole number from 1'));
  });

  it('of an option is refused in a sentence that names it, the range and what was given', () => {
    expect(() => wholeOption('jobs', 'many', { most: 8 })).toThrow(
      new UsageError('--jobs must be a whole number from 1 to 8, not "many".'),
    );
  });
});

it('a stop by the scheduler has the exit code that asks for another start', () => {
  expect(new Requeue('Stopped.').exitCode).toBe(EXIT.tryAgain);
});
