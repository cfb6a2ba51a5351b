/** Pickles whose containers hold themselves or each other: reading ends quickly, with arrays or in a sentence. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { Failure } from '../../src/base/errors.js';
import { readWeights } from '../../src/hub/formats/index.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-pickle-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A valid archive around a pickle of protocol 2, with one storage of two floats. */
async function archiveOf(name: string, pickle: string): Promise<string> {
  const zip = new ZipFile();
  zip.addBuffer(Buffer.from(`\x80\x02${pickle}.`, 'latin1'), 'x/data.pkl');
  zip.addBuffer(Buffer.from(Float32Array.of(1, 2).buffer), 'x/data/0');
  zip.end();
  const path = join(folder, `${name}.pth`);
  await writeFile(path, await buffer(zip.outputStream));
  return path;
}

/** Operations of a pickle, as text in Latin-1. */
const text = (word: string): string => `X${String.fromCharCode(word.length)}\0\0\0${word}`;
const put = (slot: number): string => `q${String.fromCharCode(slot)}`;
const get = (slot: number): string => `h${String.fromCharCode(slot)}`;
const persistent = (key: string): string =>
  `(${text('storage')}ctorch\nFloatStorage\n${key}${text('cpu')}K\x02tQ`;
const TENSOR = `ctorch._utils\n_rebuild_tensor_v2\n(${persistent(text('0'))}K\0K\x02\x85K\x01\x85\x89}tR`;
/** Containers in which each of `levels` holds the one below three times. */
const doubled = (levels: number, wrap: (inner: string) => string): string =>
  Array.from({ length: levels }).reduce<string>(
    (inner, _, i) => `${inner}${put(i)}0${wrap(get(i))}`,
    '](K\x01e',
  );
const listOf = (inner: string): string => `](${inner.repeat(3)}e`;
const dictionaryOf = (inner: string): string =>
  `}(${['a', 'b', 'c'].map((key) => text(key) + inner).join('')}u`;

const read = async (name: string, pickle: string) => readWeights(await archiveOf(name, pickle));
const LIMIT = 10_000;

describe('a pickle', { timeout: LIMIT }, () => {
  it('with a dictionary that holds itself under three keys gives its tensors', async () => {
    const self = `}${put(0)}(${['a', 'b', 'c'].map((key) => text(key) + get(0)).join('')}${text('w')}${TENSOR}u`;
    const weights = await read('dictionary', self);
    expect([...weights.keys()]).toEqual(['w']);
    expect([...weights.get('w')!.read()]).toEqual([1, 2]);
  });

  it('with a list that holds itself three times gives its tensors', async () => {
    const weights = await read('list', `]${put(0)}(${get(0).repeat(3)}${TENSOR}e`);
    expect([...weights.keys()]).toEqual(['3']);
  });

  it('with a dictionary and a list that hold each other gives their tensors', async () => {
    const ring = `}${put(0)}(${text('list')}]${put(1)}(${get(0).repeat(3)}e${text('w')}${TENSOR}u`;
    expect([...(await read('ring', ring)).keys()]).toEqual(['w']);
  });

  it('with a container under two names gives its tensors under both', async () => {
    const shared = `}(${text('model')}}${put(0)}(${text('w')}${TENSOR}u${text('ema')}${get(0)}u`;
    expect([...(await read('shared', shared)).keys()]).toEqual(['model.w', 'ema.w']);
  });

  it.each([
    ['dictionaries', dictionaryOf],
    ['lists', listOf],
  ])('with %s that hold each other millions of times ends in a sentence', async (name, wrap) => {
    const reading = read(name, doubled(19, wrap));
    await expect(reading).rejects.toThrow(Failure);
    await expect(reading).rejects.toThrow(/its containers refer to each other too often\.$/);
  });

  it('passes over keys that are not text or numbers', async () => {
    const keyed = `}(${doubled(30, listOf)}${TENSOR}K\x07${TENSOR}u`;
    expect([...(await read('keys', keyed)).keys()]).toEqual(['7']);
  });

  it.each([
    ['a callable', `${doubled(30, listOf)}${text('x')}\x93`, /names a callable by something other than text/],
    ['a storage', persistent(doubled(30, listOf)), /refers to something that is not a storage/],
  ])('that names %s by containers ends in a sentence', async (_, pickle, sentence) => {
    await expect(read('name', pickle)).rejects.toThrow(sentence);
  });
});
