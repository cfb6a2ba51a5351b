/** What every data set promises. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../src/base/errors.js';
import { SPLITS } from '../../../src/data/dataset.js';
import { type DataOptions, dataSchema, dataSets, loadDataset } from '../../../src/data/sets/index.js';
import { fixtures } from './fixtures.js';

const names = Object.keys(dataSets) as DataOptions['set'][];

describe.each(names)('the data set %s', (name) => {
  const set = dataSets[name];
  const load = async () => loadDataset(dataSchema().parse(await fixtures[name]()));

  it('is chosen by its name', () => {
    expect(dataSchema().parse({ set: name, root: 'here' })).toMatchObject({ set: name, root: 'here' });
  });

  it('names its source, or is of recordings of the user', () => {
    expect(set.title).not.toBe('');
    expect(set.citation === null).toBe(set.licence === null);
  });

  it('downloads from a web address, with checksums of 64 hexadecimal digits', ({ skip }) => {
    if (!set.download) return skip('it has no download');
    const { baseUrl, tables, parts } = set.download.publication;
    expect(new URL(baseUrl).protocol).toBe('https:');
    for (const { sha256 } of [...tables, ...parts]) if (sha256) expect(sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(set.import, 'what is downloaded can be imported').not.toBeNull();
  });

  it('has examples in every split, each with its own id', async () => {
    const { examples } = await load();
    for (const split of SPLITS) expect(examples.filter((example) => example.split === split)).not.toEqual([]);
    expect(new Set(examples.map(({ id }) => id)).size).toBe(examples.length);
  });

  it('gives every example a target per label, and exactly one class in classification', async () => {
    const { examples, labels, task } = await load();
    expect(new Set(labels).size).toBe(labels.length);
    for (const { targets } of examples) {
      expect(targets).toHaveLength(labels.length);
      if (task === 'classification') expect([...targets].reduce((sum, value) => sum + value, 0)).toBe(1);
    }
  });

  it('loads the same again, with the same fingerprint', async () => {
    const options = dataSchema().parse(await fixtures[name]());
    const [first, second] = [await loadDataset(options), await loadDataset(options)];
    expect(second).toEqual(first);
    expect(first.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  });

  it('describes its protocol, and its notes in sentences', async () => {
    const { protocol, notes, audioAdvice } = await load();
    expect(protocol).toMatch(/\d+ (tags|classes|genres)|top-\d+ tags/);
    for (const note of notes) expect(note).toMatch(/^[A-Z\d].*\.$/);
    expect(audioAdvice).not.toMatch(/\.$/);
  });

  it('says which folder is missing', async () => {
    const loading = loadDataset(dataSchema().parse({ set: name, root: '/nowhere/at/all' }));
    await expect(loading).rejects.toThrow(UsageError);
    await expect(loading).rejects.toThrow('data.root: there is no folder /nowhere/at/all');
  });

  it('reports the same counts in words and as JSON', async ({ skip }) => {
    if (!set.import) return skip('it has no import');
    const { root } = dataSchema().parse(await fixtures[name]());
    const defaults = Object.entries(set.import.options).map(([key, option]) => [
      key,
      'default' in option ? option.default : undefined,
    ]);
    const { report, lines } = await set.import.run(root, Object.fromEntries(defaults));
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
    expect(lines.join('\n')).not.toBe('');
  });
});
