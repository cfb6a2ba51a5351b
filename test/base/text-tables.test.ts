import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import { describe, expect, it } from 'vitest';
import { alignColumns, type Cell, csvLines, csvTable } from '../../src/base/text-tables.js';
import fc from '../fast-check.js';

/** A lone carriage return ends a line for some readers, so it is quoted too. */
const reference = (rows: Cell[][]): string =>
  stringify(rows, { quoted_match: /\r/, cast: { number: String } });

const cell = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\r', '\n', ';', '\t', "'", '\\', '音', '=') }),
  fc.double(),
  fc.integer(),
  fc.constant(null),
);
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 5 });

describe('CSV', () => {
  it('has the bytes of csv-stringify', () => {
    fc.assert(
      fc.property(table, (rows) => {
        expect(csvLines(rows)).toBe(reference(rows));
      }),
    );
  });

  it('is read back by a parser', () => {
    const rows = [
      ['a "b"', 'c,d'],
      [' e ', 'f\r\ng'],
      ['', 'ü\r'],
    ];
    expect(parse(csvTable(['x', 'y'], rows))).toEqual([['x', 'y'], ...rows]);
  });

  it('has numbers as JavaScript writes them, and empty cells for undefined values', () => {
    expect(csvTable(['a', 'b', 'c'], [[0.1, 1e21, null]])).toBe('a,b,c\n0.1,1e+21,\n');
    expect(csvLines([])).toBe('');
  });
});

describe('alignColumns', () => {
  it('counts East Asian characters as two columns of a terminal, and combining ones as none', () => {
    const rows = [
      ['类别', 'n'],
      ['快乐', '12'],
      ['rock', '3'],
      ['기쁨'.normalize('NFD'), '4'],
      ['ｶﾅ', '5'],
    ];
    // The second column begins after four columns and two spaces.
    expect(alignColumns(rows).split('\n')).toEqual([
      '类别  n',
      '快乐  12',
      'rock  3',
      `${'기쁨'.normalize('NFD')}  4`,
      'ｶﾅ    5',
    ]);
  });
});
