/** Rows as they come into a table. */
import { expect, it } from 'vitest';
import { type TagRow, UNKNOWN_PROPERTIES } from '../../../src/catalogue/row.js';
import { spelled, spellingOf } from '../../../src/catalogue/tag/kept-rows.js';

it('have bytes of names that are not UTF-8 written out, in paths and in errors', async () => {
  expect.assertions(1);
  const row: TagRow = {
    ...{ ...UNKNOWN_PROPERTIES, path: '/a/w\udce9.wma', error: '/a/w\udce9.wma is empty; leave it out.' },
    ...{ tops: [], scores: null, embedding: null },
  };
  const rows = (async function* () {
    yield row;
  })();
  for await (const shown of spelled(rows, spellingOf('/a')))
    expect([shown.path, shown.error]).toEqual(['w\\xE9.wma', '/a/w\\xE9.wma is empty; leave it out.']);
});
