/** Lyrics on their way into a model: what training reads, tagging reads alike. */
import { mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openLyrics } from '../../src/catalogue/tag/lyrics.js';
import { resolveConfig } from '../../src/config/load.js';
import { type Dataset, SPLITS } from '../../src/data/dataset.js';
import { openTextEncoders } from '../../src/inputs/text-encoders.js';
import { type Prepared, prepare } from '../../src/training/prepare.js';

const FILES: Record<string, string | Uint8Array> = {
  '1.txt': 'the rain and the summer rain',
  '2.txt': Buffer.from('été déjà été', 'latin1'),
  '3.lrc': '[ti:x]\n[00:02.00]summer\n[00:01.00]rain\n[xx:12]',
  '4.txt': new Uint8Array(50),
  '5.txt': 'x'.repeat(10_000_000),
  '6.txt': '',
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polytag-reading-'));
  process.env.POLYTAG_CACHE = join(folder, 'cache');
  for (const [name, content] of Object.entries(FILES)) await writeFile(join(folder, name), content);
});
afterAll(async () => {
  delete process.env.POLYTAG_CACHE;
  await rm(folder, { recursive: true, force: true });
});

const config = (lyrics: object): ReturnType<typeof resolveConfig> =>
  resolveConfig({
    inputs: { lyrics: { max_tokens: 8, min_count: 1, ...lyrics } },
    model: { branches: { lyrics: {} }, fusion: { kind: 'concat' } },
  });

/** Every file in each part. */
function dataset(): Dataset {
  const examples = SPLITS.flatMap((split) =>
    Object.keys(FILES).map((name) => ({
      id: `${name} ${split}`,
      audio: '',
      lyrics: join(folder, name),
      split,
      song: null,
      artist: null,
      title: name,
      targets: Uint8Array.of(1, 0),
    })),
  );
  return {
    name: 'test',
    root: folder,
    protocol: 'test',
    task: 'tagging',
    labels: ['a', 'b'],
    examples,
    synthetic: null,
    fingerprint: '',
    notes: [],
    audioAdvice: 'look',
  };
}

const wordsOf = ({ texts: { lyrics } }: Prepared, name: string): string[] =>
  [...lyrics.tokenIds.get(`${name} train`)!].filter((id) => id > 2).map((id) => lyrics.vocabulary[id]);

it('decodes, parses and counts what training reads, and tags with the same ids', async () => {
  const notes: string[] = [];
  const settings = config({ stop_words: ['en'] });
  const prepared = await prepare(settings, dataset(), { onNote: (note) => notes.push(note) });
  expect(Object.keys(FILES).map((name) => wordsOf(prepared, name))).toEqual([
    ['rain', 'summer', 'rain'],
    ['été', 'déjà', 'été'],
    ['rain', 'summer'],
    [],
    [],
    [],
  ]);
  expect(notes.filter((note) => !note.includes('nodejieba'))).toEqual([
    `Of 18 lyrics files, these are not UTF-8 and were decoded: 3 Latin-1; the first is ${join(folder, '2.txt')}.`,
    expect.stringMatching(
      /^3 of 18 lyrics files may be in another encoding .*2\.txt, read as Latin-1: give the/,
    ),
    expect.stringMatching(/^3 of 18 lyrics files are LRC; 3 of their stamps name no time/),
    expect.stringMatching(/^6 of 18 lyrics files were not read .*4\.txt \(binary data\)\.$/),
    '9 of 18 examples have no lyrics.',
  ]);
  const description = {
    inputs: settings.inputs,
    vocabularies: { lyrics: prepared.texts.lyrics.vocabulary },
  };
  const reader = (await openLyrics(
    folder,
    await openTextEncoders(description.inputs, description.vocabularies),
  ))!;
  for (const name of Object.keys(FILES))
    expect(await reader.read(`/music/${name.slice(0, 1)}.mp3`)).toEqual({
      lyrics: prepared.texts.lyrics.tokenIds.get(`${name} train`),
    });
  await reader.read('/music/none.mp3');
  expect([reader.missing(), reader.notes()]).toEqual([
    4,
    expect.arrayContaining([expect.stringMatching(/2 of 6/)]),
  ]);
});

it('reads lyrics in the encoding that is said, in training and in tagging, under names in either Unicode form', async () => {
  const settings = config({ encoding: 'CP1251' });
  const prepared = await prepare(settings, dataset(), { onNote: () => {} });
  expect(wordsOf(prepared, '2.txt')).toEqual(['йtй', 'dйjа', 'йtй']);
  const encoders = await openTextEncoders(settings.inputs, { lyrics: prepared.texts.lyrics.vocabulary });
  const reader = (await openLyrics(folder, encoders, 'windows-1251'))!;
  expect(await reader.read('/music/2.mp3')).toEqual({
    lyrics: prepared.texts.lyrics.tokenIds.get('2.txt train'),
  });
  await writeFile(join(folder, '김하늘.txt'.normalize('NFD')), 'rain');
  await reader.read('/music/김하늘.mp3');
  await reader.read(`/music/${'김하늘'.normalize('NFD')}.mp3`);
  expect(reader.missing()).toBe(0);
});

it('reads on with the dictionary of a trained model when its file is gone', async () => {
  const path = join(folder, 'own-words');
  await writeFile(path, '小星星亮 100000 n\n');
  const settings = config({ unit: 'auto', dictionary: path });
  const options = { onNote: () => {} };
  const { dictionary, vocabulary } = (await prepare(settings, dataset(), options)).texts.lyrics;
  expect(dictionary).toEqual(['小星星亮 100000 n']);
  await unlink(path);
  await expect(prepare(settings, dataset(), options)).rejects.toThrow(
    /inputs\.lyrics\.dictionary: .*no such file/,
  );
  const again = await prepare(settings, dataset(), {
    ...options,
    learned: { vocabularies: { lyrics: vocabulary }, dictionaries: { lyrics: dictionary! } },
  });
  expect(again.texts.lyrics.vocabulary).toEqual(vocabulary);
});

it('says what share of the words is read where texts are longer than max_tokens', async () => {
  const notes: string[] = [];
  await prepare(config({ max_tokens: 4 }), dataset(), { onNote: (note) => notes.push(note) });
  expect(notes.filter((note) => note.includes('max_tokens'))).toEqual([
    'inputs.lyrics.max_tokens (4) cuts 3 of 9 lyrics that are longer: 72.7 % of all their tokens are read, and 50.0 % of the median one that is cut.',
  ]);
});

it('reads and cuts new models as the defaults of today say, and trained ones as their description does', async () => {
  const credited = join(folder, '7.txt');
  await writeFile(credited, '作词：某人\n作曲：某人\nrain ❤️\n');
  const one: Dataset = {
    ...dataset(),
    examples: dataset().examples.map((example) => ({ ...example, lyrics: credited })),
  };
  const settings = config({});
  const today = await prepare(settings, one, { onNote: () => {} });
  expect(today.texts.lyrics.vocabulary.slice(3)).toEqual(['rain', '❤']);
  expect(today.written.lyrics).toMatchObject({ credits: 'drop', tokenizer: 2 });
  expect(settings.inputs.lyrics).not.toHaveProperty('credits');
  const vocabulary = ['<pad>', '<unknown>', '<start>', '作词', 'rain', '❤'];
  const earlier = await prepare(settings, one, {
    onNote: () => {},
    learned: { vocabularies: { lyrics: vocabulary } },
  });
  const ids = [...earlier.texts.lyrics.tokenIds.get('1.txt train')!];
  expect(ids).toContain(vocabulary.indexOf('作词'));
  expect(ids).not.toContain(vocabulary.indexOf('❤'));
});
